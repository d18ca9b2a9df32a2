"""Several attentions side by side, each in a part of the width."""

import torch
import torch.nn.functional as F
from torch import nn

from d2lutils.layers.attention.masks import fitted_mask
from d2lutils.layers.attention.scoring import DotProductAttention


class MultiHeadAttention(nn.Module):
    """`num_heads` attentions side by side, each in num_hiddens / num_heads dimensions of its own.

    queries (B, Q, query_size), keys (B, K, key_size), values (B, K, value_size) to (B, Q, num_hiddens); the sizes are
    num_hiddens unless given. mask: boolean, (Q, K), (B, Q, K), (B, 1, K) or (B, H, Q, K), True where looking is
    allowed.
    by_hand: False computes with F.scaled_dot_product_attention and keeps no weights. True (an attribute, to be set at
    any time) computes with DotProductAttention and keeps `attention_weights` (B, H, Q, K), before dropout.
    Raises ValueError if the heads do not divide the width.
    """

    def __init__(self, num_hiddens: int, num_heads: int, dropout: float = 0.0, bias: bool = False,
                 query_size=None, key_size=None, value_size=None):  # fmt: skip
        super().__init__()
        if num_heads < 1 or num_hiddens % num_heads:
            raise ValueError(
                f"num_heads={num_heads} does not divide num_hiddens={num_hiddens}: every head gets an equal share of "
                "the width"
            )
        self.num_heads, self.by_hand, self.attention_weights = num_heads, False, None
        self.W_q = nn.Linear(query_size or num_hiddens, num_hiddens, bias=bias)
        self.W_k = nn.Linear(key_size or num_hiddens, num_hiddens, bias=bias)
        self.W_v = nn.Linear(value_size or num_hiddens, num_hiddens, bias=bias)
        self.W_o = nn.Linear(num_hiddens, num_hiddens, bias=bias)
        self.attention = DotProductAttention(dropout)

    def forward(self, queries, keys, values, mask=None):
        return self.attend(queries, *self.project(keys, values), mask)

    def project(self, keys, values) -> tuple[torch.Tensor, torch.Tensor]:
        """The keys and values as each head sees them, (B, H, K, D) both: what a decoder's cache keeps."""
        return self._split(self.W_k(keys)), self._split(self.W_v(values))

    def attend(self, queries, keys, values, mask=None) -> torch.Tensor:
        """Queries (B, Q, query_size) over projected keys and values (B, H, K, D), to (B, Q, num_hiddens)."""
        queries = self._split(self.W_q(queries))  # (B, H, Q, D)
        if mask is not None:
            mask = fitted_mask(mask, (*queries.shape[:-1], keys.shape[-2]))  # (B, H, Q, K) or broadcast to it
        if self.by_hand:
            output = self.attention(queries, keys, values, mask)  # (B, H, Q, D)
            self.attention_weights = self.attention.attention_weights
        else:
            dropout = self.attention.dropout.p if self.training else 0.0
            output = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, dropout_p=dropout)
        return self.W_o(output.transpose(1, 2).flatten(2))  # (B, Q, H, D) -> (B, Q, H * D)

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        """(B, T, H * D) -> (B, H, T, D): head h has the h-th share of the width."""
        return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
