"""What a notebook remembers of its making, in its metadata: by this a later look tells whether it is out of date."""

import ast
import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from d2lutils.explore import notebook_hash
from tools import notebooks, taught

KEY = "d2l"


@dataclass(frozen=True)
class Stamp:
    """Hashes of what the outputs come from (the source's code cells, the package code and the recorded sweeps that
    they reach), of the notebook as it was written, which tells whether somebody has changed it since, and which data
    made it, `{"Fashion-MNIST": "the published files"}`."""

    code: str
    package: str
    sweeps: str
    content: str
    data: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, notebook: NotebookNode, folder: Path, data: dict[str, str] | None = None) -> "Stamp":
        """The stamp of a notebook of `folder` made today, from `data`."""
        package = notebook_hash([cell.source for cell in notebooks.code_cells(notebook)])[:16]
        return cls(code(notebook), package, sweeps(notebook, folder), content(notebook), data or {})

    @classmethod
    def read(cls, notebook: NotebookNode) -> "Stamp":
        """The stamp that a notebook carries; empty where there is none."""
        stored = notebook.metadata.get(KEY, {})
        return cls(**{each.name: stored.get(each.name, {} if each.name == "data" else "") for each in fields(cls)})

    def write(self, notebook: NotebookNode) -> None:
        notebook.metadata[KEY] = asdict(self)


def code(notebook: NotebookNode) -> str:
    """The hash of the code cells: their text and their tags."""
    cells = notebooks.code_cells(notebook)
    return _digest([(cell.source.rstrip("\n"), sorted(notebooks.tags(cell))) for cell in cells])


def sweeps(notebook: NotebookNode, folder: Path) -> str:
    """The hash of the recorded sweeps of a chapter's folder that its code cells name."""
    names = {node.value for cell in notebooks.code_cells(notebook) for node in ast.walk(taught.tree(cell.source))
             if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()}
    files = [folder / "sweeps" / f"{name}.json" for name in sorted(names)]
    return _digest([(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files if path.exists()])


def content(notebook: NotebookNode) -> str:
    """The hash of all cells and outputs; counts and ids are left out."""
    outputs = [[{name: value for name, value in output.items() if name != "execution_count"}
                for output in cell.get("outputs", [])] for cell in notebook.cells]
    cells = [(cell.cell_type, cell.source, {name: value for name, value in cell.metadata.items() if name != "id"})
             for cell in notebook.cells]
    return _digest([cells, outputs])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
