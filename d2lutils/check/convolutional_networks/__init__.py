"""Checks of convolutional networks: from dense layers to convolution, and LeNet."""

from d2lutils.check.convolutional_networks.convolution import convolve2d, locally_connected
from d2lutils.check.convolutional_networks.lenet import partly_connected, subsample

__all__ = ["convolve2d", "locally_connected", "partly_connected", "subsample"]
