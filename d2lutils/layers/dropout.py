"""Dropout (Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html), as chapter 3.4 builds it."""

import torch
from torch import nn


def dropout(x: torch.Tensor, p: float, generator: torch.Generator | None = None) -> torch.Tensor:
    """Each entry of x set to zero with probability p, the others divided by 1 − p, so that the mean stays: same shape.

    Equal to F.dropout(x, p), on the CPU even in its random numbers: none are drawn where p is 0 or 1.
    generator: None takes PyTorch's global one.
    Raises ValueError if p does not lie between 0 and 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p is the probability of dropping an entry, from 0 to 1, not {p}")
    if p in (0, 1):  # nothing is left to chance
        return (1 - p) * x
    keep = torch.empty_like(x).bernoulli_(1 - p, generator=generator)  # 1 or 0
    return x * (keep / (1 - p))


class Dropout(nn.Module):
    """`dropout` in training mode, nothing after `.eval()`: any shape to the same. Equal to nn.Dropout.

    p: the probability of dropping an entry, in [0, 1]; a ValueError says so. It has no parameters and no state.
    """

    def __init__(self, p: float = 0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is the probability of dropping an entry, from 0 to 1, not {p}")
        self.p = p

    def forward(self, x):
        return dropout(x, self.p) if self.training else x

    def extra_repr(self):
        return f"p={self.p}"
