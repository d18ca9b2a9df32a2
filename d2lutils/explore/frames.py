"""Pictures under sliders: any matplotlib figure, drawn for every setting of a grid and played without a kernel."""

import base64
import contextlib
import sys

import matplotlib

from d2lutils.explore.page.drawings import WEBP, from_ranges, share_lines, svg, webp
from d2lutils.explore.page.player import svg_image
from d2lutils.explore.record.fingerprint import code_hash
from d2lutils.explore.record.recording import SweepError
from d2lutils.explore.shown import Shown

SMALL = 60_000  # bytes for all pictures together


class Frames(Shown):
    """A drawing function under sliders.

    name: of the file, sweeps/<name>.json beside the chapter.
    draw: (**settings) -> matplotlib Figure. Black becomes the page's text colour and the white background vanishes, so
        the picture fits light and dark pages; other colours stay (`d2l.COLORS` tell on both).
    axes: Axis objects, or short ("step", range(20)).
    alt: what the picture shows, in words: a text, or a function (**settings) -> text that tells what changes. It is
        the readout under the picture and what a screen reader says.
    format: "svg" or "webp"; by default SVG, unless that takes more than SMALL bytes and WebP clearly less. Photographs
        and dense scatter plots are smaller as WebP.

    `frames.show()` is the player, `frames.live()` draws anew at every move of a slider, `frames.record()` records.
    """

    kind = "frames"

    def __init__(self, name, draw, axes, *, alt, title=None, format=None):
        super().__init__(name, draw, axes, title)
        if format not in (None, "svg", "webp"):
            raise ValueError(f'format is "svg", "webp" or None, not {format!r}')
        self.alt, self.format = alt, format

    def alt_of(self, settings: dict) -> str:
        return str(self.alt(**settings) if callable(self.alt) else self.alt)

    def draw(self, settings: dict, *how):
        """Draw one setting and turn the figure into what each of the functions `how` makes of it (svg, webp).

        Raises SweepError if the drawing function gives no figure.
        """
        with _closing_figures() as opened:
            figure = self.function(**settings)
            figure = getattr(figure, "figure", figure)  # axes, or an artist, were returned
            if not isinstance(figure, matplotlib.figure.Figure):
                returned = "nothing" if figure is None else f"a {type(figure).__name__}"
                hint = ". It made one: end it with `return figure`" if opened() else ""
                wanted = f"it must return a matplotlib Figure{hint}"
                raise SweepError(f"{self.function_name}() returned {returned}: {wanted}")
            made = []
            for turn in how:
                made.append(turn(figure))
                figure.set_layout_engine("none")  # laid out once: drawn again it may move by a hair
            return made if len(made) > 1 else made[0]

    def _run(self, settings: dict) -> dict:
        drawing, picture = self.draw(settings, svg, webp)
        return {"alt": self.alt_of(settings), "svg": drawing, "webp": base64.b64encode(picture).decode()}

    def _head(self, runs) -> dict:
        lines, rows = share_lines([run["svg"].split("\n") for run in runs])
        as_svg = sum(len(line) for line in lines) + sum(len(str(row)) for row in rows)
        as_webp = sum(len(run["webp"]) for run in runs)
        webp = self.format == "webp" or (self.format is None and as_svg > max(1.5 * as_webp, SMALL))
        place = self.position(self.start)
        still = {"at": place, "webp": runs[place]["webp"]}
        for run, row in zip(runs, rows):
            del run["svg"]
            picture = run.pop("webp")
            run["frame"] = picture if webp else row
        return {"image": "webp"} if webp else {"image": "svg", "lines": lines, "still": still}

    def _decides(self):
        # what the words say is recorded too
        return [self.format, self.alt if isinstance(self.alt, str) else self._alt_code()]

    def _alt_code(self) -> str:
        return code_hash(self.alt)

    def player_parts(self, data: dict) -> tuple[dict, str, str]:
        """What a page needs: the pictures for player.js, the still one as a data URI, and a sentence on it."""
        place = self.position(self.start)
        first = data["runs"][place]
        sentence = f"{self.words(self.start)}: {first['alt']}"
        if data["image"] == "svg":
            if data["still"]["at"] == place:
                still = WEBP + data["still"]["webp"]
            else:
                text = "\n".join(data["lines"][i] for i in from_ranges(first["frame"]))
                still = svg_image(text.replace("currentColor", "#222"))
            rows = [[run["frame"], run["alt"]] for run in data["runs"]]
            return {"L": data["lines"], "r": rows}, still, sentence
        rows = [[WEBP + run["frame"], run["alt"]] for run in data["runs"]]
        return {"r": rows}, rows[place][0], sentence


@contextlib.contextmanager
def _closing_figures():
    """Take the figures that are made inside off pyplot's list, so that a notebook does not show them a second time.

    Gives a function that says which they are.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    before = set(pyplot.get_fignums()) if pyplot else set()

    def opened() -> set[int]:
        pyplot = sys.modules.get("matplotlib.pyplot")
        return set(pyplot.get_fignums()) - before if pyplot else set()

    try:
        yield opened
    finally:
        for number in opened():
            sys.modules["matplotlib.pyplot"].close(number)
