"""Checks of convolutional networks: from dense layers to convolution; padding, stride and channels; LeNet."""

from d2lutils.check.convolutional_networks.convolution import convolve2d, locally_connected
from d2lutils.check.convolutional_networks.lenet import partly_connected, subsample
from d2lutils.check.convolutional_networks.padding_stride_channels import separable, window_rows

__all__ = ["convolve2d", "locally_connected", "partly_connected", "separable", "subsample", "window_rows"]
