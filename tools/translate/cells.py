"""The cells of a notebook: Markdown made plain, code as it was written, and what the page folds folded.

A heading whose cell carries the marks of a collapsed one hides everything down to the next heading of its level or
above. So it stands in a cell of its own, and solutions, which have no heading in the source, get one.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools import notebooks
from tools.setup_cell import setup_cell
from tools.translate.book import Book
from tools.translate.directives import caption
from tools.translate.parsing import begins_second_reading, parse
from tools.translate.text import plain

FOLDED_INPUT = {"hide-input", "hide-cell", "remove-input", "remove-cell"}  # tags of code that the page folds or omits
FOLDED_OUTPUT = {"hide-output", "hide-cell", "remove-output", "remove-cell"}


def translated(source: Path, book: Book, written: NotebookNode | None = None) -> NotebookNode:
    """The notebook of one chapter as plain Markdown, the set-up cell first; outputs of `written` stay with their code.

    `written` is the source as read by `notebooks.read_source` (by default it is read). Problem: what cannot be
    translated, with file and line.
    """
    written = written if written is not None else notebooks.read_source(source)
    cells = [setup_cell(source), *_Cells(source, book).all(written)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebooks.give_ids(notebook)
    _collapse_in_colab(notebook)
    return notebook


class _Cells:
    def __init__(self, source: Path, book: Book):
        self.source, self.book = source, book
        self.level = 1  # of the last heading outside of solutions
        self.solving = False
        self.closed = 0  # the level of the second reading that is going on; 0: none

    def all(self, written: NotebookNode) -> Iterator[NotebookNode]:
        for cell, line in zip(written.cells, written.metadata["source_map"]):
            solution = "solution" in notebooks.tags(cell)
            if solution and not self.solving and not _begins_section(cell):
                yield self.heading("Solution", {"tags": ["solution"]} | _collapsed())
            elif self.solving and not solution and not _begins_section(cell):
                yield self.heading("Further", {})
            self.solving = solution
            yield from self.code(cell, line) if cell.cell_type == "code" else self.markdown(cell, line)

    def heading(self, words: str, metadata: dict) -> NotebookNode:
        return nbformat.v4.new_markdown_cell(f"{'#' * min(self.level + 1, 6)} {words}", metadata=metadata)

    def code(self, cell: NotebookNode, line: int) -> Iterator[NotebookNode]:
        """The cell with what folds it, and its figure's caption."""
        cell = nbformat.from_dict(cell)
        tags = notebooks.tags(cell)
        if tags & FOLDED_INPUT:
            cell.metadata["cellView"] = "form"  # Colab
            cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
        if tags & FOLDED_OUTPUT:
            cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
        yield cell
        words = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption")
        if words:
            words = plain(words, line, self.book, self.source)
            words = caption("figure", self.book.numbers[self.source, line], words)
            yield nbformat.v4.new_markdown_cell(words, metadata=_solution(cell))

    def markdown(self, cell: NotebookNode, line: int) -> Iterator[NotebookNode]:
        """The cell in plain Markdown. What is to be collapsed stands apart: the heading of a second reading, and that
        with which a solution begins, which belongs to the question; and a heading that ends a second reading begins a
        cell, for cells are hidden as wholes."""
        solution, begin = _solution(cell), 0
        tokens = parse(cell.source)
        for before, token in zip([None, *tokens], tokens):
            if token.type != "heading_open":
                continue
            level = int(token.tag[1])
            if not solution:
                self.level = level
            second = begins_second_reading(before)
            start = before.map[0] if before is not None and before.type == "attrs_block" else token.map[0]
            if level <= self.closed:
                yield from self.piece(cell, begin, start, line, solution)
                begin, self.closed = start, 0
            if second or (solution and before is None):
                yield from self.piece(cell, begin, start, line, solution)
                yield from self.piece(cell, *token.map, line, _collapsed())
                begin = token.map[1]
            if second and not self.closed:
                self.closed = level
        yield from self.piece(cell, begin, None, line, solution)

    def piece(self, cell: NotebookNode, begin: int, end: int | None, line: int,
              metadata: dict) -> Iterator[NotebookNode]:
        """The lines from `begin` to `end` of a cell as one of the notebook, if anything is left of them."""
        text = plain("\n".join(cell.source.split("\n")[begin:end]), line + begin, self.book, self.source)
        if text.strip():
            yield nbformat.v4.new_markdown_cell(text, metadata=metadata)


def _solution(cell: NotebookNode) -> dict:
    return {"tags": ["solution"]} if "solution" in notebooks.tags(cell) else {}


def _collapsed() -> dict:
    return {"jp-MarkdownHeadingCollapsed": True}


def _begins_section(cell: NotebookNode) -> bool:
    first = next((token for token in parse(cell.source) if token.type not in ("myst_target", "attrs_block")), None)
    return cell.cell_type == "markdown" and first is not None and first.type == "heading_open"


def _collapse_in_colab(notebook: NotebookNode) -> None:
    """Colab knows the cells of collapsed sections by ids in the notebook's metadata."""
    sections = [cell for cell in notebook.cells if "jp-MarkdownHeadingCollapsed" in cell.metadata]
    for cell in sections:
        cell.metadata["id"] = cell["id"]
    notebook.metadata["colab"] = {"collapsed_sections": [cell["id"] for cell in sections]}
