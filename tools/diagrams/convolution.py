"""Diagrams of the chapter on convolution."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(378, 236)
def convolution(d: Drawing):
    """A convolution worked in numbers. A picture of 3 by 4 with the rows `1 1 5 5`, `1 1 5 5`, `1 5 5 5`, and a kernel
    of 2 by 2 with two rows `1 −1`, give an output of 2 by 3, `0 −8 0` over `−4 −4 0`. The upper middle window of the
    picture, the kernel and the −8 are coloured; below stands `1·1 + 5·(−1) + 1·1 + 5·(−1) = −8`."""
    cell = 34
    window = [["", "a", "a", ""], ["", "a", "a", ""], ["", "", "", ""]]
    d.grid(6, 50, [[1, 1, 5, 5], [1, 1, 5, 5], [1, 5, 5, 5]], cell, window)
    d.text(157, 101, "∗", size=24)
    d.grid(172, 67, [[1, "−1"], [1, "−1"]], cell, [["b", "b"], ["b", "b"]])
    d.text(256, 101, "=", size=20)
    d.grid(272, 67, [[0, "−8", 0], ["−4", "−4", 0]], cell, [["", "a", ""], ["", "", ""]])
    for x, name, shape in ((74, "picture X", "(3, 4)"), (206, "kernel K", "(2, 2)"), (323, "output H", "(2, 3)")):
        d.text(x, 28, name, kind="soft", size=14)
        d.text(x, 172, shape, kind="soft", size=13)
    d.text(190, 212, "1·1 + 5·(−1) + 1·1 + 5·(−1) = −8", size=15)


@diagram(378, 330)
def dense_to_convolution(d: Drawing):
    """Three layers from five pixels to four outputs. `dense`: every output is joined to every pixel, `20 weights`.
    `local`: each output is joined to two neighbouring pixels only, `8 weights`. `local and shared`: the same arrows,
    but all left ones carry one weight and all right ones another, drawn in two colours, `2 weights`."""
    gap, radius = 62, 13
    pixels = [96 + gap * i for i in range(5)]
    outputs = [127 + gap * i for i in range(4)]
    kinds = {"dense": ("soft", "soft"), "local": ("ink", "ink"), "local and\nshared": ("a", "b")}
    counts = ("20 weights", "8 weights", "2 weights")
    for row, (name, (left, right)) in enumerate(kinds.items()):
        top, bottom = 26 + 108 * row, 90 + 108 * row
        for j, x in enumerate(outputs):
            for i, pixel in enumerate(pixels):
                if name == "dense" or i - j in (0, 1):
                    d.between((pixel, bottom), (x, top), gap=radius, kind=left if i == j else right, head=False)
        for x in outputs:
            d.unit(x, top, radius=radius)
        for x in pixels:
            d.unit(x, bottom, radius=radius)
        d.text(36, top + 22, name, size=14)
        d.text(36, top + 56, counts[row], kind="soft", size=13)


@diagram(378, 232)
def receptive_field(d: Drawing):
    """Two convolutions over a row of `pixels`, each with a kernel of three. One output of `layer 2` reads three
    neighbours in `layer 1`, and these together read five pixels. The five are coloured and braced as
    its `receptive field`."""
    gap, radius = 40, 14
    rows = [[(40 + 20 * 2 * level + gap * i, 160 - 65 * level) for i in range(7 - 2 * level)] for level in range(3)]
    seen = {0: range(1, 6), 1: range(1, 4), 2: range(1, 2)}
    for level in (1, 2):
        for i, place in enumerate(rows[level]):
            for j in range(i, i + 3):
                kind = "a" if i in seen[level] else "soft"
                d.between(rows[level - 1][j], place, gap=radius, kind=kind, head=False)
    for level, places in enumerate(rows):
        for i, place in enumerate(places):
            d.unit(*place, kind="a" if i in seen[level] else "", radius=radius)
    for y, name in ((160, "pixels"), (95, "layer 1"), (30, "layer 2")):
        d.text(346, y, name, kind="soft", size=14)
    d.brace(80 - radius, 240 + radius, 182, "receptive field")
