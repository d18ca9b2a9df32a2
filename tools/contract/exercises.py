"""Rules about the exercises: how many, and that every check tells a solution from a stub."""

import re
from collections.abc import Iterator

from tools import taught
from tools.contract.chapter import Chapter
from tools.contract.text import sections


def exercises(chapter: Chapter) -> Iterator[str]:
    """At least four, each under a heading of its own; two or more with stub, check and solution."""
    section = next((body for title, body in sections(chapter.prose, 2).items() if title.lower() == "exercises"), None)
    if section is None:
        yield "no section “Exercises”"
        return
    if len(sections(section, 3)) < 4:
        yield f"the section “Exercises” has {len(sections(section, 3))} exercises (headings ###); four are the least"
    pairs, problems = taught.exercises(chapter.written)
    yield from problems
    if len(pairs) < 2:
        yield f"{len(pairs)} exercises have a cell tagged `exercise` and one tagged `solution`; two are the least"
    for text in re.findall(r"^:{3,}\{admonition\} *((?:Solution|Answer)\b.*)$", chapter.prose, flags=re.MULTILINE):
        yield f"the box “{text}” hides a solution: tag a cell `solution`; it is folded, and left out for students"


def answers(chapter: Chapter) -> Iterator[str]:
    """Every solution passes its check and every stub fails it."""
    yield from taught.failures(chapter.written, chapter.path.parent)
