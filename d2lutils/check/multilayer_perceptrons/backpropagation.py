"""Checks for the chapter on backpropagation."""

import torch

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


def _slopes(function, leaves) -> tuple:
    leaves = [leaf.detach().clone().requires_grad_() for leaf in leaves]
    return torch.autograd.grad(function(*leaves), leaves)


def _tied(X, W):
    return ((X @ W).relu() @ W.T - X).square()


@check("tied_gradient")
def tied_gradient(ask: Examiner) -> None:
    """tied_gradient(X, W): the gradient of the mean of (relu(X W) Wᵀ − X)² along W, (d, h)."""
    ask.is_callable()

    def reference(X, W):
        return _slopes(lambda W: _tied(X, W).mean(), [W])[0]

    def encoder(X, W, mask=True):
        H = (X @ W).relu()
        g = 2 * (H @ W.T - X) / X.numel() @ W
        return X.T @ (g * (H > 0) if mask else g)

    def decoder(X, W):
        H = (X @ W).relu()
        return (2 * (H @ W.T - X) / X.numel()).T @ H

    wrong = {
        "this is the road through the decoder alone; W is used twice, and the two contributions add up": decoder,
        "this is the road through the encoder alone; W is used twice, and the two contributions add up": encoder,
        "the ReLU's slope is missing: nothing passes where relu(X W) is zero":
            lambda X, W: decoder(X, W) + encoder(X, W, mask=False),
        "this is the gradient of the sum; the loss is the mean over all n·d entries":
            lambda X, W: reference(X, W) * X.numel(),
        "this is the mean over the examples only; the loss is the mean over all n·d entries":
            lambda X, W: reference(X, W) * X.shape[1],
        "the 2 of the square is missing": lambda X, W: reference(X, W) / 2,
        "the sign is turned: the loss has R − X": lambda X, W: -reference(X, W),
    }  # fmt: skip
    cases = [(normal(n, d), normal(d, h, seed=1)) for n, d, h in ((5, 4, 3), (2, 3, 6), (1, 2, 1))]
    ask.agrees("random sizes", reference, cases, sides="nd dh", hypotheses=wrong)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong)


@check("residual_gradients")
def residual_gradients(ask: Examiner) -> None:
    """residual_gradients(X, W1, W2, gY): the gradients along X, W1 and W2 of Y = X + relu(X W1) W2, given Y's."""
    ask.is_callable()

    def reference(X, W1, W2, gY):
        return _slopes(lambda X, W1, W2: ((X + (X @ W1).relu() @ W2) * gY).sum(), [X, W1, W2])

    def variant(road=True, branch=True, mask=True):
        def function(X, W1, W2, gY):
            H = (X @ W1).relu()
            gZ = gY @ W2.T * (H > 0 if mask else 1.0)
            gX = (gY if road else 0.0) + (gZ @ W1.T if branch else 0.0)
            return gX, X.T @ gZ, H.T @ gY

        return function

    wrong = {
        "the road around is missing: X reaches Y directly too, and hands gY on unchanged": variant(road=False),
        "the road through the block is missing in X's gradient: both roads add up": variant(branch=False),
        "the ReLU's slope is missing: nothing passes where relu(X W1) is zero": variant(mask=False),
    }
    sizes = [(5, 4, 3), (2, 3, 6), (1, 2, 1)]
    cases = [(normal(n, d), normal(d, h, seed=1), normal(h, d, seed=2), normal(n, d, seed=3)) for n, d, h in sizes]
    parts = ["X's gradient", "W1's gradient", "W2's gradient"]
    ask.agrees("random sizes", reference, cases, sides="nd dh hd nd", hypotheses=wrong, parts=parts)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, parts=parts)
    X, W1, _, gY = cases[0]
    ask.agrees("a block that adds nothing (W2 = 0)", reference, [(X, W1, torch.zeros(3, 4).double(), gY)],
               hypotheses=wrong, parts=parts)  # fmt: skip
