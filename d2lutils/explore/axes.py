"""The axes of a sweep: what each slider turns, and through which values."""

import math
import re
from dataclasses import dataclass
from itertools import product

Setting = int | float | str | bool


@dataclass
class Axis:
    """One slider: an argument of the training function and the values it takes in the recorded grid.

    name: the argument's name. values: at least one, all different; numbers, strings, True and False. For None use a
        word: ipywidgets' sliders take it for "nothing chosen".
    label: what the slider says, by default the name with spaces for underscores.
    log: the live slider moves on a logarithmic scale (all values must be above 0).
    format: how a value is written: a format string ("{:.0%}", "{:g} layers"), a function value -> text, or a dict.
    start: the value the slider stands at first, by default the middle one.
    """

    name: str
    values: list[Setting]
    label: str | None = None
    log: bool = False
    format: object = None
    start: Setting | None = None

    def __post_init__(self):
        self.values = [_plain(self.name, value) for value in self.values]
        self.label = self.name.replace("_", " ") if self.label is None else self.label
        if not re.fullmatch(r"[A-Za-z_]\w*", self.name):
            raise ValueError(f"an axis is named after an argument of the function; {self.name!r} cannot be one")
        if not self.values:
            raise ValueError(f"axis {self.name!r} has no values: give the slider at least one")
        if len({(type(v) is bool, v) for v in self.values}) < len(self.values):
            raise ValueError(f"axis {self.name!r} has a value twice: {self.values}")
        if self.log and not (self.is_numeric and min(self.values) > 0):
            raise ValueError(f"axis {self.name!r} has log=True, so its values must be numbers above 0: {self.values}")
        if self.start is None:
            self.start = self.values[len(self.values) // 2]
        if self.start not in self.values:
            raise ValueError(f"axis {self.name!r} starts at {self.start!r}, which is none of its values {self.values}")

    @property
    def is_numeric(self) -> bool:
        return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in self.values)

    def text(self, value) -> str:
        """How `value` is written beside the slider."""
        if isinstance(self.format, dict) and value in self.format:
            return str(self.format[value])
        if isinstance(self.format, str):
            return self.format.format(value)
        if callable(self.format):
            return str(self.format(value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return f"{value:.4g}".replace("-", "−")
        return str(value).replace("-", "−") if isinstance(value, int) else str(value)

    def nearest(self, value) -> int:
        """The position of the recorded value nearest to `value`, which may lie off the grid."""
        if value in self.values or not self.is_numeric:
            return self.values.index(value) if value in self.values else self.values.index(self.start)
        scale = (lambda v: math.log(max(v, 1e-300))) if self.log else float
        return min(range(len(self.values)), key=lambda i: abs(scale(self.values[i]) - scale(value)))


def _plain(name: str, value) -> Setting:
    """`value` as plain Python data (a NumPy number, say), or an error."""
    if hasattr(value, "item") and not isinstance(value, (int, float, str)):
        value = value.item()
    if not isinstance(value, (int, float, str, bool)):
        remedy = "; a word such as 'none' can stand for it" if value is None else ""
        raise TypeError(f"axis {name!r} has the value {value!r}: sliders take numbers, strings, True and False{remedy}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"axis {name!r} has the value {value}: a slider cannot stand there")
    return value


def as_axis(axis) -> Axis:
    """An Axis, or one from the short form ("lr", [0.1, 0.3])."""
    return axis if isinstance(axis, Axis) else Axis(*axis)


def grid(axes: list[Axis]) -> list[dict[str, Setting]]:
    """All settings, the last axis moving fastest."""
    return [dict(zip([a.name for a in axes], values)) for values in product(*(a.values for a in axes))]


def in_words(axes: list[Axis], settings: dict) -> str:
    """ "learning rate 0.1, batch size 256" """
    return ", ".join(f"{a.label} {a.text(settings[a.name])}" for a in axes)
