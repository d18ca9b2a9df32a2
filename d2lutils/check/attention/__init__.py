"""Checks of attention: windows of positions, rotary encoding, accuracy over what is not padding."""

from d2lutils.check.attention.transformer import masked_accuracy, rotary, window_mask

__all__ = ["masked_accuracy", "rotary", "window_mask"]
