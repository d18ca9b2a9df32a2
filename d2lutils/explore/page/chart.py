"""A small chart as SVG text: the still picture of a player and the growing curves of the live panel.

The player's script draws the same chart in the browser; limits and ticks are worked out here, once for the whole grid.
"""

import math
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from d2lutils.explore.page.numbers import number, tick_label
from d2lutils.explore.page.scales import limits, linear_ticks, log_ticks
from d2lutils.plots import COLORS

DASHES = ["", "6 4", "2 3", "9 3 2 3", "4 2", "12 4"]
HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 230, 12, 40, 44, 40
_HIGHEST, _LOWEST = TOP - 4, HEIGHT - BOTTOM + 4  # where a curve leaves the frame


@dataclass
class Curve:
    name: str
    index: int  # which of a run's columns


@dataclass
class Panel:
    """One set of axes: its curves, limits, ticks [(value, label), …], and whether the scale is logarithmic."""

    label: str
    curves: list[Curve]
    low: float
    high: float
    ticks: list[tuple[float, str]] = field(default_factory=list)
    log: bool = False

    @classmethod
    def around(cls, label: str, curves: list[Curve], columns, log: bool = False, lim=None) -> "Panel":
        """The panel whose limits are `lim` = (low, high), or hold all numbers in `columns` but for a few far out."""
        values = sorted(v for column in columns for v in column if v is not None and (v > 0 or not log))
        low, high = lim if lim is not None else limits(values, log)
        if log and low <= 0:
            raise ValueError(f"the panel {label!r} has a logarithmic scale: its limits must be above 0, not {lim}")
        ticks = log_ticks(low, high) if log else linear_ticks(low, high)
        if lim is not None:
            ticks = [t for t in ticks if low - 1e-9 <= t <= high * (1 + 1e-9)]
        else:
            step = ticks[1] / ticks[0] if log else ticks[1] - ticks[0]
            if log:
                low, high = min(low, ticks[0]), max(high, ticks[-1])
            else:  # out to whole steps, so that the top and the bottom of the panel carry a number
                low, high = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
                ticks = [round(low + i * step, 12) for i in range(round((high - low) / step) + 1)]
        return cls(label, curves, low, high, [(t, tick_label(t)) for t in ticks], log)

    def y(self, value: float) -> float:
        """The height of `value` in pixels from the top; out of the frame by at most its height."""
        if self.log:
            share = math.log(max(value, 1e-300) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(share, -1), 2))


class Chart:
    """Panels side by side above one x axis."""

    def __init__(self, panels: list[Panel], xs, xlabel: str, ends: bool = True):
        self.panels, self.xlabel, self.ends = panels, xlabel, ends
        self.low, self.high = (min(xs), max(xs)) if xs else (0, 1)
        if self.low == self.high:
            self.low, self.high = self.low - 0.5, self.high + 0.5
        whole = all(float(x).is_integer() for x in xs)
        ticks = [t for t in linear_ticks(self.low, self.high) if self.low <= t <= self.high]
        self.ticks = [(t, tick_label(t)) for t in ticks if not whole or float(t).is_integer()]

    def svg(self, run: dict, ghosts=(), note: str = "", width: int = 640, alt: str = "", style: str = "") -> str:
        """The chart of one run over faint `ghosts`, as the text of an SVG image.

        A run is {"x", "y": [[…] for each curve], "diverged"}; "low" and "high", if there, are the edges of a band.
        """
        each = width / len(self.panels)
        body = [self._panel(panel, run, ghosts, note, i * each, each) for i, panel in enumerate(self.panels)]
        legend = 20  # pixels above the panels
        label = f"aria-label='{escape(alt)}' " if alt else ""
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 {-legend} {width} {HEIGHT + legend}' width='{width}' "
            f"height='{HEIGHT + legend}' role='img' {label}font-family='system-ui,sans-serif' font-size='12' "
            f"fill='none'>{style}{''.join(body)}</svg>"
        )

    def _panel(self, panel: Panel, run: dict, ghosts, note: str, left: float, width: float) -> str:
        x0, x1, y0 = left + LEFT, left + width - RIGHT, HEIGHT - BOTTOM
        out = []
        grid = "".join(f"M{x0:.0f} {panel.y(value):.0f}H{x1:.0f}" for value, _ in panel.ticks)
        out.append(f"<path class='grid' stroke='#ddd' d='{grid}'/><g fill='#555' text-anchor='end'>")
        for value, label in panel.ticks:
            out.append(f"<text x='{x0 - 7:.0f}' y='{panel.y(value) + 4:.0f}'>{label}</text>")
        out.append("</g><g fill='#555' text-anchor='middle'>")
        scale = (x1 - x0) / (self.high - self.low)
        for value, label in self.ticks:
            x = x0 + (value - self.low) * scale
            out.append(f"<text x='{x:.0f}' y='{y0 + 17}'>{label}</text>")
        out.append(f"<text x='{(x0 + x1) / 2:.0f}' y='{y0 + 34}'>{escape(self.xlabel)}</text></g>")
        key = x0
        for i, curve in enumerate(panel.curves):
            color, dash = COLORS[i % len(COLORS)], DASHES[i % len(DASHES)]
            stroke = f"class='c{i % len(COLORS)}' stroke='{color}' stroke-width='2' stroke-dasharray='{dash}'"
            out.append(f"<path {stroke} d='M{key:.0f} -6h22'/><text fill='#333' x='{key + 27:.0f}' y='-2'>")
            out.append(f"{escape(curve.name)}</text>")
            key += 40 + 6.6 * len(curve.name)
            for ghost in ghosts:
                line = self._line(panel, ghost, curve.index, x0, scale)
                faint = stroke.replace("' ", " ghost' stroke-opacity='.3' ", 1)
                out.append(self._band(panel, ghost, curve.index, x0, scale, i, faint=True))
                out.append(f"<path {faint} d='{line}'/>" if line else "")
            out.append(self._band(panel, run, curve.index, x0, scale, i))
            line = self._line(panel, run, curve.index, x0, scale)
            if line:
                out.append(f"<path {stroke} stroke-linejoin='round' d='{line}'/>")
            out.append(self._outside(panel, run, curve.index, x0, scale, i))
        if note:
            out.append(f"<text class='bad' fill='#B04A00' text-anchor='middle' x='{(x0 + x1) / 2:.0f}' y='{TOP + 34}'>")
            out.append(f"✕ {escape(note)}</text>")
        return "".join(out)

    def _line(self, panel: Panel, run: dict, index: int, x0: float, scale: float) -> str:
        """The path of a curve, cut where it leaves the frame."""
        points = self._points(panel, run["x"], run["y"][index], x0, scale)
        if len(points) == 1:
            return f"M{points[0][0] - 3:.1f} {min(max(points[0][1], _HIGHEST), _LOWEST):.1f}h6"
        path, end = "", None
        for one, two in pairwise(points):
            piece = _cut(one, two)
            if piece:
                (ax, ay), (bx, by) = piece
                path += ("" if end == piece[0] else f"M{ax:.0f} {ay:.1f}") + f"L{bx:.0f} {by:.1f}"
                end = piece[1]
        return path

    def _points(self, panel: Panel, xs, ys, x0: float, scale: float) -> list[tuple[float, float]]:
        kept = [(x, y) for x, y in zip(xs, ys) if y is not None and (y > 0 or not panel.log)]
        return [(x0 + (x - self.low) * scale, panel.y(y)) for x, y in kept]

    def _band(self, panel: Panel, run: dict, index: int, x0: float, scale: float, color: int, faint=False) -> str:
        """From the lowest to the highest seed."""
        if "low" not in run:
            return ""
        edges = [self._points(panel, run["x"], run[edge][index], x0, scale) for edge in ("low", "high")]
        around = [(x, min(max(y, _HIGHEST), _LOWEST)) for x, y in [*edges[0], *reversed(edges[1])]]
        path = "L".join(f"{x:.0f} {y:.1f}" for x, y in around)
        kind, opacity = ("band ghost", 0.07) if faint else ("band", 0.16)
        look = f"class='{kind} c{color}' fill='{COLORS[color % len(COLORS)]}' fill-opacity='{opacity}'"
        return f"<path {look} d='M{path}Z'/>" if path else ""

    def _outside(self, panel: Panel, run: dict, index: int, x0: float, scale: float, row: int) -> str:
        """The last value of a curve that ends outside of the frame, written at the edge."""
        points = self._points(panel, run["x"], run["y"][index], x0, scale)
        if not points or _HIGHEST <= points[-1][1] <= _LOWEST:
            return ""
        value = next(y for y in reversed(run["y"][index]) if y is not None and (y > 0 or not panel.log))
        above = points[-1][1] < _HIGHEST
        x, y = points[-1][0], TOP + 4 + 14 * row if above else HEIGHT - BOTTOM - 6 - 14 * row
        left = x > x0 + (self.high - self.low) * scale / 2
        return (
            f"<text fill='{COLORS[row % len(COLORS)]}' font-weight='600' text-anchor='{'end' if left else 'start'}' "
            f"x='{x - 6 if left else x + 6:.0f}' y='{y:.0f}'>{'↑' if above else '↓'} {number(value)}</text>"
        )


def _cut(one: tuple[float, float], two: tuple[float, float]):
    """The piece of a line from `one` to `two` that lies inside the frame, or None."""
    (x, y), (dx, dy) = one, (two[0] - one[0], two[1] - one[1])
    if dy == 0:
        return (one, two) if _HIGHEST <= y <= _LOWEST else None
    first, last = sorted(((_HIGHEST - y) / dy, (_LOWEST - y) / dy))
    first, last = max(first, 0.0), min(last, 1.0)
    if first >= last:
        return None
    begin = one if first == 0 else (x + first * dx, y + first * dy)
    return begin, (two if last == 1 else (x + last * dx, y + last * dy))
