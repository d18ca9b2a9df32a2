"""Answers to the exercises of the chapter on model selection."""

import numpy as np
import torch
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def decomposition(predictions, truth):
    return (predictions.mean(0) - truth).square().mean(), predictions.var(0, correction=0).mean()


def in_numpy(predictions, truth):
    p, t = predictions.numpy(), truth.numpy()
    return np.mean((p.mean(axis=0) - t) ** 2), p.var(axis=0).mean()


def in_numbers(predictions, truth):
    bias = variance = 0.0
    for column, true in zip(predictions.T.tolist(), truth.tolist()):
        middle = sum(column) / len(column)
        bias += (middle - true) ** 2
        variance += sum((value - middle) ** 2 for value in column) / len(column)
    return [bias / len(truth), variance / len(truth)]


def leave_one_out(X, y):
    Q, _ = torch.linalg.qr(X)
    return (y - Q @ (Q.T @ y)) / (1 - Q.square().sum(1))


def by_the_hat(X, y):
    H = X @ torch.linalg.solve(X.T @ X, X.T)
    return (y - H @ y) / (1 - H.diagonal())


def by_leaving_out(X, y):
    errors = torch.empty_like(y)
    for i in range(len(y)):
        rest = [j for j in range(len(y)) if j != i]
        errors[i] = y[i] - X[i] @ torch.linalg.pinv(X[rest]) @ y[rest]
    return errors


def by_numpy(X, y):
    U, _, _ = np.linalg.svd(X.numpy(), full_matrices=False)
    return torch.from_numpy((y.numpy() - U @ (U.T @ y.numpy())) / (1 - np.einsum("ij,ij->i", U, U)))


def forward(n, k, i):
    parts = torch.arange(n).tensor_split(k + 1)
    return torch.arange(int(parts[i + 1][0])), parts[i + 1]


def with_array_split(n, k, i):
    blocks = np.array_split(np.arange(n), k + 1)
    return torch.from_numpy(np.concatenate(blocks[: i + 1])), torch.from_numpy(blocks[i + 1])


def by_sizes(n, k, i):
    """The first n % (k + 1) blocks have one row more."""
    short, longer = divmod(n, k + 1)
    begin = [block * short + min(block, longer) for block in range(k + 2)]
    return torch.tensor(range(begin[i + 1])), torch.tensor(range(begin[i + 1], begin[i + 2]))


def by_mask(n, k, i):
    block = torch.cat([torch.full((len(part),), b) for b, part in enumerate(torch.arange(n).tensor_split(k + 1))])
    return [(block <= i).nonzero().flatten(), torch.nonzero(block == i + 1, as_tuple=True)[0]]


RIGHT = [
    *((check.bias_variance, answer) for answer in (
        decomposition, in_numpy, in_numbers, lambda p, t: torch.stack(decomposition(p, t)),
        lambda p, t: tuple(part.item() for part in decomposition(p, t)))),
    *((check.loo_errors, answer) for answer in (
        leave_one_out, by_the_hat, by_leaving_out, by_numpy, lambda X, y: leave_one_out(X, y).detach())),
    *((check.forward_fold, answer) for answer in (forward, with_array_split, by_sizes, by_mask)),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------

WRONG = [
    (check.bias_variance, lambda p, t: (decomposition(p, t)[0], p.var(0).mean()), "divided by R − 1"),
    (check.bias_variance, lambda p, t: ((p - t).square().mean(), p.var(0, correction=0).mean()), "the whole error"),
    (check.bias_variance, lambda p, t: ((p.mean(0) - t).mean() ** 2, p.var(0, correction=0).mean()), "signs cancel"),
    (check.bias_variance, lambda p, t: decomposition(p, t)[0], "expected 2 results"),
    (check.bias_variance, lambda p, t: decomposition(p, t)[::-1], "the two are swapped"),
    (check.bias_variance, lambda p, t: (decomposition(p, t)[0], (p - t).square().mean()), "about the truth"),
    (check.bias_variance, lambda p, t: ((p.mean(0) - t).abs().mean(), p.var(0, correction=0).mean()), "expected"),
    (check.bias_variance, lambda p, t: ((p.mean(0) - t).square(), p.var(0, correction=0)), "expected shape ()"),
    (check.bias_variance, lambda p, t: (decomposition(p, t)[0], p.std(0, correction=0).mean()), "expected"),
    (check.loo_errors, lambda X, y: leave_one_out(X, y) * 0, "every entry is 0"),
    (check.loo_errors, lambda X, y: y - X @ torch.linalg.pinv(X) @ y, "divide by 1 − h"),
    (check.loo_errors, lambda X, y: -leave_one_out(X, y), "the sign is turned"),
    (check.loo_errors, lambda X, y: leave_one_out(X, y).square().mean(), "one error for each row"),
    (check.loo_errors, lambda X, y: leave_one_out(X, y).abs(), "expected"),
    (check.loo_errors, lambda X, y: leave_one_out(X, y)[:, None], "an axis of size 1"),
    (check.loo_errors, lambda X, y: leave_one_out(X.float(), y.float()).double(), "rounding"),
    (check.loo_errors, lambda X, y: y.sub_(X @ torch.linalg.pinv(X) @ y), "in place"),
    (check.loo_errors, lambda X, y: (y - X @ torch.linalg.pinv(X) @ y) / (1 - X.shape[1] / len(X)), "an h of its own"),
    (check.forward_fold, lambda n, k, i: forward(n, k, i)[::-1], "swapped"),
    (check.forward_fold, lambda n, k, i: tuple(r.float() for r in forward(n, k, i)), "expected dtype int64"),
    (check.forward_fold, lambda n, k, i: (forward(n, k, i)[0], torch.arange(int(forward(n, k, i)[1][0]), n)),
     "everything that is left"),
    (check.forward_fold, lambda n, k, i: (torch.arange(n).tensor_split(k + 1)[i], forward(n, k, i)[1]),
     "the last block only"),
    (check.forward_fold, lambda n, k, i: (torch.cat(torch.arange(n).chunk(k + 1)[: i + 1]),
        torch.arange(n).chunk(k + 1)[i + 1]), "expected"),
    (check.forward_fold, lambda n, k, i: (torch.arange(n // (k + 1) * (i + 1)),
        torch.arange(n // (k + 1) * (i + 1), n // (k + 1) * (i + 2))), "expected shape"),
    (check.forward_fold, lambda n, k, i: forward(n, k - 1, i), ""),
    (check.forward_fold, lambda n, k, i: tuple(r + 1 for r in forward(n, k, i)), "expected"),
    (check.forward_fold, lambda n, k, i: torch.cat(forward(n, k, i)), "expected 2 results"),
]  # fmt: skip

ALL = [check.bias_variance, check.loo_errors, check.forward_fold]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=[check.bias_variance, check.loo_errors])
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
