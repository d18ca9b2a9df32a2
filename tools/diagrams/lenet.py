"""Diagrams of the chapter on LeNet."""

from itertools import pairwise

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(378, 500)
def lenet_shapes(d: Drawing):
    """LeNet from a picture of `1 × 28 × 28` at the top to ten scores at the bottom, with the shape after each step.
    A `convolution 5 × 5` padded by 2 gives six maps, `6 × 28 × 28`; `pooling` halves their sides, `6 × 14 × 14`. A
    second `convolution 5 × 5`, without padding, gives sixteen maps, `16 × 10 × 10`; `pooling` leaves `16 × 5 × 5`.
    These are laid out in a row of `400` numbers, and three dense layers give `120`, `84` and `10`."""
    x = 138
    maps = [(74, 1, "1 × 28 × 28"), (74, 6, "6 × 28 × 28"), (42, 6, "6 × 14 × 14"), (32, 16, "16 × 10 × 10"),
            (18, 16, "16 × 5 × 5")]  # fmt: skip
    steps = ["convolution 5 × 5,\npadding 2,\nactivation", "pooling 2 × 2", "convolution 5 × 5,\nactivation",
             "pooling 2 × 2"]  # fmt: skip
    y, centres = 48, []
    for side, count, shape in maps:
        kind = "" if count == 1 else "a" if count == 6 else "b"
        shift = 2.6 if count > 6 else 4.0
        for number in reversed(range(count)):
            away = (number - (count - 1) / 2) * shift
            d.tensor(x + away, y + (0 if count == 1 else -away * 0.5), side, side * 0.72, kind=kind)
        centres.append(y)
        d.text(x - 50, y, shape, kind="soft", size=13, anchor="end")
        y += 86 if side > 60 else 70 if side > 40 else 56
    for (top, bottom), step in zip(pairwise(centres), steps):
        d.text(232, (top + bottom) / 2, step, size=14, anchor="start")
        d.arrow((218, top + 8), (218, bottom - 8))
    y = centres[-1] + 44
    for width, label, step in ((190, "400", "laid out in a row"), (112, "120", "dense, activation"),
                               (84, "84", "dense, activation"), (40, "10", "dense")):  # fmt: skip
        d.box(110, y, width, 18, label, size=13, round_=3)
        d.text(232, y, step, size=14, anchor="start")
        y += 32


@diagram(378, 262)
def lenet_then_now(d: Drawing):
    """One stage of LeNet in two columns, read downwards. In `1998`: `convolution`, `tanh`, `sum of four, · w + b`, with
    one w and one b for each map, and `tanh` again. `Today`: `convolution`, `ReLU`, `largest of four`."""
    for x, title, steps in (
        (98, "1998", ["convolution", "tanh", "sum of four, · $w$ + $b$", "tanh"]),
        (284, "Today", ["convolution", "ReLU", "largest of four"]),
    ):
        d.text(x, 18, title, size=16)
        y = 62
        for number, step in enumerate(steps):
            if number:
                d.arrow((x, y - 38), (x, y - 17))
            kind = "a" if number == 0 else "b" if "four" in step else ""
            d.box(x, y, 168, 32, step, kind=kind, size=14)
            y += 55


@diagram(378, 214)
def digit_in_its_box(d: Drawing):
    """What MNIST does to a digit that somebody wrote, in three steps. `as written`: a small digit 7 in a corner of a
    field. `20 × 20`: it is cut out and enlarged until its longer side fills a square of that size. `28 × 28`: the
    square is laid into a larger one, so that the `centre of mass` of the ink, marked by a cross, lies in the middle."""

    def seven(left: float, top: float, side: float):
        d.line((left, top), (left + 0.62 * side, top), (left + 0.24 * side, top + side), kind="a")

    side = 96
    for x, label in ((14, "as written"), (148, "20 × 20"), (268, "28 × 28")):
        size = side if label != "20 × 20" else side * 20 / 28
        d.grid(x, 30 + (side - size) / 2, [[""]], size)
        d.text(x + size / 2, 146, label, kind="soft", size=14)
    seven(20, 40, 30)
    box = side * 20 / 28
    top = 30 + (side - box) / 2
    seven(148 + box * 0.19, top, box)
    centre = (268 + side / 2, 30 + side / 2)
    # the ink of the seven: two strokes, each with its middle, weighed by their lengths
    left, up = centre[0] - 0.385 * box, centre[1] - 0.323 * box
    seven(left, up, box)
    d.cross(*centre, half=6)
    for start, end in ((114, 142), (222, 262)):
        d.arrow((start, 78), (end, 78))
    d.text(centre[0], 176, "✕ centre of mass", kind="b", size=13)
