"""The checks of the chapter on linear regression agree with oracles and name the likely cause of wrong answers."""

import checking
import pytest
import torch
from torch.nn import functional as F

from d2lutils import check


def logistic(r):
    return 2 * F.softplus(r) - r  # the density is symmetric


def by_pinv(X, y):
    return torch.linalg.pinv(X, rtol=1e-14) @ y


def by_fitting(w, b, mean, std):
    """The weights that reproduce the standardised model's predictions at d + 1 raw points."""
    points = torch.cat([torch.zeros(1, len(w), dtype=w.dtype), torch.eye(len(w), dtype=w.dtype)])
    predictions = (points - mean) / std @ w + b
    return predictions[1:] - predictions[0], predictions[0]


RIGHT = [(check.logistic_loss, logistic), (check.least_squares_qr, by_pinv), (check.raw_units, by_fitting)]


@pytest.mark.parametrize("ask, answer", RIGHT, ids=lambda value: getattr(value, "__name__", "answer"))
def test_answers_found_another_way_pass(ask, answer, capsys):
    assert ask(answer)
    assert "all right" in capsys.readouterr().out


def solved(X, y):
    return torch.linalg.solve(X.T @ X, X.T @ y)


WRONG = [
    (check.logistic_loss, lambda r: -(torch.exp(-r) / (1 + torch.exp(-r)) ** 2).log(), "overflow"),
    (check.logistic_loss, lambda r: logistic(r).mean(), "not their mean"),
    (check.logistic_loss, lambda r: r + F.softplus(-r), "square in the denominator"),
    (check.logistic_loss, lambda r: -logistic(r), "minus the logarithm"),
    (check.logistic_loss, lambda r: logistic(r.detach()), "cut off"),
    (check.least_squares_qr, solved, "normal equations"),
    (check.least_squares_qr, lambda X, y: torch.linalg.inv(X.T @ X) @ X.T @ y, "squared the condition number"),
    (check.least_squares_qr, lambda X, y: torch.linalg.qr(X)[0].T @ y, "must be solved"),
    (check.least_squares_qr, lambda X, y: by_pinv(X, y)[:, None], "expected shape"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b), "not left alone"),
    (check.raw_units, lambda w, b, mean, std: (w * std, b - (w * mean * std).sum()), "divided by std"),
    (check.raw_units, lambda w, b, mean, std: (w / std, b - w * mean / std), "one number"),
    (check.raw_units, lambda w, b, mean, std: w / std, "expected 2 results"),
]


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense([ask for ask, _ in RIGHT])
