"""Convolution from scratch: a kernel slid over a picture, the dense layer that it is, and how far a stack of them sees.

Background: LeCun et al., Backpropagation applied to handwritten zip code recognition, Neural Computation 1 (1989).
"""

import torch

from d2lutils.arguments import describe


def corr2d(X, K):
    """The cross-correlation of a picture X (H, W) with a kernel K (h, w): (H − h + 1, W − w + 1).

    Entry (i, j) is the sum of K times the piece of X whose upper left corner is (i, j). It is what `F.conv2d` computes
    for one channel, without padding and with stride 1, in values and gradients. Raises ValueError when X or K is no
    table of numbers, or when the kernel is larger than the picture.
    """
    check_kernel(X, K)
    (H, W), (h, w) = X.shape, K.shape
    return sum(
        K[a, b] * X[a : a + H - h + 1, b : b + W - w + 1]  # (H − h + 1, W − w + 1)
        for a in range(h) for b in range(w)
    )


def convolution_matrix(K, H, W):
    """The weights of the dense layer that does what K (h, w) does to pictures of H × W: ((H − h + 1)(W − w + 1), H W).

    `convolution_matrix(K, H, W) @ X.flatten()` is `corr2d(X, K).flatten()`. A column is what becomes of one pixel.
    Raises ValueError as `corr2d` does.
    """
    pixels = torch.eye(H * W, dtype=K.dtype, device=K.device).reshape(-1, H, W)  # one picture for each pixel
    return torch.stack([corr2d(pixel, K).flatten() for pixel in pixels], dim=1)


def receptive_field(layers):
    """How many pixels in a row one output of a stack of convolutions depends on: 1 + Σ (k − 1) d Π s of the earlier.

    layers: from the input up, each `(kernel, stride, dilation)`, `(kernel, stride)` or the kernel's side alone; stride
    and dilation are 1 unless given. It counts the span from the first to the last pixel, whether all between are used
    or not. Raises ValueError for sizes that are no positive whole numbers.
    """
    field, step = 1, 1  # of pixels seen; between neighbours of the current layer, in pixels
    for layer in layers:
        kernel, stride, dilation = _sizes(layer)
        field += (kernel - 1) * dilation * step
        step *= stride
    return field


def _sizes(layer) -> tuple[int, int, int]:
    sizes = tuple(layer) if isinstance(layer, (tuple, list)) else (layer,)
    if not 1 <= len(sizes) <= 3 or any(isinstance(s, bool) or not isinstance(s, int) or s < 1 for s in sizes):
        raise ValueError(f"a layer is (kernel, stride, dilation), whole numbers of at least 1, not {layer!r}")
    return (*sizes, *(1,) * (3 - len(sizes)))


def check_kernel(X, K):
    """Raises ValueError unless X (H, W) is a table of numbers and K (h, w) another that fits into it."""
    for name, table in (("X", X), ("K", K)):
        if not isinstance(table, torch.Tensor) or table.ndim != 2 or not table.numel():
            raise ValueError(
                f"{name} is a table of numbers, a tensor with two dimensions, not {describe(table)}: one channel of "
                "one picture at a time"
            )
    if K.shape[0] > X.shape[0] or K.shape[1] > X.shape[1]:
        raise ValueError(
            f"the kernel {tuple(K.shape)} is larger than the picture {tuple(X.shape)}, so there is no place for it: "
            "take a smaller kernel, or pad the picture"
        )
