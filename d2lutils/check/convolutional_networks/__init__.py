"""Checks of convolutional networks: from dense layers to convolution; padding, stride and channels; pooling; LeNet."""

from d2lutils.check.convolutional_networks.convolution import convolve2d, locally_connected
from d2lutils.check.convolutional_networks.lenet import partly_connected, subsample
from d2lutils.check.convolutional_networks.padding_stride_channels import separable, window_rows
from d2lutils.check.convolutional_networks.pooling import blur_pool, max_pool_gradient

__all__ = [
    "blur_pool", "convolve2d", "locally_connected", "max_pool_gradient", "partly_connected", "separable", "subsample",
    "window_rows",
]
