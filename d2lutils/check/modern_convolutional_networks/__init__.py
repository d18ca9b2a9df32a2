"""Checks of modern convolutional networks: batch normalisation, folded, by groups and from its first batch."""

from d2lutils.check.modern_convolutional_networks.batch_norm import fold_batch_norm, group_norm, without_start

__all__ = ["fold_batch_norm", "group_norm", "without_start"]
