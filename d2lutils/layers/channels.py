"""Convolutions with borders, strides and channels from scratch, in terms of `corr2d`."""

import torch
from torch.nn import functional as F

from d2lutils.arguments import describe
from d2lutils.layers.convolution import corr2d


def output_size(n, k, padding=0, stride=1, dilation=1):
    """How many places a kernel of side k finds in a row of n pixels.

    It is ⌊(n + 2 padding − dilation (k − 1) − 1) / stride⌋ + 1. padding pixels are added at both ends; the kernel moves
    by stride, and its weights lie dilation apart. Raises ValueError for sizes that are none, and when the kernel
    does not fit into the padded row. """
    for name, size, least in (("n", n, 1), ("k", k, 1), ("padding", padding, 0), ("stride", stride, 1),
                              ("dilation", dilation, 1)):  # fmt: skip
        if isinstance(size, bool) or not isinstance(size, int) or size < least:
            raise ValueError(f"{name} is a whole number of at least {least}, not {size!r}")
    span = dilation * (k - 1) + 1
    if span > n + 2 * padding:
        raise ValueError(
            f"a kernel that spans {span} pixels does not fit into {n + 2 * padding}, padding included: take a smaller "
            f"kernel, or a padding of at least {-(-(span - n) // 2)}"
        )
    return (n + 2 * padding - span) // stride + 1


def corr2d_multi_in(X, K):
    """One feature map from all channels: X (C, H, W) and a kernel with a table for each, K (C, h, w), to (H', W').

    H' = H − h + 1 and W' = W − w + 1. Raises ValueError when X and K have not as many channels.
    """
    check_channels(X, K)
    return sum(corr2d(x, k) for x, k in zip(X, K))


def corr2d_multi_in_out(X, K):
    """O feature maps: X (C, H, W) and O kernels K (O, C, h, w) to (O, H', W'), as `F.conv2d` gives for one picture."""
    return torch.stack([corr2d_multi_in(X, kernel) for kernel in K])


def conv2d(X, K, padding=0, stride=1, groups=1):
    """A convolution with everything: X (C, H, W) and K (O, C / groups, h, w) to (O, H', W').

    padding: rows and columns of zeros on each side; stride: of each so many places one is kept, in both directions;
    groups: the channels of X and the kernels are dealt out to so many groups, which know nothing of one another.
    Values and gradients are those of `F.conv2d`. Raises ValueError when groups does not divide C and O.
    """
    check_groups(X, K, groups)
    X = F.pad(X, (padding,) * 4)  # left, right, top, bottom
    maps = [corr2d_multi_in_out(x, k) for x, k in zip(X.chunk(groups), K.chunk(groups))]
    return torch.cat(maps)[:, ::stride, ::stride]


def check_channels(X, K):
    """Raises ValueError unless X (C, H, W) and K (C, h, w) are tensors with as many channels."""
    for name, tensor in (("X", X), ("K", K)):
        if not isinstance(tensor, torch.Tensor) or tensor.ndim != 3 or not len(tensor):
            raise ValueError(f"{name} is a tensor of (channels, rows, columns), not {describe(tensor)}")
    if len(X) != len(K):
        raise ValueError(
            f"the picture has {len(X)} channels and the kernel {len(K)}: a kernel has a table for each channel. "
            "Pictures from files are often (H, W, C): permute(2, 0, 1) puts the channels first"
        )


def check_groups(X, K, groups):
    """Raises ValueError unless `groups` divides the channels of X (C, H, W) and the kernels K (O, C / groups, h, w)."""
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1:
        raise ValueError(f"groups is a whole number of at least 1, not {groups!r}")
    for number, what in ((len(X), "channels of the picture"), (len(K), "kernels")):
        if number % groups:
            fits = [g for g in range(1, number + 1) if number % g == 0]
            raise ValueError(
                f"{number} {what} cannot be dealt out evenly to {groups} groups: take one of "
                f"{', '.join(map(str, fits))}"
            )
    if K.ndim != 4 or K.shape[1] * groups != len(X):
        raise ValueError(
            f"with {groups} groups, {len(X)} channels ask for kernels of shape (kernels, {len(X) // groups}, rows, "
            f"columns), not {tuple(K.shape)}"
        )
