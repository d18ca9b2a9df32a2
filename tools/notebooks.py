"""What a chapter is on disk: a MyST source (.md) and the executed notebook (.ipynb) of the same name beside it.

The tools and the tests of the chapters share these few functions, so that all of them agree on which files are
chapters, when a notebook is in step with its source, and what a cell's tags are.
"""

import hashlib
import re
from pathlib import Path

import nbformat
import yaml
from jupytext.myst import myst_to_notebook
from nbformat import NotebookNode

from tools.files import write

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
LIMIT = 500_000  # bytes of one executed notebook


def sources(folder: Path = CHAPTERS) -> list[Path]:
    """The MyST sources of all chapters, in the order of the book: `NN_part/NN_name.md`."""
    return sorted(folder.glob("[0-9][0-9]_*/[0-9][0-9]_*.md"))


def read_source(path: Path) -> NotebookNode:
    """A chapter's MyST source as a notebook without outputs; metadata `source_map`: each cell's line, from 0."""
    text = path.read_text(encoding="utf-8")
    notebook = myst_to_notebook(text, add_source_map=True)
    lines = text.splitlines()
    for number, (cell, line) in enumerate(zip(notebook.cells, notebook.metadata["source_map"])):
        while cell.cell_type == "markdown" and not lines[line].strip():  # blank lines above a cell are none of it
            line += 1
        notebook.metadata["source_map"][number] = line
    return notebook


def front_matter(path: Path) -> dict:
    """What stands between the first two lines `---` of a source, as YAML; empty where it begins otherwise."""
    found = re.match(r"---\n(.*?\n)---\n", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return yaml.safe_load(found[1]) or {} if found else {}


def read_notebook(path: Path) -> NotebookNode:
    """An executed notebook; a file that is no notebook raises ValueError naming it."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise ValueError(f"{path} is not a readable notebook ({error}). Delete it and run `make record`.") from error


def tags(cell: NotebookNode) -> set[str]:
    """The tags of a cell."""
    return set(cell.metadata.get("tags", []))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells that stand in the source: all but the set-up cell, which only a notebook has."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and "setup" not in tags(cell)]


def lay_in(written: NotebookNode, recorded: NotebookNode) -> bool:
    """Gives the code cells of a source the outputs of its notebook, if they are the same cells; whether they were."""
    cells, kept = code_cells(written), code_cells(recorded)
    if [(c.source.rstrip("\n"), tags(c)) for c in cells] != [(c.source.rstrip("\n"), tags(c)) for c in kept]:
        return False
    for cell, old in zip(cells, kept):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return True


def with_outputs(source: Path) -> NotebookNode:
    """A chapter as written, with its notebook's outputs. ValueError: there is no notebook, or it holds other code."""
    written, target = read_source(source), source.with_suffix(".ipynb")
    if not target.exists() or not lay_in(written, read_notebook(target)):
        raise ValueError(f"{target.name} is missing or holds other code than {source.name}. Run `make record`.")
    return written


def give_ids(notebook: NotebookNode) -> None:
    """Replaces cell ids by ones that depend on the content alone, so that recording again changes nothing."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        base = f"{cell.cell_type}\n{cell.source}"
        seen[base] = seen.get(base, 0) + 1  # equal cells are told apart by their order
        cell["id"] = hashlib.sha256(f"{base}\n{seen[base]}".encode()).hexdigest()[:12]


def write_notebook(notebook: NotebookNode, path: Path) -> int:
    """Writes `notebook` to `path` in one step (no half-written file is ever seen); returns its size in bytes."""
    nbformat.validate(notebook)
    text = nbformat.writes(notebook, version=4)
    data = (text.rstrip("\n") + "\n").encode()
    write(path, data)
    return len(data)


def output_texts(output: NotebookNode) -> list[str]:
    """The readable texts of one output: streams, tracebacks, text/* and SVG; no encoded pictures."""
    if output.output_type == "stream":
        texts = [output.text]
    elif output.output_type == "error":
        texts = list(output.traceback)
    else:
        texts = [value for kind, value in output.get("data", {}).items()
                 if isinstance(value, str) and (kind.startswith("text/") or kind == "image/svg+xml")]
    return [re.sub(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+", "data:", text) for text in texts]


def markdown(notebook: NotebookNode) -> str:
    """All markdown cells as one text."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
