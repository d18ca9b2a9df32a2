"""Checks of convolutional networks: from dense layers to convolution; padding, stride and channels."""

from d2lutils.check.convolutional_networks.convolution import convolve2d, locally_connected
from d2lutils.check.convolutional_networks.padding_stride_channels import separable, window_rows

__all__ = ["convolve2d", "locally_connected", "separable", "window_rows"]
