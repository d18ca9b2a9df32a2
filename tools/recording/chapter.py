"""Records one chapter: what its notebook needs, and the making of it."""

import sys
import time
from enum import Enum
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks
from tools.recording import data
from tools.recording.execution import Refused, check, clean, execute
from tools.recording.players import refresh
from tools.recording.stamp import Stamp, content
from tools.translate import Book, translated


class Need(Enum):
    """What is to be done for a notebook to be in step with all that it comes from."""

    NOTHING = "nothing"
    TRANSLATION = "translation"  # its outputs stay
    EXECUTION = "execution"
    PERMISSION = "permission"  # somebody changed it by hand


def book(folder: Path) -> Book:
    """The index of a folder's chapters, read again only when a file has changed."""
    files = [*notebooks.sources(folder), folder / "references.bib", folder / "glossary.md"]
    return _book(folder, tuple((path, path.stat().st_mtime_ns) for path in files if path.exists()))


@lru_cache(maxsize=1)
def _book(folder: Path, files: tuple) -> Book:
    return Book(folder)


def need(source: Path) -> tuple[Need, str]:
    """What the notebook beside `source` needs, and why, in words. Problem: the source cannot be translated."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        return Need.EXECUTION, "the notebook is missing"
    recorded = notebooks.read_notebook(target)
    stored, written = Stamp.read(recorded), notebooks.read_source(source)
    if stored.content != content(recorded):
        return Need.PERMISSION, "the notebook was changed since it was recorded"
    now = Stamp.of(written, source.parent)
    for part, words in {"code": "the source's code cells have changed",
                        "package": "the package code that it reaches has changed",
                        "sweeps": "recorded sweeps that it shows have changed"}.items():
        if getattr(stored, part) != getattr(now, part):
            return Need.EXECUTION, words
    if not data.on_stand_ins(source) and (missing := data.missing(stored.data)):
        return Need.EXECUTION, f"it was recorded on stand-ins, and its front matter does not say so: {missing}"
    notebooks.lay_in(written, recorded)
    if stored.content != content(made(source, written, stored.data)):
        return Need.TRANSLATION, "its text or its players have changed"
    return Need.NOTHING, ""


def made(source: Path, written: NotebookNode, used: dict[str, str] | None = None) -> NotebookNode:
    """The notebook of a chapter whose source, with outputs from the data `used`, is `written`."""
    notebook = translated(source, book(source.parents[1]), written)
    notebook.metadata |= {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python",
                          "pygments_lexer": "ipython3", "version": ".".join(map(str, sys.version_info[:2]))}}
    data.say(notebook, used or {})
    clean(notebook)
    refresh(notebook)
    check(notebook)
    return notebook


def record(source: Path, execution: bool) -> tuple[float | None, int]:
    """Writes the notebook of one chapter; returns the seconds it ran (None: not `execution`) and its bytes."""
    target, seconds = source.with_suffix(".ipynb"), None
    made(source, notebooks.read_source(source))  # what cannot be translated is said before anything runs
    if execution:
        begin = time.perf_counter()
        written, used = execute(source)
        seconds = time.perf_counter() - begin
    else:
        written, recorded = notebooks.read_source(source), notebooks.read_notebook(target)
        notebooks.lay_in(written, recorded)
        used = Stamp.read(recorded).data
    notebook = made(source, written, used)
    size = len(notebooks.nbformat.writes(notebook).encode())
    if size > notebooks.LIMIT:
        largest = max(notebook.cells, key=lambda cell: len(str(cell.get("outputs", ""))))
        raise Refused(f"the notebook would have {size / 1000:.0f} kB, more than {notebooks.LIMIT / 1000:.0f}. "
                      f"Its largest output belongs to the cell\n{largest.source}")
    Stamp.of(notebook, source.parent, used).write(notebook)
    return seconds, notebooks.write_notebook(notebook, target)
