"""Answers to the exercises of the chapter on backpropagation."""

import numpy as np
import torch
from helpers import checking
from torch.func import grad, vjp

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def tied(X, W, mask=True, encoder=True, decoder=True):
    H = (X @ W).clamp(min=0)
    g = 2 * (H @ W.T - X) / X.numel()
    back = X.T @ ((g @ W) * (H > 0 if mask else 1))
    return decoder * (g.T @ H) + encoder * back


def tied_in_numpy(X, W):
    X, W = X.numpy(), W.numpy()
    H = np.maximum(X @ W, 0)
    g = 2 * (H @ W.T - X) / X.size
    return torch.from_numpy(np.einsum("nd,nh->dh", g, H) + np.einsum("nd,nh->dh", X, (g @ W) * (H > 0)))


def tied_by_rows(X, W):
    total = torch.zeros_like(W)
    for x in X:
        h = torch.relu(W.T @ x)
        g = 2 * (W @ h - x) / X.numel()
        total += torch.outer(g, h) + torch.outer(x, (W.T @ g) * h.sign())
    return total


def residual(X, W1, W2, gY, around=True, mask=True):
    H = (X @ W1).clamp(min=0)
    gZ = gY @ W2.T * (H > 0 if mask else 1)
    return (gY if around else 0) + gZ @ W1.T, X.T @ gZ, H.T @ gY


def by_autograd(X, W1, W2, gY):
    leaves = [part.clone().requires_grad_() for part in (X, W1, W2)]
    X, W1, W2 = leaves
    (X + torch.relu(X @ W1) @ W2).backward(gY)
    return [leaf.grad for leaf in leaves]


def residual_by_rows(X, W1, W2, gY):
    gX, g1, g2 = (torch.zeros_like(part) for part in (X, W1, W2))
    for i in range(len(X)):
        z = X[i] @ W1
        gz = torch.where(z > 0, W2 @ gY[i], 0.0)
        gX[i] = gY[i] + W1 @ gz
        g1 += torch.outer(X[i], gz)
        g2 += torch.outer(z.clamp(min=0), gY[i])
    return gX, g1, g2


RIGHT = [
    *((check.tied_gradient, answer) for answer in (
        tied, tied_in_numpy, tied_by_rows, lambda X, W: grad(lambda W: ((X @ W).relu() @ W.T - X).square().mean())(W))),
    *((check.residual_gradients, answer) for answer in (
        residual, by_autograd, residual_by_rows,
        lambda X, W1, W2, gY: vjp(lambda X, A, B: X + (X @ A).relu() @ B, X, W1, W2)[1](gY))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------

WRONG = [
    (check.tied_gradient, lambda X, W: tied(X, W, encoder=False), "decoder alone"),
    (check.tied_gradient, lambda X, W: tied(X, W, decoder=False), "encoder alone"),
    (check.tied_gradient, lambda X, W: tied(X, W, mask=False), "slope is missing"),
    (check.tied_gradient, lambda X, W: tied(X, W) * X.numel(), "gradient of the sum"),
    (check.tied_gradient, lambda X, W: tied(X, W) * X.shape[1], "over the examples only"),
    (check.tied_gradient, lambda X, W: tied(X, W) / 2, "the 2 of the square"),
    (check.tied_gradient, lambda X, W: tied(X, W).T, ""),
    (check.tied_gradient, lambda X, W: torch.zeros_like(W), "every entry is 0"),
    (check.tied_gradient, lambda X, W: tied(X, W).squeeze(), "an axis of size 1"),
    (check.tied_gradient, lambda X, W: tied(X.float(), W.float()), "float32"),
    (check.residual_gradients, lambda *a: residual(*a, around=False), "the road around is missing"),
    (check.residual_gradients, lambda *a: residual(*a, mask=False), "slope is missing"),
    (check.residual_gradients, lambda *a: residual(*a)[:2], "expected 3 results"),
    (check.residual_gradients, lambda X, W1, W2, gY: (gY @ W2 @ W1, W1, W2), "not transposed"),
    (check.residual_gradients, lambda X, W1, W2, gY: (gY, *residual(X, W1, W2, gY)[1:]), "the road through the block"),
    (check.residual_gradients, lambda *a: [g / len(a[0]) for g in residual(*a)], "every entry is 0.2 times"),
    (check.residual_gradients, lambda X, W1, W2, gY: (gY.add_(residual(X, W1, W2, gY)[0]), W1, W2), "in place"),
    (check.residual_gradients, lambda *a: residual(*a)[::-1], "expected shape"),
    (check.residual_gradients, lambda X, W1, W2, gY: (*residual(X, W1, W2, gY)[:2], (X @ W1).T @ gY), "expected"),
]

ALL = [check.tied_gradient, check.residual_gradients]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
