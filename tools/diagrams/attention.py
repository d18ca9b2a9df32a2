"""Diagrams of part 10."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(372, 236)
def causal_mask(d: Drawing):
    """A grid of five queries by five keys, the words of `our watch is so expensive` along both sides. Each row may
    look at its own column and those to the left of it, coloured; the cells to the right stay empty."""
    words, cell = ["our", "watch", "is", "so", "expensive"], 32
    left, top = 128, 62
    d.grid(left, top, [[""] * 5] * 5, cell, [["a" if j <= i else "off" for j in range(5)] for i in range(5)])
    for i, word in enumerate(words):
        d.text(left - 10, top + (i + 0.5) * cell, word, size=14, anchor="end")
        d.text(left + (i + 0.5) * cell, top - (12 if i % 2 == 0 else 28), word, size=13)
    d.text(left + 2.5 * cell, 14, "keys", kind="soft", size=13)
    d.text(28, top + 2.5 * cell, "queries", kind="soft", size=13)
    d.labels.append("our watch is so expensive")


@diagram(378, 524)
def transformer(d: Drawing):
    """The Transformer, read from below. Left the encoder: the source's `embedding` plus `positions`, then N blocks
    of `self-attention` and a `position-wise network`, each with a coloured shortcut around it to an `add,
    norm`. Right the decoder: its embedding plus positions, then N blocks of `masked self-attention`,
    `cross-attention`, which takes keys and values from the encoder, and a position-wise network; above them a
    `linear` layer gives the scores of the next token. Both stacks are marked `N ×`."""
    left, right, wide = 100, 268, 122

    def sublayer(x, y, name, kind="", side=-1):
        """A box, its shortcut and the add-and-norm above it; returns the height of its upper edge."""
        d.arrow((x, y + 28), (x, y + 17))
        d.box(x, y, wide, 34 if "\n" not in name else 40, name, kind=kind, size=13)
        lift = 17 if "\n" not in name else 20
        d.arrow((x, y - lift), (x, y - lift - 12))
        d.box(x, y - lift - 24, wide, 24, "add, norm", size=13)
        edge = x + side * (wide / 2 + 11)
        d.arrow((x, y + 24), (edge, y + 24), (edge, y - lift - 24), (x + side * wide / 2, y - lift - 24), kind="b")
        return y - lift - 36

    for x, word in ((left, "source"), (right, "target so far")):
        d.text(x, 514, word, kind="soft", size=13)
        d.arrow((x, 504), (x, 490))
        d.box(x, 475, wide, 30, "embedding", size=13)
        d.arrow((x, 460), (x, 443))
        d.operator(x, 432, "+")
        d.line((x, 421), (x, 408))
    d.text(184, 432, "positions", kind="soft", size=13)
    d.line((152, 432), (111, 432), kind="soft")
    d.line((216, 432), (257, 432), kind="soft")
    y = sublayer(left, 382, "self-attention", "a")
    d.line((left, y), (left, y - 14))
    y = sublayer(left, y - 40, "position-wise\nnetwork")
    memory = y
    y = sublayer(right, 382, "masked\nself-attention", "a", side=1)
    d.line((right, y), (right, y - 14))
    cross = y - 40
    y = sublayer(right, cross, "cross-attention", "a", side=1)
    d.line((right, y), (right, y - 14))
    y = sublayer(right, y - 40, "position-wise\nnetwork", side=1)
    d.arrow((left, memory), (left, memory - 18), (184, memory - 18), (184, cross), (right - wide / 2, cross), kind="a")
    d.text(104, memory - 32, "keys, values", kind="a", size=13)
    d.arrow((right, y), (right, y - 22))
    d.box(right, y - 37, wide, 30, "linear", size=13)
    d.arrow((right, y - 52), (right, y - 68))
    d.text(right, y - 80, "scores of the next token", kind="soft", size=13)
    d.text(15, 290, "$N$ ×", kind="soft", size=14)
    d.text(361, 250, "$N$ ×", kind="soft", size=14)
