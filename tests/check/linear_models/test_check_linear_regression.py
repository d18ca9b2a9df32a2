"""Answers to the exercises of the chapter on linear regression."""

import numpy as np
import torch
from helpers import checking
from torch.nn import functional as F

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def logistic(r):
    return 2 * F.softplus(r) - r  # the density is symmetric


def through_a_pair(r):
    """log(e^(r/2) + e^(-r/2)) twice, by PyTorch's log-sum-exp."""
    return 2 * torch.logsumexp(torch.stack([r / 2, -r / 2]), 0)


def by_pinv(X, y):
    return torch.linalg.pinv(X, rtol=1e-14) @ y


def by_reflections(X, y):
    Q, R = np.linalg.qr(X.numpy())
    return torch.from_numpy(np.linalg.solve(R, Q.T @ y.numpy()))


def by_gram_schmidt(X, y):
    """Modified, with the right side as one more column, and back substitution by hand."""
    A, d = torch.cat([X, y[:, None]], dim=1), X.shape[1]
    R = X.new_zeros(d, d + 1)
    for i in range(d):
        R[i, i] = A[:, i].norm()
        A[:, i] /= R[i, i].clone()
        for j in range(i + 1, d + 1):
            R[i, j] = A[:, i] @ A[:, j]
            A[:, j] -= R[i, j] * A[:, i]
    theta = X.new_zeros(d)
    for i in reversed(range(d)):
        theta[i] = (R[i, d] - R[i, i + 1 : d] @ theta[i + 1 :]) / R[i, i]
    return theta


def by_fitting(w, b, mean, std):
    """The weights that reproduce the standardised model's predictions at d + 1 raw points."""
    points = torch.cat([torch.zeros(1, len(w), dtype=w.dtype), torch.eye(len(w), dtype=w.dtype)])
    predictions = (points - mean) / std @ w + b
    return predictions[1:] - predictions[0], predictions[0]


def in_a_loop(w, b, mean, std):
    weights, bias = w.clone(), b.clone()
    for k in range(len(w)):
        weights[k] /= std[k]
        bias -= weights[k] * mean[k]
    return [weights, bias]


RIGHT = [
    (check.logistic_loss, logistic),
    (check.logistic_loss, through_a_pair),
    (check.logistic_loss, lambda r: r.abs() + 2 * torch.log1p(torch.exp(-r.abs()))),
    (check.logistic_loss, lambda r: -F.logsigmoid(r) - F.logsigmoid(-r)),
    (check.logistic_loss, lambda r: torch.logaddexp(r, -r.new_zeros(())) + torch.logaddexp(-r, r.new_zeros(1))),
    (check.least_squares_qr, by_pinv),
    (check.least_squares_qr, by_reflections),
    (check.least_squares_qr, by_gram_schmidt),
    (check.least_squares_qr, lambda X, y: torch.linalg.lstsq(X, y.unsqueeze(1)).solution.squeeze(1)),
    (check.raw_units, by_fitting),
    (check.raw_units, in_a_loop),
    (check.raw_units, lambda w, b, mean, std: (w / std, b - torch.einsum("k,k,k->", w, mean, 1 / std))),
    (check.raw_units, lambda w, b, mean, std: (torch.from_numpy(w.numpy() / std.numpy()), b - mean @ (w / std))),
]

# --- wrong ---------------------------------------------------------------------------------------------------------


def solved(X, y):
    return torch.linalg.solve(X.T @ X, X.T @ y)


WRONG = [
    (check.logistic_loss, lambda r: -(torch.exp(-r) / (1 + torch.exp(-r)) ** 2).log(), "nan comes of"),
    (check.logistic_loss, lambda r: logistic(r).mean(), "not their mean"),
    (check.logistic_loss, lambda r: r + F.softplus(-r), "square in the denominator"),
    (check.logistic_loss, lambda r: -logistic(r), "minus the logarithm"),
    (check.logistic_loss, lambda r: logistic(r.detach()), "cut the graph"),
    (check.logistic_loss, lambda r: 2 * torch.log1p(torch.exp(-r)) + r, "inf comes of"),
    (check.logistic_loss, lambda r: torch.where(r.abs() > 8, r.abs(), logistic(r)), "few digits"),
    (check.logistic_loss, lambda r: 2 * torch.log1p(torch.exp(-r.clamp(min=-500))) + r.clamp(min=-500), "expected"),
    (check.logistic_loss, lambda r: logistic(r.float()).double(), "rounding"),
    (check.least_squares_qr, solved, "normal equations"),
    (check.least_squares_qr, lambda X, y: torch.linalg.inv(X.T @ X) @ X.T @ y, "squared the condition number"),
    (check.least_squares_qr, lambda X, y: torch.linalg.qr(X)[0].T @ y, "must be solved"),
    (check.least_squares_qr, lambda X, y: by_pinv(X, y)[:, None], "an axis of size 1"),
    (check.least_squares_qr, lambda X, y: by_pinv(X, y).squeeze(), "an axis of size 1"),
    (check.least_squares_qr, lambda X, y: X @ by_pinv(X, y), "the predictions"),
    (check.least_squares_qr, lambda X, y: by_pinv(X.float(), y.float()), "float32"),
    (check.least_squares_qr, lambda X, y: torch.linalg.solve(X.T @ X + 1e-6 * torch.eye(X.shape[1]), X.T @ y),
     "expected"),
    (check.least_squares_qr, lambda X, y: torch.linalg.pinv(X, rtol=1e-5) @ y, "expected"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b), "not left alone"),
    (check.raw_units, lambda w, b, mean, std: (w * std, b - (w * mean * std).sum()), "divided by std"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b - w * mean / std), "one number"),
    (check.raw_units, lambda w, b, mean, std: w / std, "expected 2 results"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b + (w * mean / std).sum()), "the sign of the correction"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b - (w * mean).sum()), "divided by std, too"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b - (w * mean / std).mean()), "expected"),
    (check.raw_units, lambda w, b, mean, std: (w.div_(std), b - (w * mean).sum()), "in place"),
    (check.raw_units, lambda w, b, mean, std: ((w / std).squeeze(), b - (w * mean / std).sum()), "an axis of size 1"),
]

ALL = [check.logistic_loss, check.least_squares_qr, check.raw_units]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
