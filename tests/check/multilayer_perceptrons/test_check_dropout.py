"""Answers to the exercises of the chapter on dropout."""

import itertools

import torch
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def bill(X, y, w, p):
    return (X @ w - y).square().mean() + p / (1 - p) * (X.square() @ w.square()).mean()


def over_all_masks(X, y, w, p):
    total = X.new_zeros(())
    for mask in itertools.product((0.0, 1.0), repeat=X.shape[1]):
        kept = torch.tensor(mask, dtype=X.dtype)
        chance = (1 - p) ** kept.sum() * p ** (len(kept) - kept.sum())
        total += chance * ((X * kept / (1 - p)) @ w - y).square().mean()
    return total


def row_by_row(X, y, w, p):
    odds = p / (1 - p)
    return sum((x @ w - t).square()[0] + odds * ((x * w[:, 0]) ** 2).sum() for x, t in zip(X, y)) / len(X)


def in_numpy(X, y, w, p):
    X, y, w = X.numpy(), y.numpy(), w.numpy()
    return torch.tensor((((X @ w - y) ** 2) + p / (1 - p) * (X**2 @ w**2)).mean())


def channels(x, p, u):
    return x * ((u >= p).to(x.dtype) / (1 - p))[:, :, None, None]


def in_loops(x, p, u):
    out = torch.zeros_like(x)
    for b in range(len(x)):
        for c in range(x.shape[1]):
            if u[b, c] >= p:
                out[b, c] = x[b, c] / (1 - p)
    return out


def on_a_copy(x, p, u):
    out = x / (1 - p)
    out[u < p] = 0
    return out


RIGHT = [
    *((check.expected_loss, answer) for answer in (bill, over_all_masks, row_by_row, in_numpy)),
    *((check.channel_dropout, answer) for answer in (
        channels, in_loops, on_a_copy, lambda x, p, u: torch.where((u < p)[..., None, None], 0.0, x / (1 - p)),
        lambda x, p, u: torch.einsum("bchw,bc->bchw", x, (~(u < p)).to(x) / (1 - p)))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def fit(X, y, w):
    return (X @ w - y).square().mean()


def extra(X, w):
    return (X.square() @ w.square()).mean()


WRONG = [
    (check.expected_loss, lambda X, y, w, p: fit(X, y, w), "comes on top"),
    (check.expected_loss, lambda X, y, w, p: fit(X, y, w) + p / (1 - p) * (X @ w).square().mean(), "(Σ x w)²"),
    (check.expected_loss, lambda X, y, w, p: fit(X, y, w) + p * (1 - p) * extra(X, w), "which squares"),
    (check.expected_loss, lambda X, y, w, p: fit(X, y, w) + (1 - p) / p * extra(X, w), ""),
    (check.expected_loss, lambda X, y, w, p: fit(X, y, w) + p / (1 - p) * w.square().sum(), "of its own input"),
    (check.expected_loss, lambda X, y, w, p: bill(X, y, w, p) / 2, "half of the square"),
    (check.expected_loss, lambda X, y, w, p: bill(X, y, w, p).reshape(1, 1), "an axis of size 1"),
    (check.expected_loss, lambda X, y, w, p: bill(X, y, w, 0.5), "expected"),
    (check.expected_loss, lambda X, y, w, p: bill(X, y[:, 0], w, p), "expected"),
    (check.channel_dropout, lambda x, p, u: channels(x, 1 - p, 1 - u), "expected"),
    (check.channel_dropout, lambda x, p, u: x * (u < p).to(x)[:, :, None, None] / (1 - p), "exchanged"),
    (check.channel_dropout, lambda x, p, u: channels(x, p, u) * (1 - p), "are not divided by 1 − p"),
    (check.channel_dropout, lambda x, p, u: channels(x, p, u) * (1 - p) / p, "divided by p instead"),
    (check.channel_dropout, lambda x, p, u: x, "nothing is dropped"),
    (check.channel_dropout, lambda x, p, u: channels(x, p, u[:1].expand_as(u)), "one mask for the whole batch"),
    (check.channel_dropout, lambda x, p, u: x * ((u > p).to(x) / (1 - p))[:, :, None, None], "u = p stays"),
    (check.channel_dropout, lambda x, p, u: x.mul_(((u >= p).to(x) / (1 - p))[:, :, None, None]), "in place"),
    (check.channel_dropout, lambda x, p, u: x * ((u >= p) / (1 - p))[:, :, None], "do not broadcast"),
    (check.channel_dropout, lambda x, p, u: x * ((u >= p).double() / (1 - p))[:, :, None, None], "float64"),
    (check.channel_dropout, lambda x, p, u: torch.nn.functional.dropout2d(x, p), "draws random numbers"),
]

ALL = [check.expected_loss, check.channel_dropout]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
