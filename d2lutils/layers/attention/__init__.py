"""Attention: masks, scores, heads, positions."""

from d2lutils.layers.attention.masks import causal_mask, fitted_mask, masked_softmax, padding_mask
from d2lutils.layers.attention.multi_head import MultiHeadAttention
from d2lutils.layers.attention.positions import PositionalEncoding
from d2lutils.layers.attention.scoring import AdditiveAttention, DotProductAttention

__all__ = [
    "AdditiveAttention", "DotProductAttention", "MultiHeadAttention", "PositionalEncoding", "causal_mask",
    "fitted_mask", "masked_softmax", "padding_mask",
]
