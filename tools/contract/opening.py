"""The first screen: one title, and before any code the box of class `opening`."""

import re
from collections.abc import Iterator

from tools.contract.chapter import Chapter
from tools.contract.text import boxes, prose_words, without_fences

LINES = {"Able to": "what the reader will be able to do", "Have read": "what to have read before",
         "Takes": "how long it takes, with “NN seconds” as measured"}
SHORT = 45  # words of one line of the box


def before_code(chapter: Chapter) -> str:
    """All text that stands above the first code cell."""
    texts = []
    for cell in chapter.written.cells:
        if cell.cell_type == "code":
            break
        texts.append(cell.source)
    return "\n\n".join(texts)


def opening_box(chapter: Chapter) -> str | None:
    """What the opening box holds; None unless there is exactly one above the code."""
    found = boxes(before_code(chapter), "opening")
    return found[0] if len(found) == 1 else None


def opening(chapter: Chapter) -> Iterator[str]:
    """A chapter begins with its one title, and has one opening box before any code."""
    titles = re.findall(r"^# ", without_fences(chapter.prose), flags=re.MULTILINE)
    if len(titles) != 1 or not re.match(r"(\([\w-]+\)=\s+)?# ", before_code(chapter)):  # a label may stand above it
        yield "a chapter begins with its one level-1 heading"
    if opening_box(chapter) is None:
        yield "the first cells need one box `:::{admonition} …` with `:class: opening`"


def three_lines(chapter: Chapter) -> Iterator[str]:
    """The opening box has three short lines: able to, have read, takes."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", opening_box(chapter) or "") if part.strip()]
    for number, (word, what) in enumerate(LINES.items(), start=1):
        line = parts[number - 1] if number <= len(parts) else ""
        if not line.startswith(f"*{word}:*"):
            yield f"line {number} of the opening box says {what}, and begins with `*{word}:*`"
        elif prose_words(line) > SHORT:
            yield f"line {number} of the opening box has {prose_words(line)} words; {SHORT} are the most"
    if len(parts) > len(LINES):
        yield f"the opening box has {len(parts)} paragraphs, not three"
    if len(parts) > 2 and not re.search(r"\d+ seconds", parts[2]):
        yield "the opening box does not say the measured seconds: “NN seconds”"
