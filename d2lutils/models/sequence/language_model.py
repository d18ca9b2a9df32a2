"""A recurrent language model, and text written with it, as chapter 9.3 builds them."""

import torch
from torch import nn
from torch.nn import functional as F

from d2lutils.layers import check_rnn_shapes
from d2lutils.models.modes import evaluating


class RNNModel(nn.Module):
    """Scores for the next token at every place of a text: tokens (B, T) int64 to logits (B, T, V), and the state.

    rnn: a recurrent layer over (T, B, D) (d2l.RNN, torch.nn.RNN, GRU, LSTM). vocab_size V.
    embed: False gives the layer one-hot vectors (its input_size must be V); True learned ones of its input_size.
    """

    def __init__(self, rnn: nn.Module, vocab_size: int, embed: bool = False):
        super().__init__()
        if not embed and rnn.input_size != vocab_size:
            raise ValueError(
                f"without an embedding the layer reads one-hot vectors: its input_size must be {vocab_size}, the "
                f"vocab_size, not {rnn.input_size}. Make the layer with that size, or pass embed=True"
            )
        self.rnn, self.vocab_size = rnn, vocab_size
        self.embedding = nn.Embedding(vocab_size, rnn.input_size) if embed else None
        directions = 2 if getattr(rnn, "bidirectional", False) else 1
        self.output = nn.Linear(rnn.hidden_size * directions, vocab_size)

    def forward(self, tokens, state=None):
        """tokens (B, T), state as the layer's or None. Raises ValueError for a state of another batch size or depth."""
        X = self.inputs(tokens.T)  # (T, B, D)
        check_rnn_shapes(self.rnn, X, state)
        H, state = self.rnn(X, state)  # (T, B, H)
        return self.output(H).transpose(0, 1), state  # (B, T, V)

    def inputs(self, tokens):
        """Token numbers (…) as what the layer reads, (…, D)."""
        if self.embedding is not None:
            return self.embedding(tokens)
        return F.one_hot(tokens, self.vocab_size).to(self.output.weight.dtype)


def next_token_probabilities(logits, temperature=1.0, top_k=None):
    """softmax(logits / temperature) over the last dimension, among the `top_k` largest logits only (all, if None).

    logits (…, V) to probabilities (…, V). temperature above 0: below 1 sharpens, above 1 flattens. top_k = 1 is greedy.
    Top-k sampling: Fan, Lewis and Dauphin (2018). Raises ValueError for values out of range.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, not {temperature}; top_k=1 always takes the likeliest token")
    if top_k is not None and not 1 <= top_k <= logits.shape[-1]:
        raise ValueError(f"top_k must lie in 1 … {logits.shape[-1]}, the number of tokens, or be None, not {top_k}")
    if top_k is not None:
        kept, places = logits.topk(top_k, dim=-1)
        logits = torch.full_like(logits, -torch.inf).scatter(-1, places, kept)
    # the largest becomes 0 before it is divided, so that a tiny temperature cannot overflow
    return ((logits - logits.max(dim=-1, keepdim=True).values) / temperature).softmax(dim=-1)


@torch.no_grad()
def generate(net, prefix, length: int, vocab, temperature: float = 1.0, top_k: int | None = None, generator=None):
    """Let `net` continue `prefix` by `length` tokens, drawing each from next_token_probabilities and feeding it back.

    prefix: a text for a vocabulary of characters (a text comes back), or a list of tokens (a list comes back).
    The state is carried, so each token costs one step however long the text is. generator: on the CPU.
    Raises ValueError for an empty prefix, a token that the vocabulary lacks, length below 0, and as above.
    """
    missing = sorted({token for token in prefix if token not in vocab})
    if missing:
        raise ValueError(f"the prefix has {missing}, which this vocabulary lacks")
    if not len(prefix):
        raise ValueError("the prefix is empty: the model needs one token to begin with")
    if length < 0:
        raise ValueError(f"length is how many tokens to write, 0 or more, not {length}")
    device = next(net.parameters()).device
    with evaluating(net):
        tokens, state = torch.tensor([vocab[list(prefix)]], device=device), None  # (1, T)
        written = []
        for _ in range(length):
            logits, state = net(tokens, state)  # (1, T, V)
            p = next_token_probabilities(logits[0, -1].double().cpu(), temperature, top_k)  # (V,)
            written.append(int(torch.multinomial(p, 1, generator=generator)))
            tokens = torch.tensor([[written[-1]]], device=device)  # (1, 1): the state holds all before it
    written = vocab.to_tokens(written)
    return prefix + "".join(written) if isinstance(prefix, str) else [*prefix, *written]
