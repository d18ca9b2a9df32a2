"""Which modules train and which evaluate, before, during and after a run: each module has a mode of its own."""

from contextlib import contextmanager

from torch import nn


class Modes:
    """The modes of `net`'s modules as they are now, to go back to.

    A module that is in evaluation mode while `net` itself is in training mode is frozen, such as a BatchNorm that keeps
    the statistics it was trained with: it evaluates during training, too. A net that is in evaluation mode as a whole
    trains whole.
    """

    def __init__(self, net: nn.Module):
        self.net = net
        self.found = [(module, module.training) for module in net.modules()]
        self.frozen = [module for module, training in self.found if net.training and not training]

    def to_training(self) -> None:
        self.net.train()
        for module in self.frozen:
            module.training = False

    def restore(self) -> None:
        for module, training in self.found:
            module.training = training


@contextmanager
def evaluating(net: nn.Module):
    """`net` is in evaluation mode while the block runs. Afterwards each module is in the mode it was in, after an error
    too: one that was frozen with `.eval()` inside a net that trains stays frozen."""
    modes = Modes(net)
    net.eval()
    try:
        yield
    finally:
        modes.restore()
