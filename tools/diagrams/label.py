"""Labels of diagrams: plain words with mathematics between dollar signs.

    "scores $o_1$"      letters of mathematics are italic, digits and signs upright, _ and ^ lower and raise
    "$!W^{(1)}$"        ! makes the next letter bold and upright: a vector or a matrix
"""

import re
from typing import NamedTuple


class Run(NamedTuple):
    """A piece of a label in one type. level: −1 below the line, 0 on it, 1 above it."""

    text: str
    italic: bool = False
    bold: bool = False
    level: int = 0


PIECE = re.compile(r"([_^])(?:\{([^}]*)\}|(.))|!(.)|((?:[^\W\d_][\u0300-\u036f]*)+)|([^_^!]+?(?=[_^!]|[^\W\d_]|$))")


def runs(label: str) -> list[Run]:
    """The pieces of a label. Raises ValueError for a dollar sign without its partner."""
    parts = label.split("$")
    if len(parts) % 2 == 0:
        raise ValueError(f"the label {label!r} has a dollar sign without its partner")
    found = []
    for number, part in enumerate(parts):
        found += _mathematics(part) if number % 2 else [Run(part)] if part else []
    return found


def plain(label: str) -> str:
    """The label as a reader would type it: no marks."""
    return "".join(run.text for run in runs(label))


def _mathematics(text: str, level: int = 0) -> list[Run]:
    found = []
    for mark, group, single, bold, letters, other in PIECE.findall(text):
        if mark:
            found += _mathematics(group or single, 1 if mark == "^" else -1)
        elif bold:
            found.append(Run(bold, bold=True, level=level))
        elif letters:
            found.append(Run(letters, italic=True, level=level))
        else:
            found.append(Run(other, level=level))
    return found
