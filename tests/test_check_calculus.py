"""The checks of the chapter on calculus agree with autograd and name the likely cause of wrong answers."""

import checking
import pytest
import torch
from torch.func import grad, jacrev

from d2lutils import check


def pinball(u, tau):
    return torch.maximum(tau * u, (tau - 1) * u).sum()


def ends(u, tau):
    """The pinball loss's slopes a little to the left and a little to the right of u, by autograd."""
    return grad(pinball)(u - 1e-9, tau), grad(pinball)(u + 1e-9, tau)


def weighted(X, w, b, y, s):
    return (s * (X @ w + b - y) ** 2).sum() / 2


RIGHT = [
    (check.quadratic_gradient, lambda A, c, x: grad(lambda x: x @ A @ x / 2 + c @ x)(x)),
    (check.weighted_regression_gradients, lambda *given: grad(weighted, argnums=(1, 2))(*given)),
    (check.pinball_subgradients, ends),
    (check.unit_jacobian, jacrev(lambda u: u / u.norm())),
]


@pytest.mark.parametrize("ask, answer", RIGHT, ids=lambda value: getattr(value, "__name__", "answer"))
def test_answers_by_autograd_pass(ask, answer, capsys):
    assert ask(answer)
    assert "all right" in capsys.readouterr().out


WRONG = [
    (check.quadratic_gradient, lambda A, c, x: A @ x + c, "for symmetric A only"),
    (check.quadratic_gradient, lambda A, c, x: (A + A.T) @ x + c, "the half"),
    (check.quadratic_gradient, lambda A, c, x: x @ A @ x / 2 + c @ x, "expected shape"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: grad(weighted, (1, 2))(X, w, b, y, s**0), "s is not"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: X.T @ (s * (X @ w + b - y)), "expected 2 results"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: (X @ w, b), "shape"),
    (check.weighted_regression_gradients,
     lambda *given: (grad(weighted, 1)(*given), grad(weighted, 2)(*given[:-1], torch.ones_like(given[-1]))),
     "missing in the gradient of b"),
    (check.weighted_regression_gradients,
     lambda *given: (grad(weighted, 1)(*given[:-1], torch.ones_like(given[-1])), grad(weighted, 2)(*given)),
     "missing in the gradient of w"),
    (check.pinball_subgradients, lambda u, t: (torch.maximum(t * u, (t - 1) * u),) * 2, "the loss itself"),
    (check.pinball_subgradients, lambda u, t: (torch.zeros_like(u), torch.zeros_like(u)), "zero"),
    (check.pinball_subgradients, lambda u, t: (grad(pinball)(u, t),) * 2, "at the corner"),
    (check.pinball_subgradients, lambda u, t: ends(u, t)[::-1], "highest first"),
    (check.unit_jacobian, lambda u: torch.eye(len(u), dtype=u.dtype) / u.norm(), "taken for a constant"),
    (check.unit_jacobian, lambda u: torch.eye(len(u)) / u.norm().float(), "float64"),
    (check.unit_jacobian, lambda u: u / u.norm(), "expected shape"),
    (check.unit_jacobian, lambda u: 1 / u.norm() - torch.outer(u, u) / u.norm() ** 3, "added to every entry"),
]  # fmt: skip


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense([ask for ask, _ in RIGHT])
