"""Checks for the chapter on dropout."""

import torch

from d2lutils.check.draws import normal, numbers, uniform
from d2lutils.check.examiner import Examiner, check


@check("expected_loss")
def expected_loss(ask: Examiner) -> None:
    """expected_loss(X, y, w, p): the mean over all masks of the mean of (dropout(X, p) w − y)², a tensor without
    dimensions. X (n, d), y (n, 1), w (d, 1)."""
    ask.is_callable()

    def fit(X, y, w):
        return (X @ w - y).square().mean()

    def extra(X, w):
        return (X.square() @ w.square()).mean()

    def reference(X, y, w, p):
        return fit(X, y, w) + p / (1 - p) * extra(X, w)

    wrong = {
        "this is the loss without dropout; the variance of the prediction comes on top":
            lambda X, y, w, p: fit(X, y, w),
        "the variance of a 0-or-1 coin is p(1 − p), but the kept ones are divided by 1 − p, which squares":
            lambda X, y, w, p: fit(X, y, w) + p * (1 - p) * extra(X, w),
        "p / (1 − p), not (1 − p) / p: nothing is added when nothing is dropped":
            lambda X, y, w, p: fit(X, y, w) + (1 - p) / p * extra(X, w),
        "the variance is a mean over the examples, not a sum": lambda X, y, w, p: fit(X, y, w)
            + p / (1 - p) * extra(X, w) * len(X),
        "each weight is charged by the mean square of its own input, not all alike": lambda X, y, w, p: fit(X, y, w)
            + p / (1 - p) * w.square().sum(),
        "half of the square was asked for nowhere": lambda X, y, w, p: reference(X, y, w, p) / 2,
        "the scale 1 / (1 − p) is missing, so the mean of the prediction shrinks too":
            lambda X, y, w, p: fit((1 - p) * X, y, w) + p * (1 - p) * extra(X, w),
        "the square belongs inside the sum: each unit is dropped on its own, Σ (x w)², not (Σ x w)²":
            lambda X, y, w, p: fit(X, y, w) + p / (1 - p) * (X @ w).square().mean(),
    }  # fmt: skip
    sizes = [(6, 3, 0.5), (4, 5, 0.2), (1, 2, 0.8), (7, 4, 0.0)]
    cases = [(normal(n, d), normal(n, 1, seed=1), normal(d, 1, seed=2), p) for n, d, p in sizes]
    ask.agrees("random data", reference, cases, sides="nd n. d. .", hypotheses=wrong)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong)


@check("channel_dropout")
def channel_dropout(ask: Examiner) -> None:
    """channel_dropout(x, p, u): x (B, C, H, W) with the channels zero where u (B, C) < p, the others over 1 − p."""
    ask.is_callable()

    def reference(x, p, u):
        return x * ((u >= p).to(x.dtype) / (1 - p))[:, :, None, None] + 0.0  # no -0

    wrong = {
        "nothing is dropped: this is x as it came": lambda x, p, u: x,
        "the kept channels are not divided by 1 − p": lambda x, p, u: x * (u >= p).to(x.dtype)[:, :, None, None],
        "the kept channels are divided by p instead of 1 − p":
            lambda x, p, u: x * ((u >= p).to(x.dtype) / p)[:, :, None, None],
        "kept and dropped are exchanged: a channel goes where u is below p":
            lambda x, p, u: x * ((u < p).to(x.dtype) / (1 - p))[:, :, None, None],
        "one mask for the whole batch: every example has its own row of u":
            lambda x, p, u: x * ((u[:1] >= p).to(x.dtype) / (1 - p))[:, :, None, None],
        "the division goes by the share of channels that happened to stay; it should be 1 − p":
            lambda x, p, u: x * ((u >= p).to(x.dtype) / (u >= p).to(x.dtype).mean())[:, :, None, None],
    }  # fmt: skip
    cases = [(normal(*shape), p, uniform(*shape[:2], seed=1)) for shape, p in (
        ((2, 3, 4, 5), 0.5), ((4, 4, 4, 4), 0.3), ((3, 8, 1, 2), 0.8))]  # fmt: skip
    ask.agrees("random feature maps", reference, cases, sides="bchw . bc", hypotheses=wrong)
    edge = {"u < p drops; a channel with u = p stays": lambda x, p, u:
            x * ((u > p).to(x.dtype) / (1 - p))[:, :, None, None]}  # fmt: skip
    at_p = (normal(2, 3, 2, 2), 0.5, torch.stack([numbers(0.5, 0.2, 0.5), numbers(0.0, 0.5, 0.9)]))
    ask.agrees("u equal to p", reference, [at_p], hypotheses=edge)
    ask.agrees("p = 0 changes nothing", reference, [(normal(2, 3, 2, 2), 0.0, uniform(2, 3))], hypotheses=wrong)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong)
