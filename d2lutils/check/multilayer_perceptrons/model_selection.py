"""Checks for the chapter on model selection."""

import torch

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


@check("bias_variance")
def bias_variance(ask: Examiner) -> None:
    """bias_variance(predictions, truth): from (R, m) and (m,) to the squared bias and the variance, means over m."""
    ask.is_callable()

    def reference(predictions, truth):
        middle = predictions.mean(0)
        return (middle - truth).square().mean(), (predictions - middle).square().mean()

    wrong = {
        "the mean is over the places, and should be over the R data sets, for each place by itself":
            lambda p, t: ((p.mean(1) - t.mean()).square().mean(), (p - p.mean(1, keepdim=True)).square().mean()),
        "the bias is squared after the mean over the places, where errors of both signs cancel: square it first":
            lambda p, t: ((p.mean(0) - t).mean().square(), reference(p, t)[1]),
        "the bias is not squared": lambda p, t: ((p.mean(0) - t).mean(), reference(p, t)[1]),
        "this is the whole error of the predictions: for the bias, average them over the data sets first":
            lambda p, t: ((p - t).square().mean(), reference(p, t)[1]),
        "the variance is about the truth: it is about the mean of the predictions":
            lambda p, t: (reference(p, t)[0], (p - t).square().mean()),
        "the variance is divided by R − 1: then bias² + variance is not the mean squared error (correction=0)":
            lambda p, t: (reference(p, t)[0], p.var(0).mean()),
        "one mean was taken over data sets and places together": lambda p, t: (
            (p.mean() - t).square().mean(), (p - p.mean()).square().mean()),
        "these are sums over the places: take means": lambda p, t: tuple(v * len(t) for v in reference(p, t)),
        "the two are swapped: return the squared bias first": lambda p, t: reference(p, t)[::-1],
    }  # fmt: skip
    parts = ["squared bias", "variance"]
    by_hand = (torch.tensor([[1.0, 0.0], [3.0, 0.0]], dtype=torch.float64), torch.tensor([1.0, 2.0]).double())
    ask.agrees("two data sets, two places", reference, [by_hand], parts=parts, hypotheses=wrong, numbers=True)
    cases = [(normal(R, m, seed=R) + 1, normal(m, seed=m)) for R, m in ((5, 3), (3, 8), (40, 1))]
    ask.agrees("random predictions", reference, cases, sides="rm m", parts=parts, hypotheses=wrong, numbers=True)
    ask.agrees("one data set has no variance", reference, [(normal(1, 4), normal(4, seed=1))], parts=parts,
               hypotheses=wrong, numbers=True)  # fmt: skip


@check("loo_errors")
def loo_errors(ask: Examiner) -> None:
    """loo_errors(X, y): from X (n, p), y (n,) to (n,): y[i] minus what least squares without row i predicts for it."""
    ask.is_callable()

    def reference(X, y):
        errors = []
        for i in range(len(y)):
            others = torch.arange(len(y)) != i
            w = torch.linalg.lstsq(X[others], y[others].unsqueeze(1)).solution.squeeze(1)
            errors.append(y[i] - X[i] @ w)
        return torch.stack(errors)

    def parts(X, y):
        Q, _ = torch.linalg.qr(X)
        return y - Q @ (Q.T @ y), Q.square().sum(1)  # residuals, leverages

    wrong = {
        "these are the residuals of the fit to all rows: divide by 1 − h": lambda X, y: parts(X, y)[0],
        "multiplied by 1 − h: the error without the row is the larger one":
            lambda X, y: parts(X, y)[0] * (1 - parts(X, y)[1]),
        "divided by √(1 − h), which makes equal variances: here it is 1 − h":
            lambda X, y: parts(X, y)[0] / (1 - parts(X, y)[1]).sqrt(),
        "divided by h instead of 1 − h": lambda X, y: parts(X, y)[0] / parts(X, y)[1],
        "divided by 1 − p/n, the mean of all 1 − h: each row has an h of its own":
            lambda X, y: parts(X, y)[0] / (1 - X.shape[1] / X.shape[0]),
        "the sign is turned: y minus the prediction": lambda X, y: -reference(X, y),
        "squared: the errors themselves are wanted": lambda X, y: reference(X, y).square(),
        "averaged: one error for each row is wanted": lambda X, y: reference(X, y).square().mean(),
    }  # fmt: skip
    line = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], dtype=torch.float64)
    ask.agrees("the line through 1, 2, 4", reference, [(line, torch.tensor([1.0, 2.0, 4.0]).double())],
               hypotheses=wrong)  # fmt: skip
    cases = [(normal(n, p, seed=n), normal(n, seed=p)) for n, p in ((8, 3), (20, 5), (6, 1))]
    ask.agrees("random rows", reference, cases, sides=".p .", hypotheses=wrong, tolerance=1e-7)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, tolerance=1e-4)


@check("forward_fold")
def forward_fold(ask: Examiner) -> None:
    """forward_fold(n, k, i): rows 0 … n − 1 in order of time, cut into k + 1 blocks; train on the blocks 0 … i, and
    validate on block i + 1."""
    ask.is_callable()

    def blocks(n, k):
        return torch.arange(n).tensor_split(k + 1)

    def reference(n, k, i):
        return torch.cat(blocks(n, k)[: i + 1]), blocks(n, k)[i + 1]

    wrong = {
        "it trains on rows that come after those it is judged on": lambda n, k, i: (
            torch.cat(blocks(n, k)[: i + 1] + blocks(n, k)[i + 2:]), blocks(n, k)[i + 1]),
        "it is judged on rows that it was trained on": lambda n, k, i: (reference(n, k, i)[0], blocks(n, k)[i]),
        "it is judged on everything that is left: one block is wanted":
            lambda n, k, i: (reference(n, k, i)[0], torch.cat(blocks(n, k)[i + 1:])),
        "it trains on the last block only: all blocks up to i are known by then":
            lambda n, k, i: (blocks(n, k)[i], blocks(n, k)[i + 1]),
        "the rows are cut into k blocks: k judgements need k + 1, since nothing is known before the first":
            lambda n, k, i: (torch.cat(blocks(n, k - 1)[: i + 1]), blocks(n, k - 1)[i + 1]),
        "the two are swapped: the rows to train on come first": lambda n, k, i: reference(n, k, i)[::-1],
    }  # fmt: skip
    parts = ["the rows to train on", "the rows to be judged on"]
    ask.agrees("12 rows, k = 3", reference, [(12, 3, i) for i in range(3)], parts=parts, hypotheses=wrong)
    cases = [(n, k, i) for n, k in ((10, 4), (14, 3), (23, 5), (3, 2), (7, 1)) for i in range(k)]
    ask.agrees("other numbers of rows", reference, cases, parts=parts, hypotheses=wrong)
