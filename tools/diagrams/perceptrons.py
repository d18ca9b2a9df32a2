"""Diagrams of part 3: networks of units and arrows, a hidden layer with its shapes, a thinned network."""

from itertools import pairwise

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(372, 240)
def lamp_network(d: Drawing):
    """A network of units and arrows. Two switches `x1` and `x2` on the left; two hidden units `h1` and `h2` in the
    middle, all four arrows with the weight `1`, their biases `0` and `−1` written above and below them; one
    output `o` on the right, reached from h1 with the weight `1` and from h2 with the weight `−2`."""
    left, middle, right = [(45, 70), (45, 170)], [(190, 70), (190, 170)], (330, 120)
    for start in left:
        for end in middle:
            d.between(start, end, kind="soft")
    for start, kind in zip(middle, ("a", "b")):
        d.between(start, right, kind=kind)
    for (x, y), name in zip(left, ("$x_1$", "$x_2$")):
        d.unit(x, y, name)
    for (x, y), name, kind in zip(middle, ("$h_1$", "$h_2$"), ("a", "b")):
        d.unit(x, y, name, kind=kind)
    d.unit(*right, "$o$")
    for x, y in ((115, 58), (76, 104), (76, 138), (115, 183)):
        d.text(x, y, "1", kind="soft", size=14)
    d.text(190, 33, "bias 0", kind="soft", size=13)
    d.text(190, 208, "bias −1", kind="soft", size=13)
    d.text(266, 80, "1", kind="a", size=15)
    d.text(268, 162, "−2", kind="b", size=15)


@diagram(372, 330)
def mlp_shapes(d: Drawing):
    """A multilayer perceptron as units and arrows: d inputs, h hidden units, q outputs, every unit of a layer
    joined to every unit of the next. Below each layer stands the tensor of a batch and its shape, `X (n, d)`,
    `H (n, h)`, `O (n, q)`; below each bundle of arrows its weights, `W1 (d, h)` and `W2 (h, q)`."""
    layers = [(55, [45, 95, 145, 195], "$!X$ (n, d)", ""), (186, [28, 74, 120, 166, 212], "$!H$ (n, h)", "a"),
              (317, [70, 120, 170], "$!O$ (n, q)", "")]
    for (x0, ys0, *_), (x1, ys1, *_) in pairwise(layers):
        for y0 in ys0:
            for y1 in ys1:
                d.between((x0, y0), (x1, y1), gap=17, kind="soft", head=False)
    for x, ys, shape, kind in layers:
        for y in ys:
            d.unit(x, y, kind=kind, radius=16)
        d.text(x, 258, shape, size=15)
    for x, name in ((120, "$!W_1$ (d, h)"), (252, "$!W_2$ (h, q)")):
        d.brace(x - 44, x + 44, 280, name)
    for x, name in ((55, "inputs"), (186, "hidden"), (317, "outputs")):
        d.text(x, 240, name, kind="soft", size=13)


@diagram(372, 230)
def lamp_corners(d: Drawing):
    """The four states of two switches as the corners of a square. The lamp is on, drawn filled, at (0, 1) and (1,
    0), and off at (0, 0) and (1, 1). Three straight lines try to part on from off; each has a ring around the
    corner that it gets wrong: `line 1`, `line 2`, `line 3`. The axes are `x1` and `x2`."""
    # each line by its ends in the plane of the switches
    for column, (name, ends, wrong) in enumerate((
        ("line 1", ((0.2, 1.3), (1.3, 0.2)), (0, 0)), ("line 2", ((-0.25, 0.75), (0.75, -0.25)), (1, 1)),
        ("line 3", ((-0.25, 0.25), (0.8, 1.3)), (1, 0)),
    )):  # fmt: skip
        left, top = 14 + column * 120, 32
        place = {(i, j): (left + 18 + 64 * i, top + 96 - 64 * j) for i in (0, 1) for j in (0, 1)}
        d.line((left + 18, top + 96), (left + 98, top + 96), kind="soft")
        d.line((left + 18, top + 96), (left + 18, top + 6), kind="soft")
        d.line(*((left + 18 + 64 * x, top + 96 - 64 * y) for x, y in ends))
        for (i, j), (x, y) in place.items():
            d.unit(x, y, kind="a" if i != j else "", radius=9)
        d.unit(*place[wrong], kind="open b", radius=15)
        d.text(left + 52, top + 150, name, kind="soft", size=14)
        d.text(left + 98, top + 112, "$x_1$", kind="soft", size=13)
        d.text(left + 18, top - 6, "$x_2$", kind="soft", size=13)
    d.unit(96, 212, kind="a", radius=8)
    d.text(112, 212, "on", kind="soft", size=13, anchor="start")
    d.unit(166, 212, radius=8)
    d.text(182, 212, "off", kind="soft", size=13, anchor="start")
    d.unit(238, 212, kind="open b", radius=9)
    d.text(254, 212, "wrong", kind="soft", size=13, anchor="start")


@diagram(372, 262)
def thinned_network(d: Drawing):
    """The same network twice. Left, `all units`: two inputs, five hidden units `h1` to `h5`, one output, all
    joined. Right, `one training step`: in the places of h2 and h5 stand dashed circles with a `0` in them, and all
    lines to and from them are gone; the three units that remain are joined as before."""
    for left, dropped, title in ((0, (), "all units"), (190, (1, 4), "one training step")):
        xs, ys = (left + 26, left + 92, left + 158), [32 + 44 * k for k in range(5)]
        for k, y in enumerate(ys):
            if k not in dropped:
                for source in (76, 164):
                    d.between((xs[0], source), (xs[1], y), gap=16, kind="soft", head=False)
                d.between((xs[1], y), (xs[2], 120), gap=16, kind="soft", head=False)
        for y in (76, 164):
            d.unit(xs[0], y, radius=15)
        for k, y in enumerate(ys):
            label, kind = ("0", "off") if k in dropped else (f"$h_{k + 1}$", "a")
            d.unit(xs[1], y, label, kind=kind, radius=16, size=14)
        d.unit(xs[2], 120, radius=15)
        d.text(left + 92, 246, title, kind="soft", size=14)


@diagram(372, 178)
def dropout_by_mask(d: Drawing):
    """Dropout as a product, entry by entry: the activations `2 1 3 4`, times a mask of zeros and ones `0 1 1 0`,
    times the factor `1/(1−p)`, here `= 2`, give `0 2 6 0`. What the mask sets to zero is drawn dashed."""
    cell = 40
    kept = ["off", "a", "a", "off"]
    for y, name, row, kinds in ((14, "activations", [2, 1, 3, 4], ["", "", "", ""]), (66, "× mask", [0, 1, 1, 0], kept),
                                (118, "result", [0, 2, 6, 0], kept)):
        d.text(104, y + cell / 2, name, kind="soft", size=14, anchor="end")
        d.grid(116, y, [row], cell, [kinds])
    d.text(330, 86, "× $1/(1−p)$\n= 2", kind="b", size=14)
    d.arrow((330, 110), (330, 138), (282, 138), kind="b")


@diagram(372, 196)
def four_masks(d: Drawing):
    """The four networks that two hidden units leave, side by side. The units are worth 4 and 2; a unit that is kept
    is drawn filled with its doubled value, `8` or `4`, one that is dropped is crossed out and its arrow is gone. The
    output adds up what is left: `12` with both kept, `8` with the first, `4` with the second, `0` with none."""
    first, second, output = 42, 108, 75
    for k, (kept, title) in enumerate((((1, 1), "both"), ((1, 0), "first"), ((0, 1), "second"), ((0, 0), "none"))):
        left = 10 + 92 * k
        for y, value, stays in zip((first, second), (4, 2), kept):
            if stays:
                d.between((left + 18, y), (left + 62, output), gap=17, kind="soft")
            d.unit(left + 18, y, str(2 * value) if stays else "", kind="a" if stays else "off", radius=16, size=14)
            if not stays:
                d.cross(left + 18, y)
        d.unit(left + 62, output, str(8 * kept[0] + 4 * kept[1]), radius=16, size=14)
        d.text(left + 40, 158, title, kind="soft", size=14)
    d.text(186, 184, "kept units, doubled, and their sum", kind="soft", size=13)
