"""Writes the notebooks without their solutions to build/student (`make student`), for a class.

What is left out: every cell tagged `solution`. Of a markdown solution the headings stay, so that the questions keep
their numbers and links; the outputs of exercise cells go too: they show what the check said to somebody else's stub.
"""

import re
import shutil
import sys
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks

OUTPUT = notebooks.ROOT / "build" / "student"


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """The notebook as a student gets it. The one given is not changed."""
    student = notebooks.nbformat.from_dict(notebook)
    cells = []
    for cell in student.cells:
        tags = notebooks.tags(cell)
        if "solution" in tags:
            headings = re.findall(r"^#+ .*$", cell.source, flags=re.MULTILINE) if cell.cell_type == "markdown" else []
            if not headings:
                continue
            cell.source = "\n\n".join(headings)
            cell.metadata["tags"] = sorted(tags - {"solution"})
        elif "exercise" in tags:
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
    student.cells = cells
    notebooks.give_ids(student)
    return student


def write(output: Path = OUTPUT, chapters: Path = notebooks.CHAPTERS) -> list[Path]:
    """Writes all chapters' student notebooks, and what they read (recorded sweeps, pictures), below `output`."""
    shutil.rmtree(output, ignore_errors=True)
    written = []
    for source in notebooks.sources(chapters):
        notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
        target = output / source.relative_to(chapters).with_suffix(".ipynb")
        notebooks.write_notebook(without_solutions(notebook), target)
        written.append(target)
        for folder in ("sweeps", "images"):
            if (source.parent / folder).is_dir():
                shutil.copytree(source.parent / folder, target.parent / folder, dirs_exist_ok=True)
    return written


if __name__ == "__main__":
    for path in write():
        print(path.relative_to(notebooks.ROOT))
    sys.exit(0)
