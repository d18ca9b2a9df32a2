"""Answers to the exercises of the chapter on the Transformer."""

import numpy as np
import torch
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def window(steps, width, shift=0):
    back = torch.arange(steps)[:, None] - torch.arange(steps)
    return (back >= 0) & (back < width + shift)


def window_in_loops(steps, width):
    return torch.tensor([[0 <= i - j < width for j in range(steps)] for i in range(steps)])


def window_by_slices(steps, width):
    mask = torch.zeros(steps, steps, dtype=torch.bool)
    for i in range(steps):
        mask[i, max(0, i - width + 1) : i + 1] = True
    return mask


def accuracy(scores, target, lens, extra=0):
    keep = torch.arange(target.shape[1]) < lens[:, None] + extra
    return (scores.argmax(-1) == target)[keep].double().mean()


def accuracy_in_loops(scores, target, lens):
    hits = [scores[b, t].argmax() == target[b, t] for b in range(len(target)) for t in range(int(lens[b]))]
    return sum(map(int, hits)) / len(hits)


def accuracy_by_weights(scores, target, lens):
    real = (torch.arange(target.shape[1])[None] < lens[:, None]).float()
    return ((scores.max(-1).indices == target).float() * real).sum() / real.sum()


def accuracy_in_numpy(scores, target, lens):
    keep = np.arange(target.shape[1]) < lens.numpy()[:, None]
    return (scores.numpy().argmax(-1) == target.numpy())[keep].mean()


def turn(x, before=0, sign=1, base=10000.0, power=1.0):
    T, D = x.shape[1:]
    angle = (before + torch.arange(T)).to(x.dtype)[:, None] / base ** (power * torch.arange(0, D, 2).to(x.dtype) / D)
    even, odd = x[..., 0::2], sign * x[..., 1::2]
    pairs = torch.stack([even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos()], dim=-1)
    return torch.stack([pairs[..., 0], sign * pairs[..., 1]], dim=-1).flatten(-2)


def turn_by_assignment(x, before=0):
    out, (T, D) = torch.empty_like(x), x.shape[1:]
    for t in range(T):
        for j in range(D // 2):
            angle = torch.tensor((before + t) / 10000 ** (2 * j / D), dtype=x.dtype)
            a, b = x[:, t, 2 * j], x[:, t, 2 * j + 1]
            out[:, t, 2 * j] = a * angle.cos() - b * angle.sin()
            out[:, t, 2 * j + 1] = a * angle.sin() + b * angle.cos()
    return out


def turn_by_matrices(x, before=0):
    T, D = x.shape[1:]
    rotations = []
    for t in range(before, before + T):
        blocks = []
        for j in range(0, D, 2):
            angle = torch.tensor(t / 10000 ** (j / D), dtype=x.dtype)
            blocks.append(torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()]).reshape(2, 2))
        rotations.append(torch.block_diag(*blocks))
    return torch.einsum("tij,btj->bti", torch.stack(rotations), x)


def turn_by_halves(x, before=0):
    T, D = x.shape[1:]
    angle = torch.outer(torch.arange(before, before + T, dtype=x.dtype),
                        1 / 10000 ** (torch.arange(D // 2, dtype=x.dtype) * 2 / D)).repeat_interleave(2, dim=1)
    crossed = torch.stack([-x[..., 1::2], x[..., ::2]], -1).reshape(x.shape)
    return x * angle.cos() + crossed * angle.sin()


RIGHT = [
    *((check.window_mask, answer) for answer in (
        window, window_in_loops, window_by_slices,
        lambda t, w: torch.ones(t, t).tril().bool() & ~torch.ones(t, t).tril(-w).bool())),
    *((check.masked_accuracy, answer) for answer in (
        accuracy, accuracy_in_loops, accuracy_by_weights, accuracy_in_numpy,
        lambda o, y, n: accuracy(o, y, n).float())),
    *((check.rotary, answer) for answer in (turn, turn_by_assignment, turn_by_matrices, turn_by_halves)),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def wrapped(steps, width):
    return torch.stack([
        torch.isin(torch.arange(steps), torch.arange(steps)[max(i - width + 1, -steps) : i + 1]) for i in range(steps)
    ])  # fmt: skip


def mean_of_means(scores, target, lens):
    right = scores.argmax(-1) == target
    return torch.stack([right[b, :n].double().mean() for b, n in enumerate(lens)]).mean()


WRONG = [
    (check.window_mask, lambda t, w: ~window(t, w), "the wrong way round"),
    (check.window_mask, lambda t, w: window(t, w).T, "sees the positions after itself"),
    (check.window_mask, lambda t, w: window(t, w, 1), "one position too many"),
    (check.window_mask, lambda t, w: window(t, w, -1), "one position too few"),
    (check.window_mask, lambda t, w: window(t, w).float(), "a mask holds True and False"),
    (check.window_mask, lambda t, w: torch.arange(t)[:, None] - torch.arange(t) < w, "sees everything ahead"),
    (check.window_mask, wrapped, "counts from the end"),
    (check.window_mask, lambda t, w: None, "return statement is missing"),
    (check.window_mask, lambda t, w: window(t, t), "the window is missing"),
    (check.masked_accuracy, lambda o, y, n: (o.argmax(-1) == y).double().mean(), "padding was counted"),
    (check.masked_accuracy, lambda o, y, n: accuracy(o, y, n, 1), "one position of each sentence too many"),
    (check.masked_accuracy, lambda o, y, n: accuracy(o, y, n, -1), ""),
    (check.masked_accuracy, mean_of_means, "a short sentence then weighs"),
    (check.masked_accuracy, lambda o, y, n: 1 - accuracy(o, y, n), "share of mistakes"),
    (check.masked_accuracy, lambda o, y, n: accuracy(-o, y, n), ""),
    (check.masked_accuracy, lambda o, y, n: accuracy(o, y, n) * n.sum(), "number of hits"),
    (check.masked_accuracy, lambda o, y, n: accuracy(o, y, n)[None], "an axis of size 1"),
    (check.masked_accuracy, lambda o, y, n: accuracy(o, y, n) * n.sum() / y.numel(), "divided by all positions"),
    (check.rotary, lambda x, b=0: turn(x, b, sign=-1), "turns the other way"),
    (check.rotary, lambda x, b=0: turn(x), "positions count from before"),
    (check.rotary, lambda x, b: turn(x, b), "your function takes"),
    (check.rotary, lambda x, b=0: turn(x, b).detach(), "cut the graph"),
    (check.rotary, lambda x, b=0: turn(x.float(), b).to(x.dtype), "right but for rounding"),
    (check.rotary, lambda x, b=0: turn(x, b, power=0.5), "it should be 2j / D"),
    (check.rotary, lambda x, b=0: turn(x, b + 1), "expected"),
    (check.rotary, lambda x, b=0: turn(x, b, base=1000.0), "expected"),
    (check.rotary, lambda x, b=0: turn(x, b).squeeze(), "an axis of size 1"),
    (check.rotary, lambda x, b=0: turn(x.view(-1, *x.shape[1:]).view(-1).view(x.shape), b), ".view"),
]

test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(
    [row for row in RIGHT if row[0] is not check.window_mask], of_tensors=[check.masked_accuracy, check.rotary])
test_nothing_and_nonsense_are_reported = checking.nonsense([check.window_mask, check.masked_accuracy, check.rotary])
