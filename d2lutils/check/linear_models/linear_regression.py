"""Checks for the chapter on linear regression."""

import torch
from torch.nn import functional as F

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


@check("logistic_loss")
def logistic_loss(ask: Examiner) -> None:
    """logistic_loss(r): -log of the density exp(-r) / (1 + exp(-r))² at each entry of r, in r's shape."""
    ask.is_callable()

    def exact(r):
        return r + 2 * F.softplus(-r)

    wrong = {
        "the sign: the loss is minus the logarithm of the density": lambda r: -exact(r),
        "this is the density; the loss is minus its logarithm": lambda r: (-exact(r)).exp(),
        "the square in the denominator is missing": lambda r: r + F.softplus(-r),
        "the numerator exp(-r) contributes +r to the loss": lambda r: 2 * F.softplus(-r),
        "the numerator exp(-r) contributes +r to the loss, not -r": lambda r: -r + 2 * F.softplus(-r),
        "log cosh(r / 2) is half of it, up to a constant":
            lambda r: r.abs() / 2 + F.softplus(-r.abs()) - torch.tensor(2.0, dtype=r.dtype).log(),
        "one loss for each residual is wanted, not their mean": lambda r: exact(r).mean(),
        "one loss for each residual is wanted, not their sum": lambda r: exact(r).sum(),
    }  # fmt: skip
    cases = [(2 * normal(7),), (normal(2, 3, seed=1),)]
    ask.agrees("small residuals", exact, cases, sides="n", hypotheses=wrong)
    ask.agrees("residuals of ±40 and between", exact, [(torch.linspace(-40, 40, 33, dtype=torch.float64),)])
    far = [(torch.tensor([-1000.0, -40.0, 0.0, 40.0, 1000.0], dtype=torch.float64),)]
    ask.agrees("residuals of ±1000", exact, far)
    ask.keeps_float32(exact, cases[0], hypotheses=wrong)
    ask.differentiates("its slope, also at ±1000", exact, [*cases, *far])


@check("least_squares_qr")
def least_squares_qr(ask: Examiner) -> None:
    """least_squares_qr(X, y): the least-squares θ (d,) for X (n, d) and y (n,), by QR and without Xᵀ X."""
    ask.is_callable()

    def exact(X, y):
        return torch.linalg.lstsq(X, y[:, None], driver="gelsd").solution[:, 0]

    def triangle(X, y, turn):
        Q, R = torch.linalg.qr(X)
        return torch.linalg.solve(turn(R), Q.T @ y)

    wrong = {
        "R is a triangle with zeros below: no transpose in R θ = Qᵀ y": lambda X, y: triangle(X, y, torch.t),
        "Qᵀ y is not yet θ: R θ = Qᵀ y must be solved": lambda X, y: torch.linalg.qr(X)[0].T @ y,
        "θ solves R θ = Qᵀ y; it is not R Qᵀ y": lambda X, y: (lambda Q, R: R @ (Q.T @ y))(*torch.linalg.qr(X)),
        "these are the predictions X θ, not θ": lambda X, y: X @ exact(X, y),
    }
    cases = [(normal(n, d, seed=n), normal(n, seed=1)) for n, d in [(6, 2), (5, 4), (9, 1), (3, 3)]]
    ask.agrees("random X", exact, cases, sides=".d .", hypotheses=wrong, tolerance=1e-8)
    ask.keeps_float32(exact, cases[0], tolerance=1e-4)

    # κ = 1e7: Xᵀ X has 1e14 and keeps two digits, QR keeps nine
    Q = torch.linalg.qr(normal(12, 4, seed=5))[0]
    V = torch.linalg.qr(normal(4, 4, seed=6))[0]
    X = Q @ torch.diag(torch.tensor([1.0, 1e-2, 1e-5, 1e-7], dtype=torch.float64)) @ V.T
    squared = {
        "this solves the normal equations: Xᵀ X has squared the condition number":
            lambda X, y: torch.linalg.solve(X.T @ X, X.T @ y),
        "this inverts Xᵀ X, which has squared the condition number": lambda X, y: torch.linalg.inv(X.T @ X) @ X.T @ y,
    }  # fmt: skip
    y = X @ torch.tensor([1.0, -2.0, 3.0, -4.0], dtype=torch.float64)
    ask.agrees("columns that nearly depend on each other", exact, [(X, y)], hypotheses=squared, tolerance=1e-6)


@check("raw_units")
def raw_units(ask: Examiner) -> None:
    """raw_units(w, b, mean, std): weights (d,) and bias () for raw features, from those for (x - mean) / std."""
    ask.is_callable()

    def exact(w, b, mean, std):
        return w / std, b - (w * mean / std).sum()

    wrong = {
        "the bias is not left alone: subtracting the mean moves every prediction":
            lambda w, b, mean, std: (w / std, b),
        "the mean is divided by std, too: ⟨w, mean / std⟩ goes into the bias":
            lambda w, b, mean, std: (w / std, b - (w * mean).sum()),
        "the sign of the correction: the mean was subtracted from x":
            lambda w, b, mean, std: (w / std, b + (w * mean / std).sum()),
        "a weight is divided by std: a feature with large numbers needs a small weight":
            lambda w, b, mean, std: (w * std, b - (w * mean * std).sum()),
        "the weights are divided by std before the mean goes into the bias, and once only":
            lambda w, b, mean, std: (w / std, b - (w * mean / std ** 2).sum()),
        "the bias is one number: sum over the features":
            lambda w, b, mean, std: (w / std, b - w * mean / std),
    }  # fmt: skip
    cases = [(normal(d, seed=d), normal(seed=1), 5 * normal(d, seed=2), normal(d, seed=3).abs() + 0.5)
             for d in (3, 1, 5)]  # fmt: skip
    asked = {"hypotheses": wrong, "parts": ["the weights", "the bias"]}
    ask.agrees("the same predictions", exact, cases, sides="d . d d", **asked)
    ask.keeps_float32(exact, cases[0], **asked)
