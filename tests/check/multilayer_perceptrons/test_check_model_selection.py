"""The checks of the chapter on model selection: right answers pass, and common mistakes are named."""

import pytest
import torch

from d2lutils import check


def decomposition(predictions, truth):
    return (predictions.mean(0) - truth).square().mean(), predictions.var(0, correction=0).mean()


def leave_one_out(X, y):
    Q, _ = torch.linalg.qr(X)
    return (y - Q @ (Q.T @ y)) / (1 - Q.square().sum(1))


def leave_one_out_by_the_hat(X, y):
    H = X @ torch.linalg.solve(X.T @ X, X.T)
    return (y - H @ y) / (1 - H.diagonal())


def forward(n, k, i):
    parts = torch.arange(n).tensor_split(k + 1)
    return torch.arange(int(parts[i + 1][0])), parts[i + 1]


@pytest.mark.parametrize("name, answer", [
    ("bias_variance", decomposition),
    ("loo_errors", leave_one_out),
    ("loo_errors", leave_one_out_by_the_hat),
    ("forward_fold", forward),
])  # fmt: skip
def test_right_answers(name, answer, capsys):
    assert getattr(check, name)(answer), capsys.readouterr().out


@pytest.mark.parametrize("name, answer, words", [
    ("bias_variance", lambda p, t: (decomposition(p, t)[0], p.var(0).mean()), "divided by R − 1"),
    ("bias_variance", lambda p, t: ((p - t).square().mean(), p.var(0, correction=0).mean()), "the whole error"),
    ("bias_variance", lambda p, t: ((p.mean(0) - t).mean() ** 2, p.var(0, correction=0).mean()), "signs cancel"),
    ("bias_variance", lambda p, t: decomposition(p, t)[0], "expected 2 results"),
    ("loo_errors", lambda X, y: leave_one_out(X, y) * 0, "all of it is zero"),
    ("loo_errors", lambda X, y: y - X @ torch.linalg.lstsq(X, y.unsqueeze(1)).solution.squeeze(1), "divide by 1 − h"),
    ("loo_errors", lambda X, y: -leave_one_out(X, y), "the sign is turned"),
    ("loo_errors", lambda X, y: leave_one_out(X, y).detach(), "cut off from its inputs"),
    ("forward_fold", lambda n, k, i: forward(n, k, i)[::-1], "swapped"),
    ("forward_fold", lambda n, k, i: tuple(r.float() for r in forward(n, k, i)), "expected dtype int64"),
    ("forward_fold", lambda n, k, i: (forward(n, k, i)[0], torch.arange(int(forward(n, k, i)[1][0]), n)),
     "everything that is left"),
])  # fmt: skip
def test_wrong_answers(name, answer, words, capsys):
    assert not getattr(check, name)(answer)
    assert words in capsys.readouterr().out
