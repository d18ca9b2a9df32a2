"""Diagrams of the chapter on pooling."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing

MAP = [[1, 3, 0, 2], [5, 3, 4, 2], [0, 2, 7, 1], [2, 4, 3, 5]]
QUARTERS = [["a", "a", "", ""], ["a", "a", "", ""], ["", "", "b", "b"], ["", "", "b", "b"]]
TWO = [["a", ""], ["", "b"]]


def _row(d: Drawing, x: float, y: float, values: list, cell: float, marked: dict[int, str] | None = None):
    """One row of numbers in cells. marked: {place: class}."""
    d.grid(x, y, [values], cell, [[(marked or {}).get(i, "") for i in range(len(values))]])


@diagram(380, 222)
def pooling_moved_edge(d: Drawing):
    """An edge moved by one pixel. The upper row of pixels is `1 1 1 0 0 0 0 0 0`; below it the response of the edge
    detector, `0 0 1 0 0 0 0 0`. Then the same, `moved by one pixel`: the pixels `1 1 1 1 0 0 0 0 0` and the response
    `0 0 0 1 0 0 0 0`. The two ones are coloured and stand below each other's neighbour."""
    for top, ones, name, kind in ((8, 3, "a row of pixels", "a"), (124, 4, "moved by one pixel", "b")):
        cell = 28
        d.text(8, top + 6, name, kind="soft", size=14, anchor="start")
        _row(d, 8, top + 20, [1] * ones + [0] * (9 - ones), cell)
        _row(d, 8 + cell / 2, top + 58, [int(i == ones - 1) for i in range(8)], cell, {ones - 1: kind})
        d.text(270, top + 34, "pixels", kind="soft", size=14, anchor="start")
        d.text(270, top + 72, "response", kind="soft", size=14, anchor="start")


@diagram(380, 210)
def pooling_windows(d: Drawing):
    """Four windows of 2 by 2 in a map of 4 by 4 with the rows `1 3 0 2`, `5 3 4 2`, `0 2 7 1` and `2 4 3 5`. The
    `maximum` of each is `5 4` over `4 7`, the `mean` `3 2` over `2 4`. The upper left window and its results have one
    colour, the lower right one another; thicker lines part the windows."""
    cell = 36
    d.grid(10, 40, MAP, cell, QUARTERS)
    d.line((10 + 2 * cell, 34), (10 + 2 * cell, 46 + 4 * cell), kind="ink")
    d.line((4, 40 + 2 * cell), (16 + 4 * cell, 40 + 2 * cell), kind="ink")
    d.arrow((170, 84), (206, 70))
    d.arrow((170, 140), (206, 154))
    d.grid(214, 22, [[5, 4], [4, 7]], cell, TWO)
    d.grid(214, 122, [[3, 2], [2, 4]], cell, TWO)
    d.text(300, 58, "maximum", size=14, anchor="start")
    d.text(300, 158, "mean", size=14, anchor="start")
    d.text(10 + 2 * cell, 20, "map", kind="soft", size=14)


@diagram(380, 252)
def pooling_edge(d: Drawing):
    """Maximum pooling of the response of the edge detector, windows of two side by side. The response
    `0 0 1 0 0 0 0 0` becomes `0 1 0 0`. Moved by one, `0 0 0 1 0 0 0 0` becomes `0 1 0 0`, the same. Moved by two,
    `0 0 0 0 1 0 0 0` becomes `0 0 1 0`. Beside the rows stand `as it was`, `moved by 1` and `moved by 2`."""
    cell = 30
    for step, name in enumerate(("as it was", "moved by 1", "moved by 2")):
        top, place = 8 + 84 * step, 2 + step
        _row(d, 8, top, [int(i == place) for i in range(8)], cell, {place: "a"})
        for j in range(1, 4):
            x = 8 + 2 * j * cell
            d.line((x, top - 4), (x, top + cell + 4))
        for j in range(4):
            _row(d, 8 + (2 * j + 0.5) * cell, top + 38, [int(j == place // 2)], cell,
                 {0: "b"} if j == place // 2 else {})  # fmt: skip
        d.text(260, top + 15, name, size=14, anchor="start")
        d.text(260, top + 53, "pooled", kind="soft", size=14, anchor="start")


@diagram(380, 216)
def pooling_gradients(d: Drawing):
    """Where a gradient of 1 for each output goes, in the map of 4 by 4 from above. `Maximum`: a 1 stands where the 5,
    the 4, the 4 and the 7 are, one in each window, and 0 elsewhere, `0 0 0 0` in the first row and `1 0 1 0` in the
    second, `0 0 1 0` and `0 1 0 0` below. `Mean`: `¼` everywhere."""
    cell = 36
    top = [[0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 1, 0], [0, 1, 0, 0]]
    d.grid(12, 50, top, cell, [["a" if value else "" for value in row] for row in top])
    d.grid(212, 50, [["¼"] * 4 for _ in range(4)], cell, [["a"] * 4 for _ in range(4)])
    for left, name in ((12, "Maximum"), (212, "Mean")):
        d.text(left + 2 * cell, 24, name, size=15)
        d.line((left + 2 * cell, 44), (left + 2 * cell, 56 + 4 * cell))
        d.line((left - 6, 50 + 2 * cell), (left + 6 + 4 * cell, 50 + 2 * cell))


@diagram(380, 190)
def pooling_channels(d: Drawing):
    """A convolution and a pooling of three channels. Above, all three channels of shape `(3, H, W)` run into one output
    channel of a `convolution`, `(1, H, W)`. Below, under `pooling`, each channel has an output of its own, half as high
    and half as wide: `(3, H/2, W/2)`."""
    kinds = ("a", "b", "")
    for left, name in ((0, "convolution"), (194, "pooling")):
        d.text(left + 92, 14, name, size=15)
        for i, kind in enumerate(kinds):
            d.tensor(left + 36, 54 + 44 * i, 36, 32, kind=kind)
            if name == "pooling":
                d.arrow((left + 60, 54 + 44 * i), (left + 118, 54 + 44 * i))
                d.tensor(left + 136, 54 + 44 * i, 18, 16, kind=kind)
            else:
                d.arrow((left + 60, 54 + 44 * i), (left + 112, 92 + 6 * i))
        if name == "convolution":
            d.tensor(left + 136, 98, 36, 32)
        d.text(left + 36, 176, "$(3, H, W)$", kind="soft", size=14)
    d.text(136, 176, "$(1, H, W)$", kind="soft", size=14)
    d.text(330, 176, "$(3, H$/$2, W$/$2)$", kind="soft", size=14)


@diagram(380, 330)
def pooling_stripes(d: Drawing):
    """Stripes under maximum pooling with windows of two. The stripes `0 0 1 1 0 0 1 1` become `0 1 0 1`. The same
    stripes `moved by 1`, `1 0 0 1 1 0 0 1`, become `1 1 1 1`: they are gone. Below, the largest of every two
    neighbours is taken first, then blurred, then every second value kept, `with blur`: the first become
    `½ 1 ½ 1`, the moved ones `¾ ¾ ¾ ¾`."""
    cell = 30
    rows = [("stripes", [0, 0, 1, 1, 0, 0, 1, 1], [0, 1, 0, 1], "pooled"),
            ("moved by 1", [1, 0, 0, 1, 1, 0, 0, 1], [1, 1, 1, 1], "pooled"),
            ("stripes", [0, 0, 1, 1, 0, 0, 1, 1], ["½", 1, "½", 1], "with blur"),
            ("moved by 1", [1, 0, 0, 1, 1, 0, 0, 1], ["¾"] * 4, "with blur")]  # fmt: skip
    for step, (name, values, pooled, how) in enumerate(rows):
        top = 8 + 80 * step + (6 if step > 1 else 0)
        _row(d, 8, top, values, cell, {i: "a" for i, value in enumerate(values) if value})
        for j, value in enumerate(pooled):
            _row(d, 8 + (2 * j + 0.5) * cell, top + 36, [value], cell, {0: "b"} if value == 1 else {})
        d.text(260, top + 15, name, size=14, anchor="start")
        d.text(260, top + 51, how, kind="soft", size=14, anchor="start")
