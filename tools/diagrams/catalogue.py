"""Which diagrams there are. Each is a short function that draws; its docstring is what screen readers say.

What stands between back quotes in the docstring is written in the drawing, word for word: a test holds the two in step.
"""

import base64
import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple

from tools.diagrams.drawing import Drawing


class Diagram(NamedTuple):
    """A diagram of the book: how large it is, who draws it, and what it shows in words."""

    width: int
    height: int
    draw: Callable[[Drawing], None]
    description: str

    @property
    def alt(self) -> str:
        """The description without its marks, on one line."""
        return " ".join(self.description.replace("`", "").split())

    @property
    def promised(self) -> list[str]:
        """What the description says is written in the drawing."""
        return re.findall(r"`([^`]+)`", self.description)

    @property
    def image(self) -> str:
        """An `<img>` that holds the whole drawing: for notebooks, which show no inline SVG."""
        picture = base64.b64encode(self.drawn().svg(alone=True).encode()).decode()
        return f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(self.alt)}" width="{self.width}">'

    def drawn(self, words: dict[str, str] | None = None) -> Drawing:
        """The finished sheet."""
        sheet = Drawing(self.width, self.height, words)
        self.draw(sheet)
        return sheet


DIAGRAMS: dict[str, Diagram] = {}


def diagram(width: int, height: int):
    """Enters a function into the catalogue under its name."""

    def enter(draw: Callable[[Drawing], None]) -> Callable[[Drawing], None]:
        if not draw.__doc__:
            raise ValueError(f"the diagram {draw.__name__} has no description: give its function a docstring")
        if draw.__name__ in DIAGRAMS:
            raise ValueError(f"there are two diagrams called {draw.__name__}")
        DIAGRAMS[draw.__name__] = Diagram(width, height, draw, draw.__doc__)
        return draw

    return enter
