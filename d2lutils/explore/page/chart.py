"""A small chart as SVG text: the still picture of a player and the growing curves of the live panel.

The player's script draws the same chart in the browser; limits and ticks are worked out here, once for the whole grid.
"""

import math
from dataclasses import dataclass, field
from html import escape

from d2lutils.explore.page.numbers import tick_label
from d2lutils.plots import COLORS

DASHES = ["", "6 4", "2 3", "9 3 2 3", "4 2", "12 4"]
HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 230, 12, 40, 44, 40


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
        low, high = lim if lim is not None else _limits(values, log)
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
        """The height of `value` in pixels from the top; out of the panel at most by its own height."""
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
        """The chart of one run ({"x", "y", "diverged"}) over faint `ghosts`, as the text of an SVG image."""
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
                out.append(f"<path {faint} d='{line}'/>" if line else "")
            line = self._line(panel, run, curve.index, x0, scale)
            if line:
                out.append(f"<path {stroke} stroke-linejoin='round' d='{line}'/>")
        if note:
            out.append(f"<text class='bad' fill='#B04A00' text-anchor='middle' x='{(x0 + x1) / 2:.0f}' y='{TOP + 16}'>")
            out.append(f"✕ {escape(note)}</text>")
        return "".join(out)

    def _line(self, panel: Panel, run: dict, index: int, x0: float, scale: float) -> str:
        points = [(x, y) for x, y in zip(run["x"], run["y"][index]) if y is not None and (y > 0 or not panel.log)]
        clipped = [(x0 + (x - self.low) * scale, min(max(panel.y(y), TOP - 4), HEIGHT - BOTTOM + 4)) for x, y in points]
        if len(clipped) == 1:
            return f"M{clipped[0][0] - 3:.1f} {clipped[0][1]:.1f}h6"
        return "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in clipped) if clipped else ""


def _limits(values: list[float], log: bool) -> tuple[float, float]:
    """The range of sorted `values`, without the few that would flatten all others; with zero when it is near."""
    if not values:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = values[0], values[-1]
    near_low, near_high = values[len(values) * 3 // 100], values[len(values) - 1 - len(values) * 3 // 100]
    if log:
        return (low, high) if high / low > 1.2 else (low / 1.5, high * 1.5)
    spread = near_high - near_low
    if high - near_high > 2 * spread > 0:
        high = near_high + 0.3 * spread
    if near_low - low > 2 * spread > 0:
        low = near_low - 0.3 * spread
    if low == high:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    if 0 < low < 0.4 * high:
        low = 0.0
    return low, high


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, with the one before and the one after where those are not round."""
    raw = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{i * step:.10g}") for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Powers of ten around [low, high]; 3 times those, too, or 2 and 5 times, where the range is short."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    decades = math.log10(high / low)
    if decades <= 2.5:
        fine = [m * 10.0**e for e in range(first, last + 1) for m in ((1, 2, 5) if decades <= 1.4 else (1, 3))]
        begin = max((i for i, t in enumerate(fine) if t <= low * 1.001), default=0)
        end = min((i for i, t in enumerate(fine) if t >= high * 0.999), default=len(fine) - 1)
        return [float(f"{t:.3g}") for t in fine[begin : end + 1]]
    step = -(-(last - first) // (most - 1))
    return [10.0**e for e in range(first, last + step, step)]
