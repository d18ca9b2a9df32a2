"""The start page: chapters/start.md with contents, diagram and set-up cell laid in, executed, as start.ipynb
(`make record`)."""

import re
import sys
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks
from tools.diagrams import DIAGRAMS
from tools.lab import contents
from tools.recording import execution
from tools.setup_cell import setup_cell

MARK = "<!-- contents -->"
DIAGRAM = re.compile(r"<!-- diagram (\w+) -->")
PLAYED = "02_linear_models/01_linear_regression.ipynb"  # whose player the start page shows


def with_contents(notebook: NotebookNode, chapters: Path) -> NotebookNode:
    """The start page with links to the chapters that have a notebook, with its diagram as a picture, and with the
    set-up cell before the first code: alone, the page has neither the package nor the chapter whose player it shows."""
    for cell in notebook.cells:
        cell.source = cell.source.replace(MARK, table(contents.parts(chapters)))
        cell.source = DIAGRAM.sub(lambda found: DIAGRAMS[found[1]].image, cell.source)
    code = next(place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(code, setup_cell(chapters / "start.md"))
    return notebook


def table(parts: list[contents.Part]) -> str:
    """The contents as a Markdown table: one row a part, its chapters as links to their notebooks."""
    rows = [(f"{part.number} · {part.title}",
             " · ".join(f"[{chapter.number}\u00a0{chapter.title}]({chapter.name})" for chapter in part.chapters))
            for part in parts]
    return "\n".join(["| part | chapters |", "|:---|:---|", *(f"| {part} | {chapters} |" for part, chapters in rows)])


def build(chapters: Path = notebooks.CHAPTERS) -> NotebookNode:
    """The executed start page, cleaned as a chapter's recording is. Raises Refused when a cell fails."""
    notebook = with_contents(execution.execute(chapters / "start.md")[0], chapters)
    notebook.metadata = NotebookNode(kernelspec=notebook.metadata["kernelspec"])
    execution.clean(notebook)
    execution.check(notebook)
    notebooks.give_ids(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def in_step(chapters: Path = notebooks.CHAPTERS) -> bool:
    """Whether start.ipynb has the text of its source, the contents of today, and the chapter's player of today."""
    target = chapters / "start.ipynb"
    if not target.exists():
        return False
    page = notebooks.read_notebook(target)
    written = with_contents(notebooks.read_source(chapters / "start.md"), chapters)
    shown, played = (outputs(notebook) for notebook in (page, notebooks.read_notebook(chapters / PLAYED)))
    return shown <= played and [(cell.cell_type, cell.source, cell.metadata) for cell in page.cells] == [
        (cell.cell_type, cell.source, cell.metadata) for cell in written.cells]


def outputs(notebook: NotebookNode) -> set[str]:
    """Everything that a notebook shows as HTML."""
    return {output.data["text/html"] for cell in notebook.cells for output in cell.get("outputs", [])
            if "text/html" in output.get("data", {})}


def main() -> int:
    if in_step():
        print("chapters/start.md: in step")
    else:
        notebooks.write_notebook(build(), notebooks.CHAPTERS / "start.ipynb")
        print("chapters/start.md: recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
