"""Rules for the chapters of the first form alone (`form: first` in their front matter)."""

import re
from collections.abc import Iterator

from tools import notebooks
from tools.contract.chapter import Chapter
from tools.contract.opening import opening_box
from tools.contract.recorded import PLAYER
from tools.contract.runs import fits
from tools.contract.text import boxes, without_fences


def promises(chapter: Chapter) -> Iterator[str]:
    """The opening box says what for, after what, and how long."""
    box = opening_box(chapter) or ""
    for what, pattern in {"what the reader will be able to do": r"able to", "what to have read": r"\b[Rr]ead\b",
                          "the measured seconds": r"\d+ seconds"}.items():
        if not re.search(pattern, box):
            yield f"the opening box does not say {what} (looked for “{pattern}”)"


def predicts(chapter: Chapter) -> Iterator[str]:
    """A predict-first box stands above the first experiment (training run or player) of each section."""
    asked, heading = False, "the beginning"
    for cell in chapter.recorded.cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=## )", without_fences(cell.source), flags=re.MULTILINE):
                if part.startswith("## "):
                    asked, heading = False, part.splitlines()[0]
                asked = asked or bool(boxes(part, "predict"))
        elif not notebooks.tags(cell) & {"exercise", "solution", "live"} and not asked:
            shows = any(PLAYER in text for output in cell.get("outputs", []) for text in notebooks.output_texts(output))
            if fits(cell) or shows:
                yield f"{heading}: no `:class: predict` box above the experiment\n{cell.source:.200}"
                asked = True
    if not boxes(chapter.prose, "predict"):
        yield "no `:class: predict` box in the chapter"
