"""Answers to the exercises of the chapter on the perceptron and the multilayer perceptron."""

import numpy as np
import torch
import torch.nn.functional as F
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def dual(K, y, epochs, zero=True, sign=True):
    counts = torch.zeros_like(y)
    for _ in range(epochs):
        for i in range(len(y)):
            score = (K[i] * counts * (y if sign else 1)).sum()
            if y[i] * score < 0 or (zero and score == 0):
                counts[i] += 1
    return counts


def in_lists(K, y, epochs):
    K, y, counts = K.tolist(), y.tolist(), [0] * len(y)
    for _ in range(epochs):
        for i, row in enumerate(K):
            if y[i] * sum(k * c * s for k, c, s in zip(row, counts, y)) <= 0:
                counts[i] += 1
    return counts


def integer_counts(K, y, epochs):
    counts = torch.zeros(len(y), dtype=torch.int64)
    for i in list(range(len(y))) * epochs:
        counts[i] += int(y[i] * (K[i] @ (counts * y)) <= 0)
    return counts


def scores_kept(K, y, epochs):
    """The scores of all examples are carried along instead of computed anew."""
    K, y = K.numpy(), y.numpy()
    counts, scores = np.zeros(len(y)), np.zeros(len(y))
    for _ in range(epochs):
        for i in range(len(y)):
            if y[i] * scores[i] <= 0:
                counts[i] += 1
                scores += y[i] * K[i]
    return counts


def swish(x, beta):
    s = torch.sigmoid(beta * x)
    return x * s, s * (1 + beta * x * (1 - s))


def by_autograd(x, beta):
    leaf = x.clone().requires_grad_()
    value = leaf * torch.sigmoid(beta * leaf)
    return value.detach(), torch.autograd.grad(value.sum(), leaf)[0]


def by_tanh(x, beta):
    s = (1 + torch.tanh(beta * x / 2)) / 2
    return [torch.mul(x, s), s + beta * (x * s - x * s * s)]


def by_func(x, beta):
    def f(x):
        return x * torch.sigmoid(beta * x)

    return torch.func.jvp(f, (x,), (torch.ones_like(x),))


def parity(n, kinks=None):
    W2 = 2.0 * (-1.0) ** torch.arange(n)
    W2[0] = 1
    return torch.ones(n, n), -torch.arange(n).float(), W2 if kinks is None else W2 * (torch.arange(n) < kinks), 0.0


def parity_in_numpy(n):
    W2 = np.array([1, *(2 * (-1) ** i for i in range(1, n))])
    return np.ones((n, n), dtype=int), -np.arange(n), W2, np.array(0)


def parity_in_lists(n):
    return [[1.0] * n] * n, [-float(i) for i in range(n)], [1.0] + [2.0 * (-1) ** i for i in range(1, n)], [0.0]


def from_above(n):
    """Counts the switches that are down, with a bias at the end."""
    W1, b1, W2, _ = parity(n)
    sign = 1.0 if n % 2 == 0 else -1.0
    return -W1, b1 + n, sign * W2, torch.tensor([0.0 if n % 2 == 0 else 1.0])


def one_unit_a_corner(n):
    corners = torch.tensor([[i >> k & 1 for k in range(n)] for i in range(2**n)]).float()
    odd = corners[corners.sum(1) % 2 == 1]
    return 2 * odd.T - 1, 1 - odd.sum(1), torch.ones(len(odd)), torch.zeros(())


RIGHT = [
    *((check.dual_perceptron, answer) for answer in (dual, in_lists, integer_counts, scores_kept)),
    *((check.swish, answer) for answer in (swish, by_autograd, by_tanh, by_func)),
    *((check.parity_network, answer) for answer in (
        parity, parity_in_numpy, parity_in_lists, from_above, one_unit_a_corner)),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def until_it_is_right(K, y, epochs):
    counts = torch.zeros_like(y)
    wrong = True
    while wrong:
        wrong = False
        for i in range(len(y)):
            if y[i] * (K[i] @ (counts * y)) <= 0:
                counts[i] += 1
                wrong = True
    return counts


WRONG = [
    (check.dual_perceptron, lambda *a: dual(*a, zero=False), "never begins"),
    (check.dual_perceptron, lambda *a: dual(*a, sign=False), "signs"),
    (check.dual_perceptron, lambda K, y, e: dual(K, y, 1), "one pass"),
    (check.dual_perceptron, lambda K, y, e: dual(K, y, e + 1), "expected"),
    (check.dual_perceptron, lambda K, y, e: torch.zeros_like(y), "nothing was ever counted"),
    (check.dual_perceptron, lambda K, y, e: dual(K, y, e).sum(), "expected shape"),
    (check.dual_perceptron, lambda K, y, e: dual(K, y, e) * y, "a count is not negative"),
    (check.dual_perceptron, lambda K, y, e: (dual(K, y, e) > 0), "expected"),
    (check.dual_perceptron, lambda K, y, e: dual(K.abs(), y, e), "expected"),
    (check.swish, lambda x, b: (swish(x, b)[0], torch.sigmoid(b * x)), "two terms"),
    (check.swish, lambda x, b: swish(x, 1.0), "beta is missing"),
    (check.swish, lambda x, b: (swish(x, b)[0], (1 + (1 + b * x) * torch.exp(-b * x)) / (1 + torch.exp(-b * x)) ** 2),
     "overflows"),
    (check.swish, lambda x, b: swish(x, b)[0], "expected 2 results"),
    (check.swish, lambda x, b: swish(x, b)[::-1], "are exchanged"),
    (check.swish, lambda x, b: (F.silu(b * x) / b, swish(x, b)[1]), "expected"),
    (check.swish, lambda x, b: swish(x, abs(b)), "expected"),
    (check.swish, lambda x, b: tuple(part.squeeze() for part in swish(x, b)), "an axis of size 1"),
    (check.swish, lambda x, b: (x.mul_(torch.sigmoid(b * x)), torch.sigmoid(b * x)), "in place"),
    (check.parity_network, lambda n: parity(n, kinks=1), "counts the ones"),
    (check.parity_network, lambda n: parity(n, kinks=2), "never up again"),
    (check.parity_network, lambda n: (torch.ones(n), *parity(n)[1:]), "shapes"),
    (check.parity_network, lambda n: parity(n)[:3], "four"),
    (check.parity_network, lambda n: ..., "the dots are still there"),
    (check.parity_network, lambda n: (*parity(n)[:3], 1.0), "expected"),
    (check.parity_network, lambda n: parity(2), "shapes"),
    (check.parity_network, lambda n: (torch.zeros(n, 1).expand(n, 10**9), *[torch.zeros(1).expand(10**9)] * 2, 0.0),
     "hidden units"),
    (check.parity_network, lambda n: (*parity(n)[:2], parity(n)[2].abs(), 0.0), "expected"),
]  # fmt: skip

ALL = [check.dual_perceptron, check.swish, check.parity_network]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT[:-5], of_tensors=[check.dual_perceptron, check.swish])
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)


def test_a_rule_that_runs_until_it_is_right_never_ends_on_the_exclusive_or(monkeypatch):
    monkeypatch.setattr("d2lutils.check.limits.SECONDS", 0.5)
    assert "does a loop never end?" in check.dual_perceptron(
        lambda K, y, e: dual(K, y, e) if len(y) != 4 else until_it_is_right(K, y, e)).wrong  # fmt: skip
