"""The start page: chapters/start.md with the contents laid in, executed, as chapters/start.ipynb (`make record`)."""

import sys
from pathlib import Path

import nbclient
from nbformat import NotebookNode

from tools import notebooks, record
from tools.lab import contents

MARK = "<!-- contents -->"
PLAYED = "02_linear_models/01_linear_regression.ipynb"  # whose player the start page shows


def written(chapters: Path = notebooks.CHAPTERS) -> NotebookNode:
    """The start page without outputs; its contents link the chapters that have a notebook."""
    notebook = notebooks.read_source(chapters / "start.md")
    for cell in notebook.cells:
        cell.source = cell.source.replace(MARK, table(contents.parts(chapters)))
    return notebook


def table(parts: list[contents.Part]) -> str:
    """The contents as a Markdown table: one row a part, its chapters as links to their notebooks."""
    rows = [(f"{part.number} · {part.title}",
             " · ".join(f"[{chapter.number}\u00a0{chapter.title}]({chapter.name})" for chapter in part.chapters))
            for part in parts]
    return "\n".join(["| part | chapters |", "|:---|:---|", *(f"| {part} | {chapters} |" for part, chapters in rows)])


def build(chapters: Path = notebooks.CHAPTERS) -> NotebookNode:
    """The executed start page, cleaned as a chapter's recording is. Raises nbclient's errors when a cell fails."""
    notebook = written(chapters)
    client = nbclient.NotebookClient(notebook, kernel_name="python3", record_timing=False, store_widget_state=False,
                                     resources={"metadata": {"path": str(chapters)}})
    client.execute(env=record.environment())
    record.clean(notebook)
    record.check(notebook)
    return notebook


def in_step(chapters: Path = notebooks.CHAPTERS) -> bool:
    """Whether start.ipynb has the text of its source, the contents of today, and the chapter's player of today."""
    target = chapters / "start.ipynb"
    if not target.exists():
        return False
    page = notebooks.read_notebook(target)
    [player] = [output.data["text/html"] for cell in page.cells for output in cell.get("outputs", [])
                if "text/html" in output.get("data", {})]
    played = [output.get("data", {}).get("text/html") for cell in notebooks.read_notebook(chapters / PLAYED).cells
              for output in cell.get("outputs", [])]
    return notebooks.content(page) == notebooks.content(written(chapters)) and player in played


def main() -> int:
    if in_step():
        print("chapters/start.md: in step")
    else:
        notebooks.write_notebook(build(), notebooks.CHAPTERS / "start.ipynb")
        print("chapters/start.md: recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
