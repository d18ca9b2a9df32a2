"""The book without its solutions, for a class (`make student`): in build/student, or in a folder that is named.

What is left out: every cell tagged `solution`. Of a markdown solution the headings stay, so that the questions keep
their numbers and links; the outputs of exercise cells go too: they show what the check said to somebody else's stub.

The folder is a copy like that of `make lab`: what an instructor changes in it is never overwritten, and with D2L_WORK
naming it `make lab` opens it, and keeps it without solutions.
"""

import argparse
import re
import sys
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks
from tools.lab import edition, words
from tools.lab.own_copy import OwnCopy, Report

EDITION = "student"
OUTPUT = notebooks.ROOT / "build" / "student"


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """The notebook as a student gets it. The one given is not changed."""
    student = notebooks.nbformat.from_dict(notebook)
    cells = []
    for cell in student.cells:
        tags = notebooks.tags(cell)
        if "solution" in tags:
            folds = "jp-MarkdownHeadingCollapsed" in cell.metadata  # the heading "Solution", which a notebook adds
            headings = re.findall(r"^#+ .*$", cell.source, flags=re.MULTILINE) if cell.cell_type == "markdown" else []
            if folds or not headings:
                continue
            cell.source = "\n\n".join(headings)
            cell.metadata["tags"] = sorted(tags - {"solution"})
        elif "exercise" in tags:
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
    student.cells = cells
    notebooks.give_ids(student)
    return student


def write(output: Path = OUTPUT, chapters: Path = notebooks.CHAPTERS) -> Report:
    """Brings the notebooks without solutions, and what they read, to `output`.

    Raises ValueError where a copy with solutions lies, OSError where nothing can be written.
    """
    copy = OwnCopy(output)
    if copy.edition not in ("", EDITION):
        raise ValueError(f"{output} holds a copy with solutions: name another folder for one without")
    return copy.update(edition.files(chapters, without_solutions), EDITION)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.student", description="Copy the book without solutions.")
    parser.add_argument("folder", nargs="?", default=OUTPUT, help="where to; build/student by default")
    try:
        output = edition.outside(parser.parse_args(arguments).folder)
        report = write(output)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(words.trouble(error, output), file=sys.stderr)
        return 1
    print(f"The book without solutions: {output}", *words.lines(report), sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
