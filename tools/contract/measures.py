"""What can be counted of a chapter: a mirror, not a target. A chapter that needs 1,500 words has 1,500.

Words are those of the prose: displayed mathematics, code, front matter, labels and options are none; titles of boxes,
captions of diagrams, questions with their reasons and answers are. Lines of code are those that a reader sees without
opening anything, blank ones not counted. Exercises and second readings are no part of the core line.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tools import notebooks
from tools.contract.chapter import Chapter
from tools.contract.opening import opening_box
from tools.contract.places import CORE, EXERCISES, SECOND, Piece
from tools.contract.private_words import private_words
from tools.contract.text import directives, drawings, inlines, prose_words, questions, references, sections
from tools.recording.chapter import book
from tools.translate.numbering import place


@dataclass(frozen=True)
class Measures:
    """The measures of one chapter. exercises: how many are checked, answered in words, and open."""

    core_words: int
    core_lines: int
    second_words: int
    second_lines: int
    diagrams: int
    questions: int
    boxes: int
    exercises: Counter
    private: Counter
    forward: int
    seconds: float | None
    kilobytes: int


def measures(chapter: Chapter) -> Measures:
    """Counts a chapter. Where no second reading is marked, everything but the exercises is core line."""
    text, lines = {}, {}
    for where in (CORE, SECOND):
        parts = [piece for piece in chapter.pieces if piece.place == where]
        text[where] = "\n\n".join(piece.text for piece in parts if not piece.is_code)
        lines[where] = sum(_lines(piece) for piece in parts)
    seconds = re.search(r"([\d.]+)\s+seconds", opening_box(chapter) or "")
    target = chapter.path.with_suffix(".ipynb")
    return Measures(
        core_words=prose_words(text[CORE]), core_lines=lines[CORE],
        second_words=prose_words(text[SECOND]), second_lines=lines[SECOND],
        diagrams=drawings(text[CORE]), questions=len(questions(text[CORE])),
        boxes=sum(found.name == "predict" for found in directives(text[CORE])),
        exercises=exercise_kinds(chapter),
        private=Counter(word.lower() for token in inlines(chapter.prose) for word in private_words(token.content)),
        forward=len(forward_references(chapter, text[CORE])),
        seconds=float(seconds[1]) if seconds else None,
        kilobytes=round(target.stat().st_size / 1000) if target.exists() else 0)


def _lines(piece: Piece) -> int:
    return sum(bool(line.strip()) for line in piece.text.split("\n")) if piece.is_visible else 0


def exercise_kinds(chapter: Chapter) -> Counter:
    """How many exercises have a stub and a check, an answer in words, or no solution: an open experiment."""
    kinds: list[str] = []
    for piece in chapter.pieces:
        if piece.place != EXERCISES:
            continue
        if piece.is_code:
            if kinds and "exercise" in notebooks.tags(piece.cell):
                kinds[-1] = "checked"
        elif "solution" in notebooks.tags(piece.cell):
            if kinds and kinds[-1] == "open":
                kinds[-1] = "answered"
        else:
            kinds += ["open"] * len(sections(piece.text, 3))
    return Counter(kinds)


def forward_references(chapter: Chapter, text: str) -> list[tuple[str, str, str]]:
    """(role, label, chapter's number) of each reference in `text` that leads to a later chapter."""
    index, here = book(chapter.path.parents[1]), _place(chapter.path)
    found = []
    for role, label in references(text):
        target = index.targets.get(label.lower(), index.targets.get(label))
        there = target.source if target else (chapter.path.parent / f"{label}.md").resolve()
        if _place(there) > here:
            found.append((role, label, index.number(there)))
    return found


def _place(source: Path) -> tuple[int, int]:
    return place(f"{source.parent.name}/{source.stem}") or (0, 0)


def table(chapters: list[Chapter]) -> str:
    """The measures of some chapters as a table, one row a chapter, and below it the private words found."""
    head = ("chapter", "form", "words", "lines", "2nd words", "2nd lines", "drawings", "questions",
            "checked", "answered", "open", "private", "forward", "seconds", "kB")
    rows, words = [head], []
    for chapter in chapters:
        m = measures(chapter)
        kinds = [m.exercises[kind] for kind in ("checked", "answered", "open")]
        rows.append((f"{chapter.path.parent.name[:2]}/{chapter.path.stem}",
                     "first" if chapter.is_in_the_first_form else "new",
                     *map(str, (m.core_words, m.core_lines, m.second_words, m.second_lines, m.diagrams, m.questions,
                                *kinds, m.private.total(), m.forward, f"{m.seconds or 0:g}", m.kilobytes))))
        if m.private:
            listed = ", ".join(f"{word} ({count})" for word, count in m.private.most_common())
            words.append(f"{chapter.path.stem}: {listed}")
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(width) if place < 2 else cell.rjust(width)
                       for place, (cell, width) in enumerate(zip(row, widths))) for row in rows]
    return "\n".join([*lines, *(["", "Private words:", *words] if words else [])])
