"""Checks of convolutional networks: from dense layers to convolution."""

from d2lutils.check.convolutional_networks.convolution import convolve2d, locally_connected

__all__ = ["convolve2d", "locally_connected"]
