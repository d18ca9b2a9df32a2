"""Answers to the exercises of the chapter on convolution."""

import torch
from helpers import checking
from torch.nn import functional as F

from d2lutils import check
from d2lutils.layers import convolution_matrix, corr2d

# --- right ---------------------------------------------------------------------------------------------------------


def padded(X, K):
    h, w = K.shape
    return F.pad(X, (w - 1, w - 1, h - 1, h - 1))


def by_corr2d(X, K):
    return corr2d(padded(X, K), K.flip(0, 1))


def by_stamping(X, K):
    (H, W), (h, w) = X.shape, K.shape
    out = torch.zeros(H + h - 1, W + w - 1, dtype=X.dtype)
    for i in range(H):
        for j in range(W):
            out[i : i + h, j : j + w] += X[i, j] * K
    return out


def by_transposed_layer(X, K):
    return F.conv_transpose2d(X[None, None], K[None, None]).squeeze(0).squeeze(0)


def by_matrix(X, K):
    (H, W), (h, w) = X.shape, K.shape
    matrix = convolution_matrix(K, H + h - 1, W + w - 1)  # its transpose spreads each pixel over the kernel's places
    return (matrix.T @ X.flatten()).reshape(H + h - 1, W + w - 1)


def places(X, W):
    h, w = W.shape[2:]
    rows = [[(X[i : i + h, j : j + w] * W[i, j]).sum() for j in range(W.shape[1])] for i in range(W.shape[0])]
    return torch.stack([torch.stack(row) for row in rows])


def by_shifts(X, W):
    H, V = W.shape[:2]
    return sum(W[:, :, a, b] * X[a : a + H, b : b + V] for a in range(W.shape[2]) for b in range(W.shape[3]))


def by_unfold(X, W):
    columns = F.unfold(X[None, None], W.shape[2:])[0]  # (h w, H' W')
    return (columns * W.flatten(2).flatten(0, 1).T).sum(0).reshape(W.shape[:2])


RIGHT = [
    *((check.convolve2d, answer) for answer in (
        by_corr2d, by_stamping, by_transposed_layer, by_matrix, lambda X, K: by_stamping(K, X))),
    *((check.locally_connected, answer) for answer in (
        places, by_shifts, by_unfold, lambda X, W: torch.einsum(
            "ijab,ijab->ij", X.unfold(0, W.shape[2], 1).unfold(1, W.shape[3], 1), W))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------

WRONG = [
    (check.convolve2d, lambda X, K: corr2d(padded(X, K), K), "not turned round"),
    (check.convolve2d, lambda X, K: corr2d(padded(X, K), K.flip(1)), "left to right only"),
    (check.convolve2d, lambda X, K: corr2d(padded(X, K), K.flip(0)), "upside down only"),
    (check.convolve2d, lambda X, K: corr2d(X, K.flip(0, 1)), "all that overlap"),
    (check.convolve2d, lambda X, K: corr2d(padded(X, K), K.rot90()), ""),
    (check.convolve2d, lambda X, K: by_corr2d(X, K)[None, None], "shape"),
    (check.convolve2d, lambda X, K: by_corr2d(X, K).detach(), "cut the graph"),
    (check.convolve2d, lambda X, K: by_corr2d(X, K).float(), "float32"),
    (check.convolve2d, lambda X, K: by_corr2d(X, K) * 0.999, ""),
    (check.convolve2d, lambda X, K: by_corr2d(X, K) if K.shape < X.shape else corr2d(X, K), ""),
    (check.locally_connected, lambda X, W: corr2d(X, W[0, 0]), "of the first"),
    (check.locally_connected, lambda X, W: by_shifts(X, W.flip(2, 3)), "turned round"),
    (check.locally_connected, lambda X, W: by_shifts(X, W) / W[0, 0].numel(), "the mean over a window"),
    (check.locally_connected, lambda X, W: by_shifts(X, W).flatten(), "shape"),
    (check.locally_connected, lambda X, W: by_shifts(X, W).detach(), "cut the graph"),
    (check.locally_connected, lambda X, W: by_shifts(X, W.mean((0, 1), keepdim=True).expand_as(W)), ""),
    (check.locally_connected, lambda X, W: by_shifts(X, W.transpose(2, 3)), ""),
    (check.locally_connected, lambda X, W: torch.from_numpy(by_shifts(X, W).detach().numpy()), "cut the graph"),
    (check.locally_connected, lambda X, W: by_shifts(X.mul_(2), W), "in place"),
]

ALL = [check.convolve2d, check.locally_connected]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
