"""Answers to the exercises of the chapter on pooling."""

import numpy as np
import torch
from helpers import checking
from torch.nn import functional as F

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def in_loops(X, grad):
    out = torch.zeros_like(X)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            window = X[2 * i:2 * i + 2, 2 * j:2 * j + 2]
            row, column = divmod(window.argmax().item(), 2)
            out[2 * i + row, 2 * j + column] = grad[i, j]
    return out


def by_autograd(X, grad):
    X = X.clone().requires_grad_()
    F.max_pool2d(X[None], 2)[0].backward(grad)
    return X.grad


def by_unpooling(X, grad):
    _, indices = F.max_pool2d(X[None, None], 2, return_indices=True)
    return F.max_unpool2d(grad[None, None], indices, 2, output_size=X.shape)[0, 0]


def by_comparing(X, grad):
    """The four places of all windows at once, the first that reaches the maximum."""
    out = torch.zeros_like(X)
    h, w = grad.shape
    parts = [(i, j, X[i:2 * h:2, j:2 * w:2]) for i in (0, 1) for j in (0, 1)]
    top = torch.stack([part for *_, part in parts]).amax(0)
    free = torch.ones_like(grad, dtype=torch.bool)
    for i, j, part in parts:
        here = free & (part == top)
        out[i:2 * h:2, j:2 * w:2] = torch.where(here, grad, 0)
        free &= ~here
    return out


def in_numpy(X, grad):
    X, grad = X.numpy(), grad.numpy()
    out = np.zeros_like(X)
    for i, j in np.ndindex(*grad.shape):
        place = np.unravel_index(np.argmax(X[2 * i:2 * i + 2, 2 * j:2 * j + 2]), (2, 2))
        out[2 * i + place[0], 2 * j + place[1]] = grad[i, j]
    return torch.from_numpy(out)


def grouped(x, taps):
    kernel = torch.outer(taps, taps) / taps.sum() ** 2
    return F.conv2d(x, kernel.expand(x.shape[1], 1, -1, -1), stride=2, padding=len(taps) // 2, groups=x.shape[1])


def one_by_one(x, taps):
    b, c, h, w = x.shape
    kernel = torch.outer(taps, taps)[None, None]
    out = F.conv2d(x.reshape(b * c, 1, h, w), kernel / kernel.sum(), stride=2, padding=len(taps) // 2)
    return out.reshape(b, c, *out.shape[2:])


def rows_then_columns(x, taps):
    half, weights = len(taps) // 2, taps / taps.sum()
    x = F.pad(x, (half, half, half, half))
    x = torch.einsum("...k,k->...", x.unfold(3, len(taps), 2), weights)
    return torch.einsum("...k,k->...", x.unfold(2, len(taps), 2), weights)


def by_slices(x, taps):
    n, half = len(taps), len(taps) // 2
    padded, out = F.pad(x, (half,) * 4), 0
    for i in range(n):
        for j in range(n):
            out = out + taps[i] * taps[j] * padded[:, :, i:i + x.shape[2], j:j + x.shape[3]]
    return out[:, :, ::2, ::2] / taps.sum() ** 2


RIGHT = [
    *((check.max_pool_gradient, answer) for answer in (in_loops, by_autograd, by_unpooling, by_comparing, in_numpy)),
    *((check.blur_pool, answer) for answer in (grouped, one_by_one, rows_then_columns, by_slices)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------


def shared(X, grad):
    X = X.clone().requires_grad_()
    (X.unfold(0, 2, 2).unfold(1, 2, 2).amax((2, 3)) * grad).sum().backward()
    return X.grad


def each_largest(X, grad):
    h, w = grad.shape
    out = torch.zeros_like(X)
    windows = X[:2 * h, :2 * w].reshape(h, 2, w, 2)
    top = windows == windows.amax((1, 3), keepdim=True)
    out[:2 * h, :2 * w] = (top * grad[:, None, :, None]).reshape(2 * h, 2 * w)
    return out


def averaged(X, grad):
    X = X.clone().requires_grad_()
    F.avg_pool2d(X[None], 2)[0].backward(grad)
    return X.grad


def to_all(X, grad):
    return 4 * averaged(X, grad)


def even_only(X, grad):
    return in_loops(X, grad)[:2 * grad.shape[0], :2 * grad.shape[1]]


def last_of_equals(X, grad):
    return in_loops(X.flip(0, 1), grad.flip(0, 1)).flip(0, 1) if not (X.shape[0] % 2 or X.shape[1] % 2) else (
        in_loops(X, grad))


def brighter(x, taps):
    return grouped(x, taps) * taps.sum() ** 2


def kernel_of(x, taps):
    return (torch.outer(taps, taps) / taps.sum() ** 2).expand(x.shape[1], 1, -1, -1)


WRONG = [
    (check.max_pool_gradient, averaged, "gradient of the mean"),
    (check.max_pool_gradient, to_all, "all entries of a window"),
    (check.max_pool_gradient, lambda X, grad: in_loops(X, torch.ones_like(grad)), "multiplied by grad"),
    (check.max_pool_gradient, lambda X, grad: in_loops(-X, grad), "of the minimum"),
    (check.max_pool_gradient, lambda X, grad: in_loops(X.abs(), grad), "in absolute value"),
    (check.max_pool_gradient, shared, "amax"),
    (check.max_pool_gradient, each_largest, "each of several largest"),
    (check.max_pool_gradient, last_of_equals, "the last one has the gradient"),
    (check.max_pool_gradient, even_only, "shape"),
    (check.max_pool_gradient, lambda X, grad: grad, "shape"),
    (check.max_pool_gradient, lambda X, grad: by_autograd(X, grad).double(), "float64"),
    (check.max_pool_gradient, lambda X, grad: in_loops(X, -grad), ""),
    (check.blur_pool, brighter, "not divided by its sum"),
    (check.blur_pool, lambda x, taps: grouped(x, taps) * taps.sum(), "divided by the sum of taps"),
    (check.blur_pool, lambda x, taps: F.conv2d(
        x, kernel_of(x, taps), padding=len(taps) // 2, groups=x.shape[1]), "nothing is left out"),
    (check.blur_pool, lambda x, taps: F.conv2d(x, kernel_of(x, taps), stride=2, groups=x.shape[1]),
     "nothing is added around the border"),
    (check.blur_pool, lambda x, taps: x[:, :, ::2, ::2], "nothing is blurred"),
    (check.blur_pool, lambda x, taps: grouped(x, torch.ones_like(taps)), "taps are not used"),
    (check.blur_pool, lambda x, taps: grouped(x, taps).sum(1, keepdim=True), "shape"),
    (check.blur_pool, lambda x, taps: grouped(x, taps).sum(1, keepdim=True).repeat(1, x.shape[1], 1, 1),
     "each one stays by itself"),
    (check.blur_pool, lambda x, taps: F.conv2d(x[..., ::2, ::2], kernel_of(x, taps), padding=len(taps) // 2,
                                               groups=x.shape[1]), "the other order"),
    (check.blur_pool, lambda x, taps: grouped(x, torch.tensor([1.0, 2.0, 1.0]).to(x)), "shape"),
    (check.blur_pool, lambda x, taps: grouped(x.detach(), taps.detach()), "cut the graph"),
    (check.blur_pool, lambda x, taps: grouped(x.double(), taps.double()), "float64"),
]  # fmt: skip

ALL = [check.max_pool_gradient, check.blur_pool]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
