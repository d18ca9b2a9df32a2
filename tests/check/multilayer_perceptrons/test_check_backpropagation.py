"""The checks for the chapter on backpropagation name the mistakes that are made."""

import torch

from d2lutils import check


def right(X, W):
    H = (X @ W).clamp(min=0)
    g = 2 * (H @ W.T - X) / X.numel()
    return g.T @ H + X.T @ ((g @ W) * (H > 0))


def decoder_alone(X, W):
    H = (X @ W).clamp(min=0)
    return (2 * (H @ W.T - X) / X.numel()).T @ H


def no_slope(X, W):
    H = (X @ W).clamp(min=0)
    g = 2 * (H @ W.T - X) / X.numel()
    return g.T @ H + X.T @ (g @ W)


def test_tied_gradient():
    assert check.tied_gradient(right)
    assert "decoder alone" in check.tied_gradient(decoder_alone).cause
    assert "slope" in check.tied_gradient(no_slope).cause
    assert "mean over all" in check.tied_gradient(lambda X, W: right(X, W) * X.numel()).cause
    assert "shape" in check.tied_gradient(lambda X, W: right(X, W).T).wrong
    assert not check.tied_gradient(lambda X, W: torch.zeros_like(W))


def residual(X, W1, W2, gY, around=True, mask=True):
    H = (X @ W1).clamp(min=0)
    gZ = gY @ W2.T * (H > 0 if mask else 1)
    return (gY if around else 0) + gZ @ W1.T, X.T @ gZ, H.T @ gY


def test_residual_gradients():
    assert check.residual_gradients(residual)
    assert "around" in check.residual_gradients(lambda *a: residual(*a, around=False)).cause
    assert "slope" in check.residual_gradients(lambda *a: residual(*a, mask=False)).cause
    assert not check.residual_gradients(lambda *a: residual(*a)[:2])


def test_a_factor_on_the_wrong_side_is_told_in_words():
    report = check.residual_gradients(lambda X, W1, W2, gY: (gY @ W2 @ W1, W1, W2))
    assert "cannot be multiplied" in report.wrong and "not transposed" in report.cause
