"""Answers to the exercises of the chapter on calculus."""

import numpy as np
import torch
from helpers import checking
from torch.autograd.functional import jacobian
from torch.func import grad, jacrev

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def pinball(u, tau):
    return torch.maximum(tau * u, (tau - 1) * u).sum()


def ends(u, tau):
    """The pinball loss's slopes a little to the left and a little to the right of u, by autograd."""
    return grad(pinball)(u - 1e-9, tau), grad(pinball)(u + 1e-9, tau)


def pinball_in_a_loop(u, tau):
    low, high = torch.empty_like(u), torch.empty_like(u)
    for index in np.ndindex(*u.shape):
        low[index] = tau if u[index] > 0 else tau - 1
        high[index] = tau - 1 if u[index] < 0 else tau
    return [low, high]


def pinball_through_numpy(u, tau):
    a = u.numpy()
    return [torch.from_numpy(np.where(right, tau, tau - 1)).to(u) for right in (a > 0, a >= 0)]


def pinball_by_signs(u, tau):
    return (u > 0).to(u.dtype) + (tau - 1), tau - (u < 0).to(u.dtype)


def weighted(X, w, b, y, s):
    return (s * (X @ w + b - y) ** 2).sum() / 2


def row_by_row(X, w, b, y, s):
    gw, gb = torch.zeros_like(w), torch.zeros_like(b)
    for i in range(len(y)):
        r = s[i] * (X[i].dot(w) + b - y[i])
        gw += r * X[i]
        gb += r
    return gw, gb


def in_numpy(X, w, b, y, s):
    r = s.numpy() * (X.numpy() @ w.numpy() + b.item() - y.numpy())
    return torch.from_numpy(X.numpy().T @ r), torch.tensor(r.sum())


def by_backward(A, c, x):
    x = x.clone().requires_grad_()
    (x @ A @ x / 2 + c @ x).backward()
    return x.grad


def unit_in_loops(u):
    n, length = len(u), u.norm()
    J = u.new_zeros(n, n)
    for i in range(n):
        for j in range(n):
            J[i, j] = (i == j) / length - u[i] * u[j] / length**3
    return J


RIGHT = [
    (check.quadratic_gradient, lambda A, c, x: grad(lambda x: x @ A @ x / 2 + c @ x)(x)),
    (check.quadratic_gradient, lambda A, c, x: (torch.einsum("ij,j->i", A, x) + torch.einsum("ij,i->j", A, x)) / 2 + c),
    (check.quadratic_gradient, lambda A, c, x: torch.from_numpy((A.numpy() + A.numpy().T) @ x.numpy() / 2 + c.numpy())),
    (check.quadratic_gradient, by_backward),
    (check.weighted_regression_gradients, lambda *given: grad(weighted, argnums=(1, 2))(*given)),
    (check.weighted_regression_gradients, row_by_row),
    (check.weighted_regression_gradients, in_numpy),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: [s * (X @ w + b - y) @ X, s.dot(X @ w + b - y)]),
    (check.pinball_subgradients, ends),
    (check.pinball_subgradients, pinball_in_a_loop),
    (check.pinball_subgradients, pinball_through_numpy),
    (check.pinball_subgradients, pinball_by_signs),
    (check.unit_jacobian, jacrev(lambda u: u / u.norm())),
    (check.unit_jacobian, lambda u: jacobian(lambda u: u / u.norm(), u)),
    (check.unit_jacobian, unit_in_loops),
    (check.unit_jacobian, lambda u: torch.diag(1 / u.norm().expand_as(u))
        - torch.einsum("i,j->ij", u, u) / (u @ u) ** 1.5),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def unweighted(argument):
    """The gradient of one argument with all weights 1."""
    return lambda *given: grad(weighted, argument)(*given[:-1], torch.ones_like(given[-1]))


def asks_for_gradients(A, c, x):
    x.requires_grad_()
    return torch.autograd.grad(x @ A @ x / 2 + c @ x, x)[0]


WRONG = [
    (check.quadratic_gradient, lambda A, c, x: A @ x + c, "for symmetric A only"),
    (check.quadratic_gradient, lambda A, c, x: A.T @ x + c, "for symmetric A only"),
    (check.quadratic_gradient, lambda A, c, x: (A + A.T) @ x + c, "the half"),
    (check.quadratic_gradient, lambda A, c, x: (A + A.T) @ x / 2, "⟨c, x⟩ is missing"),
    (check.quadratic_gradient, lambda A, c, x: (A + A.T) @ x / 2 + c * x, "without the x"),
    (check.quadratic_gradient, lambda A, c, x: x @ A @ x / 2 + c @ x, "expected shape"),
    (check.quadratic_gradient, lambda A, c, x: ((A + A.T) @ x / 2 + c).squeeze(), "expected shape (1,)"),
    (check.quadratic_gradient, lambda A, c, x: ((A + A.T) @ x / 2 + c).float(), "float32"),
    (check.quadratic_gradient, lambda A, c, x: c.add_((A + A.T) @ x / 2), "in place"),
    (check.quadratic_gradient, asks_for_gradients, "requires_grad_()"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: grad(weighted, (1, 2))(X, w, b, y, s**0), "s is not"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: grad(weighted, (1, 2))(X, w, b, y, s**2), "squared"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: X.T @ (s * (X @ w + b - y)), "expected 2 results"),
    (check.weighted_regression_gradients, lambda X, w, b, y, s: (X @ w, b), "shape"),
    (check.weighted_regression_gradients, lambda *given: (grad(weighted, 1)(*given), unweighted(2)(*given)),
     "missing in the gradient of b"),
    (check.weighted_regression_gradients, lambda *given: (unweighted(1)(*given), grad(weighted, 2)(*given)),
     "missing in the gradient of w"),
    (check.weighted_regression_gradients, lambda *given: [2 * g for g in row_by_row(*given)], "takes away the 2"),
    (check.weighted_regression_gradients, lambda *given: [g / len(given[3]) for g in row_by_row(*given)],
     "a sum, not a mean"),
    (check.weighted_regression_gradients, lambda *given: row_by_row(*given)[::-1], "are exchanged"),
    (check.pinball_subgradients, lambda u, t: (torch.maximum(t * u, (t - 1) * u),) * 2, "the loss itself"),
    (check.pinball_subgradients, lambda u, t: (torch.zeros_like(u), torch.zeros_like(u)), "every entry is 0"),
    (check.pinball_subgradients, lambda u, t: (grad(pinball)(u, t),) * 2, "at the corner"),
    (check.pinball_subgradients, lambda u, t: ends(u, t)[::-1], "highest first"),
    (check.pinball_subgradients, lambda u, t: (torch.where(u > 0, t, t - 1.0), torch.where(u >= 0, t, t - 1.0)),
     "float32"),
    (check.pinball_subgradients, lambda u, t: ends(u, 1 - t), "expected"),
    (check.pinball_subgradients, lambda u, t: ends(u, 0.5), "expected"),
    (check.pinball_subgradients, lambda u, t: (ends(u, t)[0],) * 2, "from the left"),
    (check.unit_jacobian, lambda u: torch.eye(len(u), dtype=u.dtype) / u.norm(), "taken for a constant"),
    (check.unit_jacobian, lambda u: torch.eye(len(u)) / u.norm().float(), "taken for a constant"),
    (check.unit_jacobian, lambda u: u / u.norm(), "expected shape"),
    (check.unit_jacobian, lambda u: 1 / u.norm() - torch.outer(u, u) / u.norm() ** 3, "added to every entry"),
    (check.unit_jacobian, lambda u: unit_in_loops(u) * u.norm(), "the division by ‖u‖ is missing"),
    (check.unit_jacobian, lambda u: torch.eye(len(u)).to(u) / u.norm() + torch.outer(u, u) / u.norm() ** 3, "the sign"),
    (check.unit_jacobian, lambda u: unit_in_loops(u).squeeze(), "expected shape (1, 1)"),
    (check.unit_jacobian, lambda u: torch.eye(len(u), dtype=torch.float64) / u.norm()
        - torch.outer(u, u).double() / u.norm() ** 3, "something turned it into float64"),
]  # fmt: skip

ALL = [check.quadratic_gradient, check.weighted_regression_gradients, check.pinball_subgradients, check.unit_jacobian]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
