"""Diagrams of part 9."""

from tools.diagrams.catalogue import diagram
from tools.diagrams.drawing import Drawing


@diagram(378, 356)
def lstm_cell(d: Drawing):
    """A cell of an LSTM. Along the top runs the memory from `Ct−1` to `Ct`: first it is multiplied (`×`) by the
    forget gate `F`, then the product of the input gate `I` and the candidate `C̃` is added (`+`). The state
    `Ht−1` and the input `Xt` enter from below and feed the four boxes F, I, C̃ and the output gate `O`; F, I
    and O are marked `σ`, the candidate `tanh`. The new state `Ht` is O times tanh of the new memory."""
    top, gates = 52, 226
    xs = {"F": 92, "I": 152, "C": 212, "O": 272}
    d.arrow((34, top), (81, top), kind="a")
    d.arrow((103, top), (171, top), kind="a")
    d.arrow((193, top), (352, top), kind="a")
    d.text(17, top, "$C_{t−1}$", size=14)
    d.text(362, top - 16, "$C_t$", size=15)
    d.operator(92, top, "×")
    d.operator(182, top, "+")
    d.operator(182, 128, "×")
    for name, label, mark in (("F", "$F$", "σ"), ("I", "$I$", "σ"), ("C", "$C̃$", "tanh"), ("O", "$O$", "σ")):
        d.box(xs[name], gates, 46, 34, label)
        d.text(xs[name], gates + 30, mark, kind="soft", size=13)
    d.arrow((92, gates - 17), (92, top + 11))
    d.arrow((152, gates - 17), (152, 128), (171, 128))
    d.arrow((212, gates - 17), (212, 128), (193, 128))
    d.arrow((182, 117), (182, top + 11))
    d.operator(312, 150, "×")
    d.box(312, 98, 50, 28, "tanh", size=13)
    d.arrow((312, top), (312, 84), kind="a")
    d.arrow((312, 112), (312, 139))
    d.arrow((272, gates - 17), (272, 150), (301, 150))
    d.arrow((323, 150), (352, 150), kind="b")
    d.text(363, 133, "$H_t$", size=15)
    feed = 292
    d.line((40, feed), (272, feed), kind="b")
    for x in xs.values():
        d.arrow((x, feed), (x, gates + 42), kind="b")
    d.text(18, feed, "$H_{t−1}$", size=14)
    d.arrow((60, 338), (60, feed + 1), kind="ink")
    d.text(84, 338, "$X_t$", size=15)
