"""The Transformer of Vaswani et al. (2017), "Attention Is All You Need": an encoder and a decoder made of attention.

Training and decoding share one path: the decoder computes as many new positions as it is given tokens and puts their
keys and values behind those in its cache. Training gives it whole sentences and a fresh cache, decoding one token at
a time; the mask and the positions follow from how many came before.
"""

import torch
from torch import nn

from d2lutils.layers import MultiHeadAttention, PositionalEncoding, causal_mask, padding_mask
from d2lutils.models.modes import evaluating


class PositionWiseFFN(nn.Sequential):
    """Two dense layers with a ReLU between them, the same for every position: (B, T, width) to (B, T, width)."""

    def __init__(self, width: int, hidden: int):
        super().__init__(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, width))


class AddNorm(nn.Module):
    """A sublayer, a shortcut around it and a LayerNorm: after the sum (post-norm, as published) or before the sublayer
    (pre-norm, Xiong et al., 2020). `forward(x, sublayer)` calls sublayer on (B, T, width) and returns that shape."""

    def __init__(self, width: int, dropout: float, pre_norm: bool = False):
        super().__init__()
        self.norm, self.dropout, self.pre_norm = nn.LayerNorm(width), nn.Dropout(dropout), pre_norm

    def forward(self, x, sublayer):
        if self.pre_norm:
            return x + self.dropout(sublayer(self.norm(x)))
        return self.norm(x + self.dropout(sublayer(x)))


class TransformerEncoderBlock(nn.Module):
    """Self-attention, then the dense layers, each inside an AddNorm: (B, S, width) to (B, S, width)."""

    def __init__(self, width: int, hidden: int, num_heads: int, dropout: float, pre_norm: bool = False):
        super().__init__()
        self.attention = MultiHeadAttention(width, num_heads, dropout)
        self.ffn = PositionWiseFFN(width, hidden)
        self.addnorm1, self.addnorm2 = (AddNorm(width, dropout, pre_norm) for _ in range(2))

    def forward(self, x, mask=None):
        x = self.addnorm1(x, lambda x: self.attention(x, x, x, mask))
        return self.addnorm2(x, self.ffn)


class TransformerDecoderBlock(nn.Module):
    """Causal self-attention, attention to the source, then the dense layers: (B, T, width) to (B, T, width).

    kept: the keys and values (B, H, t, D) of earlier positions, or None. source: the keys and values (B, H, S, D) of
    the encoder's output, from `project_source`. Returns the new states and the keys and values including theirs.
    """

    def __init__(self, width: int, hidden: int, num_heads: int, dropout: float, pre_norm: bool = False):
        super().__init__()
        self.self_attention = MultiHeadAttention(width, num_heads, dropout)
        self.source_attention = MultiHeadAttention(width, num_heads, dropout)
        self.ffn = PositionWiseFFN(width, hidden)
        self.addnorm1, self.addnorm2, self.addnorm3 = (AddNorm(width, dropout, pre_norm) for _ in range(3))

    def project_source(self, memory):
        return self.source_attention.project(memory, memory)

    def forward(self, x, kept, mask, source, source_mask=None):
        def look_back(x):
            nonlocal kept
            new = self.self_attention.project(x, x)  # (B, H, T, D) each
            kept = new if kept is None else tuple(torch.cat(pair, dim=2) for pair in zip(kept, new))  # (B, H, t + T, D)
            return self.self_attention.attend(x, *kept, mask)

        x = self.addnorm1(x, look_back)
        x = self.addnorm2(x, lambda x: self.source_attention.attend(x, *source, source_mask))
        return self.addnorm3(x, self.ffn), kept


class DecoderCache:
    """What a decoder keeps between calls: `length` positions' keys and values in each block, and the source's."""

    def __init__(self, source: list, source_mask: torch.Tensor | None):
        self.source, self.source_mask = source, source_mask
        self.kept: list = [None] * len(source)
        self.length = 0

    def select(self, rows: torch.Tensor) -> None:
        """Keep the sentences `rows` (int64), in that order; a row may be repeated, as beam search does."""
        self.source = [tuple(t[rows] for t in pair) for pair in self.source]
        self.kept = [pair and tuple(t[rows] for t in pair) for pair in self.kept]
        if self.source_mask is not None:
            self.source_mask = self.source_mask[rows]


class _Embedding(nn.Module):
    """Tokens (B, T) to vectors (B, T, width): an embedding scaled by sqrt(width), plus positions."""

    def __init__(self, vocab_size: int, width: int, dropout: float, max_len: int):
        super().__init__()
        self.tokens = nn.Embedding(vocab_size, width)
        self.positions = PositionalEncoding(width, dropout, max_len)

    def forward(self, tokens, before: int = 0):
        size = self.tokens.num_embeddings
        if tokens.device.type == "cpu" and tokens.numel() and not 0 <= tokens.min() <= tokens.max() < size:
            raise ValueError(
                f"tokens lie in {tokens.min()} … {tokens.max()}, but this side's vocabulary is 0 … {size - 1}. "
                "Are source and target mixed up, or was the vocabulary built anew?"
            )
        return self.positions(self.tokens(tokens) * self.tokens.embedding_dim**0.5, before)


class TransformerEncoder(nn.Module):
    """Source tokens (B, S) and a mask (B, 1, S) of the real ones to states (B, S, width)."""

    def __init__(self, vocab_size, width, hidden, num_heads, num_layers, dropout, pre_norm=False, max_len=1000):
        super().__init__()
        self.embedding = _Embedding(vocab_size, width, dropout, max_len)
        self.blocks = nn.ModuleList(
            TransformerEncoderBlock(width, hidden, num_heads, dropout, pre_norm) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(width) if pre_norm else nn.Identity()  # a pre-norm sum leaves the last block bare

    def forward(self, tokens, mask=None):
        x = self.embedding(tokens)  # (B, S, width)
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x)


class TransformerDecoder(nn.Module):
    """Target tokens (B, T) behind those in `cache` to scores (B, T, vocab_size) of each one's successor.

    Position t sees target positions up to t and the whole source, in training and evaluation alike.
    """

    def __init__(self, vocab_size, width, hidden, num_heads, num_layers, dropout, pre_norm=False, max_len=1000):
        super().__init__()
        self.embedding = _Embedding(vocab_size, width, dropout, max_len)
        self.blocks = nn.ModuleList(
            TransformerDecoderBlock(width, hidden, num_heads, dropout, pre_norm) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(width) if pre_norm else nn.Identity()
        self.output = nn.Linear(width, vocab_size)

    def start(self, memory, source_mask=None) -> DecoderCache:
        """A fresh cache for the encoder's output (B, S, width): the source's keys and values, computed once."""
        return DecoderCache([block.project_source(memory) for block in self.blocks], source_mask)

    def forward(self, tokens, cache: DecoderCache):
        steps, before = tokens.shape[1], cache.length
        x = self.embedding(tokens, before)  # (B, T, width)
        mask = causal_mask(steps, before, tokens.device) if steps > 1 else None  # one new token may see all
        for i, block in enumerate(self.blocks):
            x, cache.kept[i] = block(x, cache.kept[i], mask, cache.source[i], cache.source_mask)
        cache.length = before + steps
        return self.output(self.norm(x))  # (B, T, vocab_size)


class Transformer(nn.Module):
    """Encoder and decoder for translation; the defaults are the course's small ones.

    `net(source, source_lens, target)`: source (B, S) int64, source_lens (B,), target (B, T) beginning with <bos>, to
    the scores (B, T, target_size) of each position's next token. `net.start(source, source_lens)` and
    `net.step(tokens, cache)` compute the same scores piece by piece (models/decoding.py).
    pre_norm: LayerNorm before each sublayer instead of after. Linear weights start Xavier-uniform.
    by_hand: an attribute that every attention inside shares (see MultiHeadAttention).
    Raises ValueError for an empty source, tokens outside the vocabulary and sequences longer than max_len.
    """

    def __init__(self, source_size: int, target_size: int, width: int = 32, hidden: int = 64, num_heads: int = 4,
                 num_layers: int = 2, dropout: float = 0.1, pre_norm: bool = False, max_len: int = 1000):  # fmt: skip
        super().__init__()
        shape = (width, hidden, num_heads, num_layers, dropout, pre_norm, max_len)
        self.encoder = TransformerEncoder(source_size, *shape)
        self.decoder = TransformerDecoder(target_size, *shape)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)

    def start(self, source, source_lens=None) -> DecoderCache:
        """Read the source; the cache that comes back is where decoding begins."""
        if source.ndim != 2 or source.shape[1] == 0:
            raise ValueError(f"the source has shape {tuple(source.shape)}: give tokens (batch, steps), steps ≥ 1")
        mask = None if source_lens is None else padding_mask(source_lens, source.shape[1])  # (B, 1, S)
        return self.decoder.start(self.encoder(source, mask), mask)

    def step(self, tokens, cache: DecoderCache):
        """Scores (B, T, target_size) after the new `tokens` (B, T), which go into the cache."""
        return self.decoder(tokens, cache)

    def forward(self, source, source_lens, target):
        return self.step(target, self.start(source, source_lens))

    @property
    def by_hand(self) -> bool:
        return all(part.by_hand for part in self._attentions())

    @by_hand.setter
    def by_hand(self, value: bool) -> None:
        for part in self._attentions():
            part.by_hand = value

    def _attentions(self) -> list[MultiHeadAttention]:
        return [module for module in self.modules() if isinstance(module, MultiHeadAttention)]


@torch.no_grad()
def attention_maps(net: Transformer, source, source_lens, target) -> dict[str, torch.Tensor]:
    """Who looks at whom, in evaluation mode: {"encoder": (L, B, H, S, S), "decoder": (L, B, H, T, T), "source":
    (L, B, H, T, S)}, one weight for each layer, sentence, head, query and key. `net` is left as it was."""
    parts = net._attentions()
    by_hand = [part.by_hand for part in parts]
    try:
        with evaluating(net):
            net.by_hand = True
            net(source, source_lens, target)
        return {
            "encoder": torch.stack([block.attention.attention_weights for block in net.encoder.blocks]),
            "decoder": torch.stack([block.self_attention.attention_weights for block in net.decoder.blocks]),
            "source": torch.stack([block.source_attention.attention_weights for block in net.decoder.blocks]),
        }
    finally:
        for part, way in zip(parts, by_hand):
            part.by_hand = way
