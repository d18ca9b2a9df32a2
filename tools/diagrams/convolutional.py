"""Diagrams of part 6."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(372, 372)
def residual_block(d: Drawing):
    """A residual block. From the input `x` one arrow leads down through `3×3 convolution`, `batch norm`, `ReLU`,
    `3×3 convolution` and `batch norm`, giving `f(x)`; a second, coloured, goes around all of them unchanged.
    Both meet at a `+`, then comes a ReLU, and the output is `y = ReLU(f(x) + x)`."""
    x = 150
    d.text(x, 16, "$!x$", size=17)
    steps = ["3×3 convolution", "batch norm", "ReLU", "3×3 convolution", "batch norm"]
    y = 58
    d.arrow((x, 28), (x, y - 16))
    for number, name in enumerate(steps):
        d.box(x, y, 160, 32, name, size=14)
        if number < len(steps) - 1:
            d.arrow((x, y + 16), (x, y + 30), kind="ink")
        y += 46
    d.arrow((x, y - 30), (x, y - 3))
    d.text(x - 14, y - 18, "$f(!x)$", kind="soft", size=14, anchor="end")
    d.operator(x, y + 8, "+")
    d.arrow((x, 34), (300, 34), (300, y + 8), (x + 11, y + 8), kind="a")
    d.text(314, 150, "$!x$", kind="a", size=16, anchor="start")
    d.arrow((x, y + 19), (x, y + 40))
    d.text(x, y + 56, "$!y = $ReLU$(f(!x) + !x)$", size=15)
