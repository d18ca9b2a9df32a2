"""Checks for the chapter on weight decay."""

import torch

from d2lutils.check.draws import normal, numbers
from d2lutils.check.examiner import Examiner, check
from d2lutils.check.report import Wrong


def _ridge(X, y, lam, bias=True, spared=True, mean=True):
    """Weights (d, 1) and bias of the minimum of half the mean square plus lam/2 · |w|², from the normal equations."""
    n, d = X.shape
    A = torch.cat([X, torch.ones(n, 1, dtype=X.dtype) if bias else X.new_zeros(n, 1)], dim=1)  # (n, d + 1)
    D = torch.eye(d + 1, dtype=X.dtype)
    D[d, d] = (0.0 if spared else 1.0) if bias else 1.0
    H = A.T @ A / (n if mean else 1) + lam * D
    w = torch.linalg.solve(H, A.T @ y / (n if mean else 1))
    return w[:d], w[d, 0]


@check("ridge")
def ridge(ask: Examiner) -> None:
    """ridge(X, y, lam): w (d, 1) and b (0-d) that minimise mean((Xw + b − y)²)/2 + lam/2 · Σw², b not penalised."""
    ask.is_callable()
    wrong = {
        "the bias is penalised too; only the weights should be": lambda X, y, lam: _ridge(X, y, lam, spared=False),
        "the loss is the mean over the examples; this is the answer for the sum":
            lambda X, y, lam: _ridge(X, y, lam, mean=False),
        "X and y were not centred, so the weights also work for a bias that is missing":
            lambda X, y, lam: (_ridge(X, y, lam, bias=False)[0], (y - X @ _ridge(X, y, lam, bias=False)[0]).mean()),
        "the bias must bring the mean of the predictions to that of y: b = mean(y) − mean(X) w":
            lambda X, y, lam: (_ridge(X, y, lam)[0], y.mean()),
        "this is the answer for lam · Σw², without the half": lambda X, y, lam: _ridge(X, y, 2 * lam),
        "this is the fit without a penalty": lambda X, y, lam: _ridge(X, y, 0.0),
    }  # fmt: skip
    sizes = [(8, 3, 0.5), (30, 4, 0.01), (6, 2, 3.0)]
    cases = [(normal(n, d) + 2, normal(n, 1, seed=1) + 5, lam) for n, d, lam in sizes]
    ask.agrees("random data whose means are not zero", _ridge, cases, sides="nd n. .", hypotheses=wrong,
               parts=["w", "b"])  # fmt: skip
    wide = (normal(4, 7), normal(4, 1, seed=1), 0.2)
    ask.agrees("more weights than examples", _ridge, [wide], hypotheses=wrong, parts=["w", "b"])
    ask.keeps_float32(_ridge, (normal(9, 2), normal(9, 1, seed=1), 0.5), hypotheses=wrong, parts=["w", "b"])


@check("elastic_net_step")
def elastic_net_step(ask: Examiner) -> None:
    """elastic_net_step(w, g, lr, l1, l2): the minimum over u of |u − (w − lr g)|²/2 + lr (l1 Σ|u| + l2/2 Σu²)."""
    ask.is_callable()

    def soft(x, t):
        return x.sign() * (x.abs() - t).relu()

    def reference(w, g, lr, l1, l2):
        return soft(w - lr * g, lr * l1) / (1 + lr * l2)

    wrong = {
        "the L2 part should divide by 1 + lr·l2: its gradient is taken at the new weights, not at the old ones":
            lambda w, g, lr, l1, l2: soft((1 - lr * l2) * w - lr * g, lr * l1),
        "shrinking first and thresholding then gives another point: threshold, then divide":
            lambda w, g, lr, l1, l2: soft((w - lr * g) / (1 + lr * l2), lr * l1),
        "multiplying by 1 − lr·l2 is the first order of dividing by 1 + lr·l2, and not the minimum":
            lambda w, g, lr, l1, l2: (1 - lr * l2) * soft(w - lr * g, lr * l1),
        "both penalties are multiplied by the learning rate": lambda w, g, lr, l1, l2: soft(w - lr * g, l1) / (1 + l2),
        "the gradient step is missing": lambda w, g, lr, l1, l2: soft(w, lr * l1) / (1 + lr * l2),
        "a subgradient step, w − lr (g + l1 sign w + l2 w), steps across zero":
            lambda w, g, lr, l1, l2: w - lr * (g + l1 * w.sign() + l2 * w),
        "the threshold lets large entries through unchanged (hard thresholding): they too move by lr·l1":
            lambda w, g, lr, l1, l2: (w - lr * g) * ((w - lr * g).abs() > lr * l1) / (1 + lr * l2),
    }  # fmt: skip
    cases = [(normal(*shape), normal(*shape, seed=1), *knobs) for shape, knobs in (
        ((6,), (0.5, 0.8, 1.5)), ((5, 4), (0.1, 2.0, 0.3)), ((7,), (0.3, 1.0, 4.0)))]  # fmt: skip
    ask.agrees("random weights and gradients", reference, cases, sides="n n . . .", hypotheses=wrong)
    w, g = normal(6), normal(6, seed=1)
    edge = numbers(1.0, -1.0, 0.5, -0.5, 0.0, 1.5, -1.5)
    ask.agrees("weights at the threshold and below", reference, [(edge, torch.zeros(7).double(), 0.5, 2.0, 1.0)],
               hypotheses=wrong)  # fmt: skip
    ask.agrees("without the L1 part", reference, [(w, g, 0.5, 0.0, 1.5)], hypotheses=wrong)
    ask.agrees("without the L2 part", reference, [(w, g, 0.5, 0.8, 0.0)], hypotheses=wrong)
    ask.keeps_float32(reference, (w, g, 0.5, 0.8, 1.5), hypotheses=wrong)


@check("ridge_by_rows")
def ridge_by_rows(ask: Examiner) -> None:
    """ridge_by_rows(X, y, lam): X and y with d rows more, whose least squares are the ridge weights of X and y."""
    ask.is_callable()

    def weights(make):
        def solve(X, y, lam):
            parts = make(X, y, lam)
            if not isinstance(parts, (tuple, list)) or len(parts) != 2:
                raise Wrong("expected two results, the longer X and the longer y")
            A, c = parts
            n, d = X.shape
            if not all(isinstance(part, torch.Tensor) for part in (A, c)):
                raise Wrong("expected two tensors")
            if A.shape != (n + d, d) or c.shape != (n + d, 1):
                raise Wrong(
                    f"expected shapes {(n + d, d)} and {(n + d, 1)}, got {tuple(A.shape)} and {tuple(c.shape)}",
                    "the rows of the data alone: each of the d weights needs one more" if A.shape == X.shape else "",
                )
            apart = (torch.cat([A, c], 1)[:, None] - torch.cat([X, y], 1)).abs().amax(2)  # (n + d, n)
            if not (apart < 1e-6).any(0).all():
                raise Wrong("the n rows of the data are not in it as they were: d rows are to be added to them")
            return torch.linalg.solve(A.T @ A, A.T @ c)

        return solve

    def rows(scale):
        def make(X, y, lam):
            n, d = X.shape
            eye = scale(n, lam) * torch.eye(d, dtype=X.dtype)
            return torch.cat([X, eye]), torch.cat([y, torch.zeros(d, 1, dtype=y.dtype)])

        return make

    wrong = {
        "the loss is a mean: over n examples the penalty weighs n·lam, so each row is √(n·lam)":
            weights(rows(lambda n, lam: lam**0.5)),
        "the square of the row's entry has to be n·lam, so the entry is its root":
            weights(rows(lambda n, lam: n * lam)),
        "the entry is √(n·lam), with the n of the data alone": weights(rows(lambda n, lam: ((n + 4) * lam) ** 0.5)),
    }  # fmt: skip
    cases = [(normal(n, d), normal(n, 1, seed=1), lam) for n, d, lam in ((9, 4, 0.5), (3, 4, 2.0), (20, 4, 0.01))]
    exact = weights(rows(lambda n, lam: (n * lam) ** 0.5))
    ask.agrees("least squares of the longer table", exact, cases, sides="nd n. .", function=weights(ask.student),
               hypotheses=wrong, tolerance=1e-7)  # fmt: skip
