"""Answers to the exercises of the chapter on padding, stride and channels."""

import torch
from helpers import checking
from torch.nn import functional as F

from d2lutils import check
from d2lutils.layers import conv2d, corr2d, corr2d_multi_in_out

# --- right ---------------------------------------------------------------------------------------------------------


def two_steps(X, depth, point):
    maps = torch.stack([corr2d(x, k) for x, k in zip(X, depth)])
    return torch.einsum("oc,chw->ohw", point, maps)


def one_dense_kernel(X, depth, point):
    return corr2d_multi_in_out(X, point[:, :, None, None] * depth)


def by_groups(X, depth, point):
    return F.conv2d(F.conv2d(X[None], depth[:, None], groups=len(X)), point[:, :, None, None])[0]


def by_hand(X, depth, point):
    return sum(point[:, c, None, None] * corr2d(X[c], depth[c]) for c in range(len(X)))


def by_unfold(X, k, stride):
    return F.unfold(X.unsqueeze(0), (k, k), stride=stride).squeeze(0).transpose(0, 1)


def in_loops(X, k, stride):
    rows = [X[:, i : i + k, j : j + k].flatten() for i in range(0, X.shape[1] - k + 1, stride)
            for j in range(0, X.shape[2] - k + 1, stride)]
    return torch.stack(rows)


def by_strides(X, k, stride):
    windows = X.unfold(1, k, stride).unfold(2, k, stride)  # (C, H', W', k, k)
    return windows.permute(1, 2, 0, 3, 4).reshape(-1, len(X) * k * k)


def by_kernels(X, k, stride):
    """A kernel for each place of a window that picks the one number there."""
    picks = torch.eye(len(X) * k * k, dtype=X.dtype).reshape(-1, len(X), k, k)
    return conv2d(X, picks, stride=stride).flatten(1).T


RIGHT = [
    *((check.separable, answer) for answer in (two_steps, one_dense_kernel, by_groups, by_hand)),
    *((check.window_rows, answer) for answer in (by_unfold, in_loops, by_strides, by_kernels)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------

WRONG = [
    (check.separable, lambda X, depth, point: torch.stack([corr2d(x, k) for x, k in zip(X, depth)]), "is missing"),
    (check.separable, lambda X, depth, point: two_steps(X, depth[:1].expand_as(depth), point), "the first kernel"),
    (check.separable, lambda X, depth, point: two_steps(X, depth.flip(1, 2), point), "turned round"),
    (check.separable, lambda X, depth, point: two_steps(X, depth, point) / len(X), "number of channels"),
    (check.separable, lambda X, depth, point: two_steps(X.sum(0, keepdim=True).expand_as(X), depth, point), "added up"),
    (check.separable, lambda X, depth, point: two_steps(X, depth, point)[None], "shape"),
    (check.separable, lambda X, depth, point: two_steps(X, depth, point).detach(), "cut the graph"),
    (check.separable, lambda X, depth, point: two_steps(X, depth, point).relu(), ""),
    (check.window_rows, lambda X, k, stride: by_unfold(X, k, stride).T, ""),
    (check.window_rows, lambda X, k, stride: by_unfold(X, k, 1), ""),
    (check.window_rows, lambda X, k, stride: by_unfold(X, k, k), ""),
    (check.window_rows, lambda X, k, stride: X.unfold(1, k, stride).unfold(2, k, stride).permute(1, 2, 3, 4, 0).reshape(
        -1, len(X) * k * k), "channels come last"),
    (check.window_rows, lambda X, k, stride: X.unfold(1, k, stride).unfold(2, k, stride).permute(2, 1, 0, 3, 4).reshape(
        -1, len(X) * k * k), ""),
    (check.window_rows, lambda X, k, stride: X.unfold(1, k, stride).unfold(2, k, stride).permute(1, 2, 0, 4, 3).reshape(
        -1, len(X) * k * k), "exchanged"),
    (check.window_rows, lambda X, k, stride: by_unfold(X, k, stride).detach(), "cut the graph"),
    (check.window_rows, lambda X, k, stride: by_unfold(F.pad(X, (1, 1, 1, 1)), k, stride), ""),
]

ALL = [check.separable, check.window_rows]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
