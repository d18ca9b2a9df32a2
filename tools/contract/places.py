"""Where each part of a chapter stands: in the core line, in a second reading, or among the exercises."""

from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from tools import notebooks
from tools.translate.parsing import begins_second_reading, parse

CORE, SECOND, EXERCISES = "core line", "second readings", "exercises"
NOT_VISIBLE = {"hide-input", "hide-cell", "remove-input", "remove-cell", "exercise", "solution", "live", "setup"}


@dataclass
class Piece:
    """A stretch of Markdown or one code cell, and the line of the source (from 0) where it begins."""

    place: str
    text: str
    cell: NotebookNode
    line: int

    @property
    def is_code(self) -> bool:
        return self.cell.cell_type == "code"

    @property
    def is_visible(self) -> bool:
        """Whether a reader sees the code without opening anything, and is not meant to write it."""
        return self.is_code and not notebooks.tags(self.cell) & NOT_VISIBLE


def pieces(notebook: NotebookNode) -> Iterator[Piece]:
    """The parts of a source as `notebooks.read_source` gives it. A marked section, and the one called Exercises, ends
    at the next heading of its level or above."""
    place, level = CORE, 0
    for cell, first in zip(notebook.cells, notebook.metadata["source_map"]):
        if cell.cell_type == "code":
            yield Piece(place, cell.source, cell, first)
            continue
        lines, begin, tokens = cell.source.split("\n"), 0, parse(cell.source)
        for before, token, words in zip([None, *tokens], tokens, [*tokens[1:], None]):
            if token.type != "heading_open":
                continue
            own, second = int(token.tag[1]), begins_second_reading(before)
            begins = SECOND if second else EXERCISES if words.content.strip().lower() == "exercises" else None
            if place != CORE and own > level:
                continue  # a section inside
            if begins is None and place == CORE:
                continue
            end = before.map[0] if second else token.map[0]
            yield Piece(place, "\n".join(lines[begin:end]), cell, first + begin)
            place, level, begin = begins or CORE, own, end
        yield Piece(place, "\n".join(lines[begin:]), cell, first + begin)
