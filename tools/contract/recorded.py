"""Rules about the notebook: what `make record` wrote is what it would write today, clean, and says what made it."""

import re
from collections.abc import Iterator

from tools import notebooks, recording
from tools.contract.chapter import Chapter
from tools.recording import Stamp, data

PLAYER = 'class="d2l-player" data-name='  # how a recorded player begins; a note that a recording is missing does not


def in_step(chapter: Chapter) -> Iterator[str]:
    """The notebook is what `make record` would write today."""
    what, reason = recording.need(chapter.path)
    if what is not recording.Need.NOTHING:
        yield f"{reason}. Run `make record`."


def executed(chapter: Chapter) -> Iterator[str]:
    """Every cell ran once, in order, without an error; nbval silently skips a cell without a count."""
    last = 0
    for number, cell in enumerate(chapter.recorded.cells, start=1):
        if cell.cell_type != "code":
            continue
        if cell.execution_count is None or cell.execution_count <= last:
            yield f"cell {number} was not executed after the one above it (count {cell.execution_count})"
        last = cell.execution_count or last
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {number} stores an error: {output.ename}: {output.evalue}"


def clean(chapter: Chapter) -> Iterator[str]:
    """No widget state, no times, small enough, live panels without output."""
    if "widgets" in chapter.notebook.get("metadata", {}):
        yield "the notebook stores widget state"
    target = chapter.path.with_suffix(".ipynb")
    size = target.stat().st_size if target.exists() else 0
    if size > notebooks.LIMIT:
        yield f"the notebook has {size} bytes, more than {notebooks.LIMIT}"
    for number, cell in enumerate(chapter.notebook.cells, start=1):
        if "execution" in cell.metadata:
            yield f"cell {number} stores when it ran"
        if "live" in notebooks.tags(cell):
            if cell.outputs:
                yield f"cell {number} is a live panel and stores an output"
            if "nbval-ignore-output" not in notebooks.tags(cell):
                yield f"cell {number} is a live panel: tag it nbval-ignore-output too"


def alt_text(chapter: Chapter) -> Iterator[str]:
    """Every picture has a description: cell metadata `mystnb: image: alt:`, or alt in the HTML."""
    for number, cell in enumerate(chapter.recorded.cells, start=1):
        for output in cell.get("outputs", []):
            picture = any(kind.startswith("image/") for kind in output.get("data", {}))
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            if picture and len(alt.split()) < 4:
                yield f"cell {number} shows a picture without alt text (metadata mystnb.image.alt): {alt!r}"
            for text in notebooks.output_texts(output):
                if re.search(r"<img\b(?![^>]*\balt=[\"'][^\"']+[\"'])", text):
                    yield f"cell {number} shows an <img> without alt text"
    for text in re.findall(r"!\[\s*\]\(", chapter.prose):
        yield f"a picture in the text has no alt text: {text}"


def sweeps(chapter: Chapter) -> Iterator[str]:
    """Where there is a `sweep` cell, its recorded player is shown, and a live panel opens beside it."""
    if not chapter.code("sweep"):
        return
    shown = [text for cell in chapter.recorded.cells for output in cell.get("outputs", [])
             for text in notebooks.output_texts(output) if PLAYER in text]
    if not shown:
        yield "a cell is tagged `sweep` and no player is shown"


def recorded_on(chapter: Chapter) -> Iterator[str]:
    """The notebook was made from the real data, or from stand-ins where the front matter says so."""
    used = Stamp.read(chapter.notebook).data
    if not data.on_stand_ins(chapter.path):
        if missing := data.missing(used):
            yield f"it was recorded on stand-ins: {missing}. {data.HOW}"
    elif used and not data.stand_ins(used):
        yield f"its front matter says `{data.KEY}: stand-ins`, and all of its data were real: take the line out"
