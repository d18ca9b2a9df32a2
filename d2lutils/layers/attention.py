"""Attention: scores between queries and keys, a mask, a softmax, and a weighted mean of the values.

A mask is boolean everywhere: True where a query may look at a key, as in F.scaled_dot_product_attention (and the
opposite of nn.MultiheadAttention's). A query that may look at nothing gets weights and output of zero.
"""

import torch
import torch.nn.functional as F
from torch import nn

from d2lutils.describe import describe


def padding_mask(valid_lens: torch.Tensor, steps: int) -> torch.Tensor:
    """Which of `steps` keys are real: lengths (B,) to a mask (B, 1, steps), the same row for each query."""
    if not isinstance(valid_lens, torch.Tensor) or valid_lens.ndim != 1 or valid_lens.is_floating_point():
        raise ValueError(f"valid_lens holds one whole number a sequence, shape (B,), not {describe(valid_lens)}")
    return (torch.arange(steps, device=valid_lens.device) < valid_lens[:, None])[:, None, :]


def causal_mask(steps: int, before: int = 0, device=None) -> torch.Tensor:
    """Which keys the last `steps` of `before + steps` positions may look at: themselves and all earlier ones.

    A mask (steps, before + steps). `before` is how many positions were computed in earlier calls.
    """
    return torch.ones(steps, before + steps, dtype=torch.bool, device=device).tril(before)


def masked_softmax(scores: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Softmax over the last dimension among the keys that `mask` allows; `scores` itself is left as it was.

    scores: (..., Q, K) of any floating-point type. mask: boolean, (Q, K), (B, Q, K), (B, 1, K) or of as many
    dimensions as the scores. Returns weights of the scores' shape: each row sums to one, or is zero where nothing is
    allowed. Raises TypeError for a mask that is not boolean, ValueError for one that does not fit.
    """
    if mask is None:
        return scores.softmax(dim=-1)
    mask = fitted_mask(mask, scores.shape)
    nothing = ~mask.any(dim=-1, keepdim=True)  # (..., Q, 1)
    # minus infinity exists in every floating-point type; a row of nothing else would give 0/0, so it is set to 0 first
    scores = scores.masked_fill(~mask, float("-inf")).masked_fill(nothing, 0.0)
    return scores.softmax(dim=-1).masked_fill(nothing, 0.0)


class AdditiveAttention(nn.Module):
    """Scores w · tanh(W_q q + W_k k), for queries and keys of different widths (Bahdanau et al., 2015).

    queries (B, Q, query_size), keys (B, K, key_size), values (B, K, V) to (B, Q, V). `dropout` acts on the weights;
    `attention_weights` (B, Q, K) keeps the last ones, before dropout.
    """

    def __init__(self, query_size: int, key_size: int, num_hiddens: int, dropout: float = 0.0):
        super().__init__()
        self.W_q = nn.Linear(query_size, num_hiddens, bias=False)
        self.W_k = nn.Linear(key_size, num_hiddens, bias=False)
        self.w_v = nn.Linear(num_hiddens, 1, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, mask=None):
        # (B, Q, 1, H) + (B, 1, K, H): every query meets every key
        features = self.W_q(queries).unsqueeze(2) + self.W_k(keys).unsqueeze(1)  # (B, Q, K, H)
        scores = self.w_v(features.tanh()).squeeze(-1)  # (B, Q, K)
        self.attention_weights = masked_softmax(scores, mask)  # (B, Q, K)
        return self.dropout(self.attention_weights) @ values  # (B, Q, V)


class DotProductAttention(nn.Module):
    """Scores q · k / sqrt(D), by hand (Vaswani et al., 2017); F.scaled_dot_product_attention gives the same, faster.

    queries (..., Q, D), keys (..., K, D), values (..., K, V) to (..., Q, V). `dropout` acts on the weights;
    `attention_weights` (..., Q, K) keeps the last ones, before dropout.
    """

    def __init__(self, dropout: float = 0.0):
        super().__init__()
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, mask=None):
        # divided before the product, which could overflow in half precision
        scores = queries / queries.shape[-1] ** 0.5 @ keys.transpose(-2, -1)  # (..., Q, K)
        self.attention_weights = masked_softmax(scores, mask)  # (..., Q, K)
        return self.dropout(self.attention_weights) @ values  # (..., Q, V)


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


def fitted_mask(mask, shape) -> torch.Tensor:
    """`mask` with a dimension for the heads put in where the scores (..., Q, K) of this `shape` have one."""
    if not isinstance(mask, torch.Tensor) or mask.dtype != torch.bool:
        raise TypeError(
            f"a mask is a boolean tensor, True where looking is allowed, not {describe(mask)}: make it with a "
            "comparison, or from lengths with padding_mask(valid_lens, steps)"
        )
    fitted = mask.unsqueeze(1) if mask.ndim == 3 and len(shape) == 4 else mask  # the same for all heads
    fits = fitted.ndim in (2, len(shape)) and all(
        m in (1, n) for m, n in zip(reversed(fitted.shape), reversed(shape))
    )
    # (1, K) and (Q, 1) are taken too, but (B, K) is not: it would pass for (Q, K) wherever B happens to equal Q
    if not fits:
        raise ValueError(
            f"a mask of shape {tuple(mask.shape)} does not fit scores of shape {tuple(shape)}, (…, queries, keys): "
            "give (queries, keys), (batch, queries, keys), or (batch, 1, keys) for lengths, as padding_mask makes it"
        )
    return fitted
