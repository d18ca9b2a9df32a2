"""Attention: scores between queries and keys, a mask, a softmax, and a weighted mean of the values."""

from torch import nn

from d2lutils.layers.attention.masks import masked_softmax


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
