"""What a notebook remembers of its making, in its metadata: by this a later look tells whether it is out of date."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from tools import notebooks
from tools.recording import reach

KEY = "d2l"


@dataclass(frozen=True)
class Stamp:
    """Hashes of what the outputs come from (the source's code cells, the package code and the recorded sweeps that
    they reach) and of the notebook as it was written, which tells whether somebody has changed it since."""

    code: str
    package: str
    sweeps: str
    content: str

    @classmethod
    def of(cls, notebook: NotebookNode, folder: Path) -> "Stamp":
        """The stamp of a notebook of `folder` made today."""
        return cls(code(notebook), reach.package_hash(notebook), reach.sweeps_hash(notebook, folder), content(notebook))

    @classmethod
    def read(cls, notebook: NotebookNode) -> "Stamp":
        """The stamp that a notebook carries; empty where there is none."""
        stored = notebook.metadata.get(KEY, {})
        return cls(**{field.name: stored.get(field.name, "") for field in fields(cls)})

    def write(self, notebook: NotebookNode) -> None:
        notebook.metadata[KEY] = asdict(self)


def code(notebook: NotebookNode) -> str:
    """The hash of the code cells: their text and their tags."""
    cells = notebooks.code_cells(notebook)
    return _digest([(cell.source.rstrip("\n"), sorted(notebooks.tags(cell))) for cell in cells])


def content(notebook: NotebookNode) -> str:
    """The hash of all cells and outputs; counts and ids are left out."""
    outputs = [[{name: value for name, value in output.items() if name != "execution_count"}
                for output in cell.get("outputs", [])] for cell in notebook.cells]
    cells = [(cell.cell_type, cell.source, {name: value for name, value in cell.metadata.items() if name != "id"})
             for cell in notebook.cells]
    return _digest([cells, outputs])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
