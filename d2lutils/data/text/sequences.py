"""A long text as minibatches for a language model, in two ways, as chapter 9.3 builds them.

Both give batches (X, Y) of int64 token numbers, (B, T) each, where Y is X one token later: B = batch_size rows of
T = num_steps tokens. The functions make one pass, the loaders as many as are asked for.
"""

from itertools import islice

import torch

from d2lutils.data.loaders import check_generator


def sequential_batches(corpus, batch_size, num_steps, start=0):
    """Read `corpus` (N,) in `batch_size` places at once, from token `start` on: row i of a batch goes on where row i
    of the batch before ended. Yields (X, Y), (B, T) each, views of the corpus; the last pair is shorter where the
    text ends."""
    row = (len(corpus) - start - 1) // batch_size  # how many tokens each row predicts in one pass
    X = corpus[start : start + batch_size * row].reshape(batch_size, row)
    Y = corpus[start + 1 : start + 1 + batch_size * row].reshape(batch_size, row)
    for k in range(0, row, num_steps):
        yield X[:, k : k + num_steps], Y[:, k : k + num_steps]  # (B, T) each


def random_batches(corpus, batch_size, num_steps, start=0, generator=None):
    """Cut `corpus` (N,) into windows of `num_steps` tokens, from token `start` on, and deal them out in random order:
    neighbouring batches have nothing to do with each other. Yields (X, Y), (B, T) each; what does not fill a batch is
    left out."""
    windows = (len(corpus) - start - 1) // num_steps
    starts = start + num_steps * torch.randperm(windows, generator=generator).to(corpus.device)
    for first in starts[: windows // batch_size * batch_size].reshape(-1, batch_size):  # (B,)
        places = first.unsqueeze(1) + torch.arange(num_steps, device=corpus.device)  # (B, T)
        yield corpus[places], corpus[places + 1]


class _TextLoader:
    """What both loaders share: checked sizes, a length, and a place to begin that changes from pass to pass."""

    def __init__(self, corpus, batch_size: int, num_steps: int, shift: bool = True, generator=None):
        for name, value in (("batch_size", batch_size), ("num_steps", num_steps)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number, 1 or more, not {value!r}")
        corpus = torch.as_tensor(corpus)
        if corpus.ndim != 1 or corpus.numel() == 0 or corpus.is_floating_point():
            raise ValueError(
                f"corpus must be one row of token numbers, (N,) integers with N above 0, not {tuple(corpus.shape)} "
                f"{str(corpus.dtype).removeprefix('torch.')}: vocab[tokens] gives one"
            )
        self.corpus, self.batch_size, self.num_steps = corpus.long(), batch_size, num_steps
        self.shift, self.generator = shift, check_generator(generator)
        if len(self) < 1:
            raise ValueError(
                f"the text has {len(corpus)} tokens, too few for one batch of {batch_size} × {num_steps}: take a "
                "longer text, a smaller batch_size or fewer num_steps"
            )

    @property
    def _usable(self) -> int:
        """How many tokens can be predicted wherever a pass begins."""
        return max(len(self.corpus) - 1 - (self.num_steps - 1 if self.shift else 0), 0)

    def _start(self) -> int:
        return int(torch.randint(self.num_steps, (), generator=self.generator)) if self.shift else 0

    def to(self, device):
        """The same loader with its text on `device`."""
        return type(self)(self.corpus.to(device), self.batch_size, self.num_steps, self.shift, self.generator)


class SequentialLoader(_TextLoader):
    """Batches (X, Y) that continue each other, so that a model may carry its state from one to the next.

    corpus: the numbers of the tokens, (N,) int64 or a list. batch_size, num_steps: rows and tokens a batch.
    shift: begin each pass at a random one of the first num_steps tokens, so that the windows are cut elsewhere every
        time; all batches are then whole. False for evaluation: always the same batches, the last shorter if need be.
    generator: a CPU torch.Generator for the random numbers, by default PyTorch's global one.
    A batch is a copy: changing it leaves the text alone.
    Raises ValueError for sizes below 1, a corpus that is not a row of integers, and a text too short for a batch.
    """

    def __len__(self) -> int:
        row = self._usable // self.batch_size
        return row // self.num_steps if self.shift else -(-row // self.num_steps)

    def __iter__(self):
        batches = sequential_batches(self.corpus, self.batch_size, self.num_steps, self._start())
        return (tuple(part.clone(memory_format=torch.contiguous_format) for part in batch)
                for batch in islice(batches, len(self)))  # fmt: skip


class RandomLoader(_TextLoader):
    """Batches (X, Y) of windows in random order. No state may be carried from one to the next: see LanguageModelStep.

    Arguments and errors as for SequentialLoader; the order is drawn from `generator` too.
    """

    def __len__(self) -> int:
        return self._usable // self.num_steps // self.batch_size

    def __iter__(self):
        batches = random_batches(self.corpus, self.batch_size, self.num_steps, self._start(), self.generator)
        return islice(batches, len(self))
