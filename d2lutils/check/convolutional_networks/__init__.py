"""Checks of convolutional networks: the gradient of pooling, and a blur with any weights."""

from d2lutils.check.convolutional_networks.pooling import blur_pool, max_pool_gradient

__all__ = ["blur_pool", "max_pool_gradient"]
