"""The vocabulary of the book's diagrams: units, boxes, tensors, grids, arrows, braces and their labels.

A diagram is drawn on a sheet of fixed size, in user units that are CSS pixels at full size: text of 14 units on a sheet
of 380 stays above 12 pixels on a phone. Colours are classes (`ink`, `a`, `b`, `soft`), so one drawing serves the light
and the dark theme; diagram.css gives them their values.
"""

import math
import re
from itertools import pairwise
from pathlib import Path

import drawsvg

from tools.diagrams.label import plain, runs

STATIC = Path(__file__).parent / "static"
CSS = (STATIC / "diagram.css").read_text(encoding="utf-8")
HEAD = 8.0  # length of an arrow's head
SIZE = 15  # of ordinary text; 13 is the smallest
RAISE = 0.38  # of the size: how far sub- and superscripts leave the line


class Drawing:
    """A sheet of `width` × `height` units. `words` replaces labels, for a translation: {"scores": "…"}."""

    def __init__(self, width: float, height: float, words: dict[str, str] | None = None):
        self.width, self.height, self.words = width, height, words or {}
        self.labels: list[str] = []  # all that is written on the sheet, without marks
        self._elements: list = []

    # --- text ---------------------------------------------------------------------------------------------------

    def text(self, x: float, y: float, label: str, kind: str = "ink", size: float = SIZE, anchor: str = "middle"):
        """A label whose middle is at height y; several lines with `\\n`, each 1.25 of the size apart."""
        lines = self.words.get(label, label).split("\n")
        self.labels.append(" ".join(map(plain, lines)))
        for number, line in enumerate(lines):
            middle = y + (number - (len(lines) - 1) / 2) * 1.25 * size
            element = drawsvg.Text("", size, _r(x), _r(middle + 0.35 * size), class_=kind, text_anchor=anchor)
            height = 0.0
            for run in runs(line):
                wanted = -run.level * RAISE * size
                style = {"font_style": "italic"} if run.italic else {}
                style |= {"font_weight": "bold"} if run.bold else {}
                style |= {"font_size": _r(0.75 * size)} if run.level else {}
                if wanted != height:
                    style["dy"] = _r(wanted - height)
                height = wanted
                element.append(drawsvg.TSpan(run.text, **style))
            self._elements.append(element)

    # --- things -------------------------------------------------------------------------------------------------

    def unit(self, x: float, y: float, label: str = "", kind: str = "", radius: float = 19, size: float = SIZE):
        """A unit of a network, a circle."""
        self._add(drawsvg.Circle(_r(x), _r(y), radius, class_=f"shape {kind}".strip()))
        if label:
            self.text(x, y, label, size=size)

    def box(self, x: float, y: float, width: float, height: float, label: str = "", kind: str = "",
            size: float = SIZE, round_: float = 6):  # fmt: skip
        """A layer or a step: a box with its middle at (x, y)."""
        corner = (_r(x - width / 2), _r(y - height / 2))
        self._add(drawsvg.Rectangle(*corner, width, height, rx=round_, class_=f"shape {kind}".strip()))
        if label:
            self.text(x, y, label, size=size)

    def tensor(self, x: float, y: float, width: float, height: float, depth: float = 0, label: str = "",
               shape: str = "", kind: str = ""):  # fmt: skip
        """A tensor as a block with its shape below it. depth: how far the block reaches back, for a third dimension."""
        left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        if depth:
            back = depth * 0.6
            upper = [(left, top), (left + depth, top - back), (right + depth, top - back), (right, top)]
            side = [(right, top), (right + depth, top - back), (right + depth, bottom - back), (right, bottom)]
            for face in (upper, side):
                self._polygon(face, f"shape {kind}".strip())
        self._polygon([(left, top), (right, top), (right, bottom), (left, bottom)], f"shape {kind}".strip())
        if label:
            self.text(x, y, label)
        if shape:
            self.text(x, bottom + 14, shape, kind="soft", size=13)

    def operator(self, x: float, y: float, sign: str, kind: str = "", radius: float = 11):
        """Plus, times and their like: a small circle with a sign."""
        self._add(drawsvg.Circle(_r(x), _r(y), radius, class_=f"shape {kind}".strip()))
        self.text(x, y, sign, size=16)

    def grid(self, x: float, y: float, rows: list, cell: float = 28, kinds: list | None = None, size: float = SIZE):
        """Numbers, words or nothing ("") in square cells, the corner at (x, y). kinds: the class of each cell."""
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                kind = kinds[i][j] if kinds else ""
                self._add(drawsvg.Rectangle(_r(x + j * cell), _r(y + i * cell), cell, cell,
                                            class_=f"shape {kind}".strip()))  # fmt: skip
                if value != "":
                    self.text(x + (j + 0.5) * cell, y + (i + 0.5) * cell, str(value), size=size)

    # --- what connects them ---------------------------------------------------------------------------------------

    def line(self, *points: tuple[float, float], kind: str = "ink"):
        """A line through points."""
        self._add(_path(points, f"line {kind}"))

    def arrow(self, *points: tuple[float, float], kind: str = "ink", label: str = "", side: float = -12,
              size: float = 13):  # fmt: skip
        """A line through points with a head at its end; a label beside the middle of its longest piece.

        side: how far the label stands from the line, to its right as one looks along it when positive.
        """
        (x0, y0), (x1, y1) = points[-2:]
        length = math.hypot(x1 - x0, y1 - y0)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        neck = (x1 - ux * HEAD, y1 - uy * HEAD)
        self._add(_path([*points[:-1], neck], f"line {kind}"))
        wing = 0.42 * HEAD
        wings = [(neck[0] - uy * wing, neck[1] + ux * wing), (neck[0] + uy * wing, neck[1] - ux * wing)]
        self._polygon([(x1, y1), *wings], f"head {kind}")
        if label:
            (ax, ay), (bx, by) = max(pairwise(points), key=lambda ends: math.dist(*ends))
            long = math.dist((ax, ay), (bx, by))
            self.text((ax + bx) / 2 - (by - ay) / long * side, (ay + by) / 2 + (bx - ax) / long * side, label,
                      kind=kind, size=size)  # fmt: skip

    def between(self, start: tuple[float, float], end: tuple[float, float], gap: float = 19, kind: str = "ink",
                head: bool = True):  # fmt: skip
        """An arrow from one unit to another, from rim to rim."""
        length = math.dist(start, end)
        ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        points = ((start[0] + ux * gap, start[1] + uy * gap), (end[0] - ux * gap, end[1] - uy * gap))
        (self.arrow if head else self.line)(*points, kind=kind)

    def brace(self, x0: float, x1: float, y: float, label: str = "", kind: str = "soft"):
        """A horizontal brace from x0 to x1 below y, its label under it."""
        middle, tip = (x0 + x1) / 2, y + 8
        self._add(_path([(x0, y), (x0, y + 4), (middle, y + 4), (middle, tip)], f"line {kind}"))
        self._add(_path([(middle, y + 4), (x1, y + 4), (x1, y)], f"line {kind}"))
        if label:
            self.text(middle, tip + 11, label, kind=kind, size=13)

    def cross(self, x: float, y: float, half: float = 11, kind: str = "b"):
        """Crossed out."""
        self.line((x - half, y - half), (x + half, y + half), kind=kind)
        self.line((x - half, y + half), (x + half, y - half), kind=kind)

    # --- the result -----------------------------------------------------------------------------------------------

    def svg(self, alone: bool, alt: str = "") -> str:
        """The drawing as SVG text: `alone` carries its own colours on white, for an <img>; else the page gives them."""
        sheet = drawsvg.Drawing(self.width, self.height, class_="d2l-diagram", role="img", aria_label=alt)
        if alone:
            sheet.append_css(re.sub(r"light-dark\(([^,]+),[^)]+\)", r"\1", CSS))
            sheet.append(drawsvg.Rectangle(0, 0, self.width, self.height, rx=8, class_="sheet"))
        for element in self._elements:
            sheet.append(element)
        text = sheet.as_svg(header="")
        return re.sub(r"<defs>\s*</defs>\s*", "", text) if not alone else text

    def _add(self, element):
        self._elements.append(element)

    def _polygon(self, corners, kind: str):
        path = drawsvg.Path(class_=kind).M(*map(_r, corners[0]))
        for corner in corners[1:]:
            path.L(*map(_r, corner))
        self._add(path.Z())


def _path(points, kind: str):
    path = drawsvg.Path(class_=kind).M(*map(_r, points[0]))
    for point in points[1:]:
        path.L(*map(_r, point))
    return path


def _r(value: float) -> float:
    return round(value, 2)
