"""Diagrams of parts 5 and 6."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(372, 236)
def convolution(d: Drawing):
    """A convolution worked in numbers. A picture of 3 by 3, with the rows `0 1 2`, `3 4 5`, `6 7 8`, times a
    kernel of 2 by 2, `0 1` over `2 3`, is an output of 2 by 2, `19 25` over `37 43`. The upper left window of
    the picture, the kernel and the 19 are coloured; below stands `0·0 + 1·1 + 3·2 + 4·3 = 19`."""
    cell = 36
    window = [["a", "a", ""], ["a", "a", ""], ["", "", ""]]
    d.grid(14, 50, [[0, 1, 2], [3, 4, 5], [6, 7, 8]], cell, window)
    d.text(144, 104, "∗", size=24)
    d.grid(166, 68, [[0, 1], [2, 3]], cell, [["b", "b"], ["b", "b"]])
    d.text(260, 104, "=", size=20)
    d.grid(284, 68, [[19, 25], [37, 43]], cell, [["a", ""], ["", ""]])
    for x, name in ((68, "picture"), (202, "kernel"), (320, "output")):
        d.text(x, 28, name, kind="soft", size=14)
    for x, name in ((68, "(3, 3)"), (202, "(2, 2)"), (320, "(2, 2)")):
        d.text(x, 176, name, kind="soft", size=13)
    d.text(186, 214, "0·0 + 1·1 + 3·2 + 4·3 = 19", size=15)


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
