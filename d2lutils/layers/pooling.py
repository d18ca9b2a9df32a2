"""Pooling: maximum and mean over windows, and a blur before every second value is taken, as chapter 5.3 builds them.

The blur follows Zhang (2019, arXiv:1904.11486).
"""

import torch
from torch import nn
from torch.nn import functional as F

from d2lutils.arguments import describe


def pool2d(X: torch.Tensor, pool_size: int | tuple[int, int], mode: str = "max",
           stride: int | tuple[int, int] = 1) -> torch.Tensor:  # fmt: skip
    """The largest value, or the mean, of each window of `pool_size`: (…, H, W) to (…, H', W'), H' = ⌊(H − p) / s⌋ + 1.

    pool_size, stride: (down, across), or one number for both. The stride is 1 by default, where PyTorch's layers take
    the size of the window. mode: "max" or "mean" ("avg" is the same).
    Equal to F.max_pool2d and F.avg_pool2d without padding, in values and gradients: where several values of a window
    are the largest, the first of them, row by row, has the gradient.
    Raises ValueError for a bad argument, and for a window that is larger than X.
    """
    (p, q), (down, across) = _pair("pool_size", pool_size), _pair("stride", stride)
    if mode not in ("max", "mean", "avg"):
        raise ValueError(f'mode is "max" or "mean", not {mode!r}')
    if not isinstance(X, torch.Tensor) or X.ndim < 2 or X.shape[-2] < p or X.shape[-1] < q:
        raise ValueError(f"X is a tensor of shape (…, H, W), H at least {p} and W at least {q}, not {describe(X)}")
    if mode != "max" and not X.is_floating_point():
        raise ValueError(f"a mean needs X of floats, not {describe(X)}: X.float()")
    windows = X.unfold(-2, p, down).unfold(-2, q, across).flatten(-2)  # (…, H', W', p·q)
    return windows.max(dim=-1).values if mode == "max" else windows.mean(dim=-1)


class BlurPool2d(nn.Module):
    """Blurs each channel with the kernel 1 2 1 by 1 2 1 over 16, then takes every `stride`-th value.

    (B, C, H, W) or (C, H, W) to the same with ⌈H / stride⌉ and ⌈W / stride⌉. Beyond the border it counts zeros, as a
    convolution does. There is nothing to learn. In Zhang's MaxBlurPool it stands after nn.MaxPool2d(2, stride=1).
    stride: 2 by default. Raises what F.conv2d raises, a RuntimeError for a stride below 1.
    """

    def __init__(self, stride: int = 2):
        super().__init__()
        self.stride = stride
        row = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.register_buffer("kernel", torch.outer(row, row), persistent=False)

    def forward(self, x):
        channels = x.shape[-3]
        kernel = self.kernel.to(x).expand(channels, 1, 3, 3)  # one for each channel
        return F.conv2d(x, kernel, stride=self.stride, padding=1, groups=channels)


def _pair(argument: str, value) -> tuple[int, int]:
    """`value` as (down, across). Raises ValueError unless it is one whole number from 1 on, or two."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(pair) != 2 or any(not isinstance(n, int) or isinstance(n, bool) or n < 1 for n in pair):
        raise ValueError(f"{argument} is a whole number from 1 on, or a pair of them, (down, across), not {value!r}")
    return pair
