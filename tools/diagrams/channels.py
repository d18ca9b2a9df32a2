"""Diagrams of the chapter on padding, stride and channels."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(378, 250)
def padding_and_stride(d: Drawing):
    """A row of eight pixels with one pixel of padding at each end, marked `0`, and the four windows of a kernel of
    three with stride 2, as bars above it: they begin at places 0, 2, 4 and 6. The last padded pixel is crossed
    out: no window reaches it. Labels: `n = 8`, `k = 3`, `p = 1`, `s = 2`, and `⌊(8 + 2 − 3)/2⌋ + 1 = 4 windows`."""
    cell, left, top = 34, 19, 150
    d.grid(left, top, [["0", *[""] * 8, "0"]], cell, [["b", *["a"] * 8, "b"]])
    for number in range(4):
        x, y = left + 2 * number * cell, 118 - 28 * (number % 2)
        d.box(x + 1.5 * cell, y, 3 * cell - 6, 18, f"window {number + 1}", size=13)
    d.cross(left + 9.5 * cell, top + cell / 2)
    d.brace(left + cell, left + 9 * cell, top + cell + 4, "n = 8 pixels")
    d.text(189, 26, "k = 3,  p = 1,  s = 2", size=15)
    d.text(189, 54, "⌊(8 + 2 − 3)/2⌋ + 1 = 4 windows", size=15)


@diagram(378, 300)
def channels_in_and_out(d: Drawing):
    """A convolution with three input channels and two outputs. The picture is a block of three sheets, `(3, H, W)`. Two
    kernels, each a small block of three sheets too, `(2, 3, h, w)`, one blue and one orange. Each kernel reads all
    three channels and gives one map: two maps, one blue and one orange, `(2, H′, W′)`."""
    for i in range(3):
        d.tensor(62 + 9 * i, 168 - 9 * i, 84, 84)
    for y, kind in ((92, "a"), (212, "b")):
        for i in range(3):
            d.tensor(196 + 7 * i, y - 7 * i, 36, 36, kind=kind)
        d.tensor(318, y, 72, 72, kind=kind)
        d.arrow((128, 150), (172, y), kind="soft")
        d.arrow((238, y), (276, y), kind=kind)
    for x, name in ((70, "picture"), (203, "kernels"), (318, "feature maps")):
        d.text(x, 20, name, kind="soft", size=14)
    for x, shape in ((70, "(3, H, W)"), (203, "(2, 3, h, w)"), (318, "(2, H′, W′)")):
        d.text(x, 280, shape, kind="soft", size=14)


@diagram(378, 262)
def grouped_channels(d: Drawing):
    """Which output channels read which of four input channels. `standard`: all four outputs read all four inputs, 16
    arrows. `2 groups`: the upper two outputs read the upper two inputs, the lower two the lower two, 8 arrows.
    `depthwise`: each output reads one input, 4 arrows."""
    columns = [("standard", "16 tables", 4, "ink"), ("2 groups", "8 tables", 2, "ink"),
               ("depthwise", "4 tables", 1, "a")]  # fmt: skip
    for column, (name, count, size, kind) in enumerate(columns):
        x0, x1 = 34 + 126 * column, 96 + 126 * column
        ys = [62 + 44 * i for i in range(4)]
        for i, top in enumerate(ys):
            for j, end in enumerate(ys):
                if i // size == j // size:
                    d.between((x0, top), (x1, end), gap=13, kind=kind, head=False)
        for y in ys:
            d.unit(x0, y, radius=13)
            d.unit(x1, y, radius=13)
        d.text((x0 + x1) / 2, 24, name, size=14)
        d.text((x0 + x1) / 2, 236, count, kind="soft", size=13)
