"""Predicting with a model that goes on training afterwards."""

from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluating(net: nn.Module):
    """`net` is in evaluation mode while the block runs. Afterwards each module is in the mode it was in: one that was
    frozen with `.eval()` inside a net that trains stays frozen."""
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
