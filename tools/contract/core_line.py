"""Rules for the core line, which a first reader walks in an hour: short, asked, drawn, without what is later."""

from collections.abc import Iterator

from tools.contract.chapter import Chapter
from tools.contract.measures import Measures, forward_references, measures
from tools.contract.places import CORE

WORDS, SECOND_WORDS, CODE_LINES, QUESTIONS = 3000, 3000, 150, (2, 4)


def short(chapter: Chapter) -> Iterator[str]:
    """At most 3,000 words and 150 visible lines of code in the core line, and 3,000 words in second readings."""
    m: Measures = measures(chapter)
    for what, count, most in (("words in the core line", m.core_words, WORDS),
                              ("visible lines of code in the core line", m.core_lines, CODE_LINES),
                              ("words in second readings", m.second_words, SECOND_WORDS)):
        if count > most:
            yield f"{count:,} {what}; {most:,} are the most"


def asks(chapter: Chapter) -> Iterator[str]:
    """Two to four questions in the core line, each with a hidden answer."""
    m, (least, most) = measures(chapter), QUESTIONS
    if not least <= m.questions <= most:
        yield f"{m.questions} questions with a hidden answer in the core line; {least} to {most} are asked for"
    if m.questions < m.boxes:
        yield "a `{predict}` box hides nothing: its answer stands below a line `---`"


def drawn(chapter: Chapter) -> Iterator[str]:
    """At least one diagram or drawn figure in the core line."""
    if not measures(chapter).diagrams:
        yield "no diagram and no drawn figure in the core line: `:::{diagram} name`"


def nothing_later(chapter: Chapter) -> Iterator[str]:
    """The core line refers to no later chapter."""
    for piece in chapter.pieces:
        if piece.place == CORE and not piece.is_code:
            for role, label, where in forward_references(chapter, piece.text):
                yield f"{{{role}}}`{label}` leads to a later chapter, {where}"


def open_experiment(chapter: Chapter) -> Iterator[str]:
    """One exercise at least is an experiment without a solution."""
    if not measures(chapter).exercises["open"]:
        yield "every exercise has a solution: leave one experiment open"
