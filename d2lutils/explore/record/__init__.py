"""How sweeps are recorded: the grid and its file, the fingerprint of the code behind it, the sweeps of a chapter."""

from d2lutils.explore.record.chapters import Chapter, chapters_with_sweeps, code_cells, load_chapter
from d2lutils.explore.record.fingerprint import code_hash, notebook_hash
from d2lutils.explore.record.recording import Recorded, SweepError

__all__ = [
    "Chapter",
    "Recorded",
    "SweepError",
    "chapters_with_sweeps",
    "code_cells",
    "code_hash",
    "load_chapter",
    "notebook_hash",
]
