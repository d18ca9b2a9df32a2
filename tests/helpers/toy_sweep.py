"""A small sweep whose numbers are known: a learning rate of 10 diverges in epoch 3."""

import math

import d2lutils as d2l
from d2lutils.explore import Axis, Sweep

RATES = [0.01, 0.1, 1.0, 10.0]


def train(lr, decay=0.0, plot=False):
    """Curves with a known end; a learning rate of 10 diverges in epoch 3."""
    history = d2l.History(seed=7)
    for epoch in range(1, 6):
        if lr == 10.0 and epoch == 3:
            history.diverged = "the train loss became inf"
            raise d2l.Diverged("the train loss became inf", history, epoch, 2)
        loss = 2.0 * math.exp(-lr * epoch) + decay if lr < 10 else 10.0 ** (4 * epoch)
        history.add("epochs", {"epoch": epoch, "train loss": loss, "test accuracy": 1 - loss / 4})
    return history


def sweep(folder, **changes):
    arguments = {"curves": {"loss": ["train loss"], "accuracy": ["test accuracy"]}, "title": "A title"} | changes
    function = arguments.pop("train", train)
    axes = [Axis("lr", RATES, "learning rate", log=True, start=0.1), Axis("decay", [0.0, 0.5], start=0.0)]
    made = Sweep("example", function, arguments.pop("axes", axes), **arguments)
    made.folder = folder
    return made
