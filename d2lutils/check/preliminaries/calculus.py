"""Checks for the chapter on calculus."""

import torch

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


@check("quadratic_gradient")
def quadratic_gradient(ask: Examiner) -> None:
    """quadratic_gradient(A, c, x): the gradient of xᵀ A x / 2 + ⟨c, x⟩ at x; A (n, n) need not be symmetric."""
    ask.is_callable()

    def exact(A, c, x):
        return (A + A.T) @ x / 2 + c

    wrong = {
        "A x is the gradient for symmetric A only: both factors of xᵀ A x depend on x": lambda A, c, x: A @ x + c,
        "Aᵀ x is the gradient for symmetric A only: both factors of xᵀ A x depend on x": lambda A, c, x: A.T @ x + c,
        "the half of xᵀ A x / 2 is missing": lambda A, c, x: (A + A.T) @ x + c,
        "the gradient of ⟨c, x⟩ is missing": lambda A, c, x: (A + A.T) @ x / 2,
        "⟨c, x⟩ has the gradient c, without the x": lambda A, c, x: (A + A.T) @ x / 2 + c * x,
        "this is the value of the function, copied; its slopes are wanted":
            lambda A, c, x: (x @ A @ x / 2 + c @ x).expand_as(x),
    }  # fmt: skip
    symmetric = [(A + A.T, normal(n, seed=1), normal(n, seed=2)) for n in (3, 5) for A in [normal(n, n)]]
    cases = [(normal(n, n, seed=n), normal(n, seed=1), normal(n, seed=2)) for n in (2, 3, 5)]
    ask.agrees("symmetric matrices", exact, symmetric, hypotheses=wrong)
    ask.agrees("any square matrix", exact, cases, sides="nn n n", hypotheses=wrong)
    ask.keeps_float32(exact, cases[0], hypotheses=wrong)


@check("weighted_regression_gradients")
def weighted_regression_gradients(ask: Examiner) -> None:
    """weighted_regression_gradients(X, w, b, y, s): gradients of Σ sᵢ (⟨xᵢ, w⟩ + b - yᵢ)² / 2 for w (d,) and b ()."""
    ask.is_callable()

    def by_hand(weigh=lambda r, s: s * r, over=lambda r: 1.0):
        def function(X, w, b, y, s):
            g = weigh(X @ w + b - y, s) / over(y)
            return X.T @ g, g.sum()
        return function

    exact = by_hand()
    wrong = {
        "s is not used: the slope of sᵢ rᵢ² / 2 with respect to rᵢ is sᵢ rᵢ": by_hand(lambda r, s: r),
        "s came in squared: it stands before the square, not in it": by_hand(lambda r, s: s * s * r),
        "the half in the loss takes away the 2 of the square": by_hand(lambda r, s: 2 * s * r),
        "the loss is a sum, not a mean": by_hand(over=len),
        "the sign is the wrong way round: r is prediction minus y": by_hand(lambda r, s: -s * r),
        "the weight is sᵢ itself, not its square root": by_hand(lambda r, s: s.sqrt() * r),
        "s is missing in the gradient of b": lambda *given: (exact(*given)[0], by_hand(lambda r, s: r)(*given)[1]),
        "s is missing in the gradient of w": lambda *given: (by_hand(lambda r, s: r)(*given)[0], exact(*given)[1]),
    }
    cases = [(normal(n, d), normal(d, seed=1), normal(seed=2), normal(n, seed=3), normal(n, seed=4).abs() + 0.1)
             for n, d in [(5, 3), (2, 4), (4, 4), (6, 1)]]  # fmt: skip
    ask.agrees("gradients", exact, cases, sides="nd d . n n", hypotheses=wrong,
               parts=["with respect to w", "with respect to b"])  # fmt: skip
    X, w, b, y, s = cases[0]
    asked = {"hypotheses": wrong, "parts": ["with respect to w", "with respect to b"]}
    ask.agrees("weights of 0", exact, [(X, w, b, y, s * (s > s.median()))], **asked)
    ask.keeps_float32(exact, cases[0], **asked)


@check("pinball_subgradients")
def pinball_subgradients(ask: Examiner) -> None:
    """pinball_subgradients(u, tau): lowest and highest subgradient of max(tau u, (tau - 1) u) at every entry of u."""
    ask.is_callable()

    def interval(left, right, low, high):
        def function(u, tau):
            a, b = torch.full_like(u, left(tau)), torch.full_like(u, right(tau))
            middle = [torch.full_like(u, float(end(tau))) for end in (low, high)]
            return tuple(torch.where(u > 0, b, torch.where(u < 0, a, m)) for m in middle)
        return function

    def minus(t):
        return t - 1

    def plus(t):
        return t

    exact = interval(minus, plus, minus, plus)
    wrong = {
        "at 0 a single number was chosen: there the subgradients run from tau - 1 to tau":
            interval(minus, plus, lambda t: 0, lambda t: 0),
        "at 0 only the slope from the left was given: the highest is tau": interval(minus, plus, minus, minus),
        "at 0 only the slope from the right was given: the lowest is tau - 1": interval(minus, plus, plus, plus),
        "the slopes of the two sides are swapped": interval(plus, minus, minus, plus),
        "left of 0 the slope is tau - 1, which is negative": interval(lambda t: 1 - t, plus, lambda t: 1 - t, plus),
        "this is |u|: the slopes are tau - 1 and tau, not -1 and 1":
            interval(lambda t: -1, lambda t: 1, lambda t: -1, lambda t: 1),
        "highest first: return the lowest, then the highest": lambda u, tau: exact(u, tau)[::-1],
        "this is the loss itself; its slopes are wanted": lambda u, tau: (torch.maximum(tau * u, (tau - 1) * u),) * 2,
        "this is the whole interval everywhere; away from 0 there is one slope":
            lambda u, tau: (torch.full_like(u, tau - 1), torch.full_like(u, tau)),
    }  # fmt: skip
    parts = ["the lowest", "the highest"]
    smooth = [(normal(7), 0.5), (normal(2, 3, seed=1), 0.9)]
    ask.agrees("away from the corner", exact, smooth, sides="n .", hypotheses=wrong, parts=parts)
    corner = torch.tensor([-2.0, 0.0, 3.0, 0.0], dtype=torch.float64)
    cases = [(corner, 0.9), (corner, 0.5), (corner.reshape(2, 2), 0.1), (-corner, 0.3)]
    ask.agrees("at the corner", exact, cases, sides="n .", hypotheses=wrong, parts=parts)
    ask.keeps_float32(exact, (corner, 0.25), parts=parts)


@check("unit_jacobian")
def unit_jacobian(ask: Examiner) -> None:
    """unit_jacobian(u): the Jacobian (n, n) of u / ‖u‖ for u (n,)."""
    ask.is_callable()

    def exact(u):
        unit = u / u.norm()
        return (torch.eye(len(u), dtype=u.dtype) - torch.outer(unit, unit)) / u.norm()

    def eye(u):
        return torch.eye(len(u), dtype=u.dtype)

    wrong = {
        "‖u‖ was taken for a constant: it depends on u, too": lambda u: eye(u) / u.norm(),
        "the sign of the second term: the slope of 1/‖u‖ is -uᵀ / ‖u‖³":
            lambda u: eye(u) / u.norm() + torch.outer(u, u) / u.norm() ** 3,
        "the second term is divided by ‖u‖³, not by ‖u‖ or ‖u‖²":
            lambda u: eye(u) / u.norm() - torch.outer(u, u) / u.norm() ** 2,
        "the second term has ‖u‖³ below, and here it has ‖u‖": lambda u: (eye(u) - torch.outer(u, u)) / u.norm(),
        "the projection is right, the division by ‖u‖ is missing": lambda u: exact(u) * u.norm(),
        "divided by ‖u‖ once too often": lambda u: exact(u) / u.norm(),
        "1 / ‖u‖ was added to every entry: the first term is the identity over ‖u‖":
            lambda u: 1 / u.norm() - torch.outer(u, u) / u.norm() ** 3,
        "the first term, the identity over ‖u‖, is missing": lambda u: -torch.outer(u, u) / u.norm() ** 3,
        "the products of u with itself form a matrix: the second term is no diagonal":
            lambda u: eye(u) / u.norm() - torch.diag(u * u) / u.norm() ** 3,
    }  # fmt: skip
    cases = [(normal(n, seed=n),) for n in (2, 3, 5, 1)]
    ask.agrees("the Jacobian at random points", exact, cases, sides="n", hypotheses=wrong)
    ask.keeps_float32(exact, cases[0])
