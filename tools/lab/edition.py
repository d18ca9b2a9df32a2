"""What the book hands a reader: the start page, every recorded notebook, and the files that they read."""

import os
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools import notebooks

READ = ("sweeps", "images")  # folders beside the chapters whose files the notebooks read


def files(chapters: Path = notebooks.CHAPTERS, change: Callable[[NotebookNode], NotebookNode] | None = None
          ) -> dict[str, bytes]:
    """The book's files by their name below the reader's folder ("02_linear_models/sweeps/…json").

    change: what is done to each notebook first, as leaving out its solutions.
    """
    sources = notebooks.sources(chapters)
    paths = [chapters / "start.ipynb", *(source.with_suffix(".ipynb") for source in sources)]
    for part in sorted({source.parent for source in sources}):
        paths += [path for folder in READ for path in sorted((part / folder).rglob("*")) if path.suffix != ".part"]
    given = {}
    for path in paths:
        if path.is_file():
            name = path.relative_to(chapters).as_posix()
            if change and path.suffix == ".ipynb":
                given[name] = nbformat.writes(change(notebooks.read_notebook(path))).encode() + b"\n"
            else:
                given[name] = path.read_bytes()
    return given


def outside(folder: str | Path) -> Path:
    """The absolute path of a folder for copies. Raises ValueError where the book itself lies."""
    folder = Path(folder).expanduser().resolve()
    if folder == notebooks.ROOT or folder.is_relative_to(notebooks.CHAPTERS):
        raise ValueError(f"{folder} is the book's own folder: name another one for a copy")
    return folder


def own_folder() -> Path:
    """The reader's folder: D2L_WORK, or work/ in the repository."""
    return outside(os.environ.get("D2L_WORK") or notebooks.ROOT / "work")
