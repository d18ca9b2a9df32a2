"""What a program can check of a chapter's contract. Each rule yields complaints in words; none means it is kept.

    python -m tools.contract [chapters/…/x.md]              prints the complaints
    python -m tools.contract --measures [chapters/…/x.md]   prints the measures, as a table

A chapter has a core line, which a first reader walks in an hour, and second readings. One that has none of it yet says
`form: first` in its front matter and is held to the rules that it was written for. Every rule takes a Chapter and knows
nothing of the others. Cells are found by tag, boxes by class or directive, sections by heading.
"""

from collections.abc import Callable, Iterator

from tools.contract import core_line, exercises, first_form, opening, recorded, written
from tools.contract.chapter import Chapter
from tools.contract.measures import Measures, measures, table
from tools.contract.recorded import PLAYER

__all__ = ["ALL", "FIRST_FORM", "NEW_FORM", "PLAYER", "Chapter", "Measures", "measures", "rules", "table"]

Rule = Callable[[Chapter], Iterator[str]]


def _named(*rules: Rule) -> dict[str, Rule]:
    return {rule.__name__: rule for rule in rules}


ALL = _named(
    recorded.in_step, recorded.executed, recorded.clean, recorded.alt_text, recorded.sweeps, recorded.recorded_on,
    opening.opening, written.parameters, written.outcomes, written.compared, written.breaks, written.ending,
    written.same_code, written.words, exercises.exercises, exercises.answers)
FIRST_FORM = _named(first_form.promises, first_form.predicts)
NEW_FORM = _named(opening.three_lines, core_line.short, core_line.asks, core_line.drawn, core_line.nothing_later,
                  core_line.open_experiment)


def rules(chapter: Chapter) -> dict[str, Rule]:
    """The rules that a chapter is held to, by their names."""
    return ALL | (FIRST_FORM if chapter.is_in_the_first_form else NEW_FORM)
