"""*The Time Machine* as minibatches for a language model."""

import torch

from d2lutils.data.loaders import check_positive
from d2lutils.data.text.corpora import read_time_machine
from d2lutils.data.text.sequences import RandomLoader, SequentialLoader
from d2lutils.data.text.vocab import Vocab, normalize, tokenize


def load_data_time_machine(batch_size, num_steps, use_random_iter=False, max_tokens=10_000, *, token="char",
                           generator=None):  # fmt: skip
    """*The Time Machine* as `(loader, vocab)`: minibatches (X, Y) of int64 token numbers, (B, T) each, and their names.

    batch_size, num_steps  B rows of T tokens each; Y is X one token later
    use_random_iter        True for a `RandomLoader` (windows in random order), False for a `SequentialLoader`
    max_tokens             the batches come from so many tokens, the first ones; None takes all of the book
    token                  "char" or "word". The text is in lower case with nothing but letters and spaces
    generator              a CPU `torch.Generator` for a pass's start and order; None takes PyTorch's global one

    The vocabulary is that of the whole book. What stands in for it without a network: see `read_time_machine`. Raises
    ValueError or TypeError for a bad argument, `DataError` for a damaged file.
    """
    if max_tokens is not None:
        check_positive("max_tokens", max_tokens)
    tokens = tokenize(normalize(read_time_machine()), token)
    vocab = Vocab(tokens)
    make = RandomLoader if use_random_iter else SequentialLoader
    return make(torch.tensor(vocab[tokens[:max_tokens]]), batch_size, num_steps, generator=generator), vocab
