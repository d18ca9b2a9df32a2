"""Diagrams of part 2."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(370, 330)
def softmax_network(d: Drawing):
    """A network of one layer: every one of the inputs `x1`, `x2` to `x784`, drawn as circles on the left, is
    joined by an arrow to every one of the ten scores `o0`, `o1` to `o9`, circles on the right. Each arrow
    carries one weight; below stands their number, `784 × 10 weights, 10 biases`."""
    inputs = [(70, 50, "$x_1$"), (70, 110, "$x_2$"), (70, 235, "$x_{784}$")]
    scores = [(300, 50, "$o_0$"), (300, 110, "$o_1$"), (300, 235, "$o_9$")]
    for x, y, _ in inputs:
        for u, v, name in scores:
            d.between((x, y), (u, v), gap=22, kind="a" if name == "$o_1$" else "soft")
    for x, y, name in inputs:
        d.unit(x, y, name, radius=22)
    for x, y, name in scores:
        d.unit(x, y, name, kind="a" if name == "$o_1$" else "", radius=22)
    for x in (70, 300):
        d.text(x, 172, "⋮", kind="soft", size=22)
    d.text(185, 14, "weights $!W$", kind="soft", size=13)
    d.text(70, 280, "pixels", kind="soft", size=14)
    d.text(300, 280, "scores", kind="soft", size=14)
    d.text(185, 312, "784 × 10 weights, 10 biases", kind="soft", size=13)


@diagram(372, 172)
def weighted_sum(d: Drawing):
    """A linear model: ten inputs, `x1`, `x2` to `x10`, circles on the left, each joined by an arrow with its weight,
    `w1`, `w2` to `w10`, to one sum, the circle `Σ`, to which the bias `b` is added. Out of it comes the prediction."""
    for y, number in ((26, "1"), (76, "2"), (146, "{10}")):
        d.between((50, y), (214, 86), gap=21, kind="a")
        d.unit(50, y, f"$x_{number}$", radius=20)
    for x, y, number in ((136, 36, "1"), (118, 66, "2"), (136, 134, "{10}")):
        d.text(x, y, f"$w_{number}$", kind="a", size=14)
    d.text(50, 111, "⋮", kind="soft", size=20)
    d.unit(214, 86, "Σ", radius=22)
    d.arrow((214, 34), (214, 63))
    d.text(214, 22, "$b$", size=15)
    d.arrow((237, 86), (274, 86))
    d.text(322, 86, "prediction", kind="soft", size=14)


@diagram(320, 268)
def three_scores(d: Drawing):
    """The smallest network that tells three classes apart: two inputs, the coordinates `x1` and `x2` of a point, drawn
    as circles on the left, each joined by an arrow to each of three scores, the circles `o0`, `o1` and `o2` on the
    right. Each arrow carries a weight. Below stands `6 weights, 3 biases`, and beside the scores `the highest wins`."""
    inputs = [(60, 82, "$x_1$"), (60, 162, "$x_2$")]
    scores = [(210, 42, "$o_0$", "a"), (210, 122, "$o_1$", "b"), (210, 202, "$o_2$", "")]
    for x, y, _ in inputs:
        for u, v, _, kind in scores:
            d.between((x, y), (u, v), gap=23, kind=kind or "ink")
    for x, y, name in inputs:
        d.unit(x, y, name, radius=22)
    for x, y, name, kind in scores:
        d.unit(x, y, name, kind=kind, radius=22)
    d.text(60, 222, "a point", kind="soft", size=14)
    d.text(276, 122, "the highest\nwins", kind="soft", size=14)
    d.text(136, 254, "6 weights, 3 biases", kind="soft", size=14)


@diagram(372, 470)
def pixels_to_loss(d: Drawing):
    """Five stations from top to bottom: the pixels `x`, the scores `o = (2, 1, 0)`, their softmax `p = (0.665,
    0.245, 0.090)`, and the loss `−log p2 = 2.41` for the true class 2. Black arrows lead down, named `weights`,
    `softmax`, `−log`. One coloured arrow comes back up from the loss to the scores with the gradient `p − y`, which
    is `(0.665, 0.245, −0.910)`."""
    x = 130
    stations = [(50, "$!x$", "784 pixels"), (165, "$!o = (2, 1, 0)$", ""), (285, "$!p = (0.665, 0.245, 0.090)$", ""),
                (405, "−log $p_2 = 2.41$", "")]
    for y, label, below in stations:
        wide = 86 if below else 210
        d.box(x, y, wide, 40, label, kind="a" if y == 405 else "")
        if below:
            d.text(x + 54, y, below, kind="soft", size=13, anchor="start")
    for (y0, *_), (y1, *_), name in zip(stations, stations[1:], ("weights", "softmax", "−log")):
        d.arrow((x, y0 + 20), (x, y1 - 20))
        d.text(x - 10, (y0 + y1) / 2, name, kind="soft", size=14, anchor="end")
    d.arrow((x + 105, 405), (300, 405), (300, 165), (x + 105, 165), kind="b")
    d.text(274, 345, "$!p − !y$", kind="b", size=15)
    d.text(260, 445, "$(0.665, 0.245, −0.910)$", kind="b", size=14)
