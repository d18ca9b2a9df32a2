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


@diagram(372, 470)
def pixels_to_loss(d: Drawing):
    """Five stations from top to bottom: the pixels `x`, the scores `o = (2, 1, 0)`, their softmax `p = (0.665,
    0.245, 0.090)`, and the loss `−log p2 = 2.41` for the true class 2. Black arrows lead down, named `weights`,
    `softmax`, `−log`. One coloured arrow comes back up from the loss to the scores with the gradient `p − y =
    (0.665, 0.245, −0.910)`."""
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
    d.text(268, 345, "back", kind="b", size=14)
    d.text(186, 445, "$!p − !y = (0.665, 0.245, −0.910)$", kind="b", size=15)
