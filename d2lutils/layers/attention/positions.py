"""Positions as waves: what tells a set of words apart from a sentence."""

import torch
from torch import nn


class PositionalEncoding(nn.Module):
    """Add sines and cosines of the position to (B, T, num_hiddens), then dropout (Vaswani et al., 2017, section 3.5).

    Columns 2j and 2j + 1 of position i hold sin and cos of i / 10000^(2j / num_hiddens); an odd width ends with a sine.
    `P` (max_len, num_hiddens) is a buffer: it follows the module to its device and type; being a formula, it is not in
    the state_dict. Positions count from `before`, so that step t of a decoder gets position t and not 0.
    Raises ValueError for a sequence that would run past max_len.
    """

    def __init__(self, num_hiddens: int, dropout: float = 0.0, max_len: int = 1000):
        super().__init__()
        if num_hiddens < 1 or max_len < 1:
            raise ValueError(f"num_hiddens and max_len must be 1 or more, not {num_hiddens} and {max_len}")
        self.dropout = nn.Dropout(dropout)
        even = torch.arange(0, num_hiddens, 2, dtype=torch.float64)  # 2j: ceil(num_hiddens / 2) of them
        angles = torch.arange(max_len, dtype=torch.float64)[:, None] / 10000 ** (even / num_hiddens)
        P = torch.empty(max_len, num_hiddens, dtype=torch.float64)
        P[:, 0::2] = angles.sin()
        P[:, 1::2] = angles.cos()[:, : num_hiddens // 2]  # an odd width has one cosine fewer
        self.register_buffer("P", P.to(torch.get_default_dtype()), persistent=False)

    def forward(self, x: torch.Tensor, before: int = 0) -> torch.Tensor:
        steps, max_len = x.shape[1], len(self.P)
        if before + steps > max_len:
            raise ValueError(
                f"a sequence of {before + steps} positions is longer than the position table of {max_len}: make the "
                f"model with max_len={before + steps} or more, or cut the sequence"
            )
        return self.dropout(x + self.P[before : before + steps])  # (B, T, num_hiddens)
