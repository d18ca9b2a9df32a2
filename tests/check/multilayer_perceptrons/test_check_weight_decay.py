"""Answers to the exercises of the chapter on weight decay."""

import torch
from helpers import checking
from sklearn.linear_model import Ridge

from d2lutils import check, soft_threshold

# --- right ---------------------------------------------------------------------------------------------------------


def centred(X, y, lam):
    X0, y0 = X - X.mean(0), y - y.mean()
    w = torch.linalg.solve(X0.T @ X0 / len(X) + lam * torch.eye(X.shape[1], dtype=X.dtype), X0.T @ y0 / len(X))
    return w, y.mean() - (X.mean(0) @ w).squeeze()


def by_scikit_learn(X, y, lam):
    model = Ridge(alpha=lam * len(X), solver="cholesky").fit(X.numpy(), y.numpy().ravel())
    return torch.from_numpy(model.coef_)[:, None].to(X), torch.tensor(float(model.intercept_), dtype=X.dtype)


def by_a_column_of_ones(X, y, lam):
    A = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    charged = torch.diag(torch.tensor([lam] * X.shape[1] + [0.0], dtype=X.dtype))
    found = torch.linalg.solve(A.T @ A / len(X) + charged, A.T @ y / len(X))
    return [found[:-1], found[-1, 0]]


def by_longer_rows(X, y, lam):
    X0, y0 = X - X.mean(0), y - y.mean()
    d = X.shape[1]
    A = torch.cat([X0, (len(X) * lam) ** 0.5 * torch.eye(d, dtype=X.dtype)])
    w = torch.linalg.pinv(A) @ torch.cat([y0, y0.new_zeros(d, 1)])
    return w, (y - X @ w).mean()


def elastic(w, g, lr, l1, l2):
    return soft_threshold(w - lr * g, lr * l1) / (1 + lr * l2)


def entry_by_entry(w, g, lr, l1, l2):
    out = []
    for a, b in zip(w.flatten().tolist(), g.flatten().tolist()):
        z = a - lr * b
        z = z - lr * l1 if z > lr * l1 else z + lr * l1 if z < -lr * l1 else 0.0
        out.append(z / (1 + lr * l2))
    return torch.tensor(out, dtype=w.dtype).reshape(w.shape)


def rows(X, y, lam, entry=lambda n, lam: (n * lam) ** 0.5):
    d = X.shape[1]
    return torch.cat([X, entry(len(X), lam) * torch.eye(d).to(X)]), torch.cat([y, torch.zeros(d, 1).to(y)])


def rows_in_front(X, y, lam):
    n, d = X.shape
    longer, targets = X.new_zeros(n + d, d), y.new_zeros(n + d, 1)
    longer[d:], targets[d:] = X, y
    longer[range(d), range(d)] = -((n * lam) ** 0.5)
    return [longer, targets]


def turned_rows(X, y, lam):
    """Any orthogonal matrix in place of the identity says the same."""
    Q, _ = torch.linalg.qr(torch.arange(X.shape[1] ** 2, dtype=X.dtype).reshape(-1, X.shape[1]).sin())
    return torch.vstack([X, (len(X) * lam) ** 0.5 * Q]), torch.vstack([y, torch.zeros_like(Q[:, :1])])


RIGHT = [
    *((check.ridge, answer) for answer in (centred, by_scikit_learn, by_a_column_of_ones, by_longer_rows)),
    *((check.elastic_net_step, answer) for answer in (
        elastic, entry_by_entry,
        lambda w, g, lr, l1, l2: torch.nn.functional.softshrink(w - lr * g, lr * l1) / (1 + lr * l2),
        lambda w, g, lr, l1, l2: ((w - lr * g) - (w - lr * g).clamp(-lr * l1, lr * l1)).div(1 + lr * l2))),
    *((check.ridge_by_rows, answer) for answer in (
        rows, rows_in_front, turned_rows,
        lambda X, y, lam: (torch.cat([X, torch.diag(X.new_full((X.shape[1],), len(X) * lam).sqrt())]),
                           torch.nn.functional.pad(y, (0, 0, 0, X.shape[1]))))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def bias_charged(X, y, lam):
    A = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    found = torch.linalg.solve(A.T @ A / len(X) + lam * torch.eye(A.shape[1], dtype=X.dtype), A.T @ y / len(X))
    return found[:-1], found[-1, 0]


WRONG = [
    (check.ridge, bias_charged, "bias is penalised"),
    (check.ridge, lambda X, y, lam: centred(X, y, lam / len(X)), "this is the answer for the sum"),
    (check.ridge, lambda X, y, lam: centred(X, y, 2 * lam), "without the half"),
    (check.ridge, lambda X, y, lam: centred(X, y, 0 * lam), ""),
    (check.ridge, lambda X, y, lam: (centred(X, y, lam)[0], y.mean()), "b = mean(y) − mean(X) w"),
    (check.ridge, lambda X, y, lam: (centred(X, y, lam)[0][:, 0], centred(X, y, lam)[1]), "an axis of size 1"),
    (check.ridge, lambda X, y, lam: (centred(X, y, lam)[0], centred(X, y, lam)[1][None]), "an axis of size 1"),
    (check.ridge, lambda X, y, lam: centred(X, y, lam)[0], "expected 2 results"),
    (check.ridge, lambda X, y, lam: centred(X, y, lam)[::-1], "the two results are exchanged"),
    (check.ridge, lambda X, y, lam: centred(X.sub_(X.mean(0)), y, lam), "in place"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: soft_threshold((1 - lr * l2) * w - lr * g, lr * l1),
     "new weights"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: elastic(w, lr * g, 1.0, l1, l2), "by the learning rate"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: w - lr * g, "expected"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: elastic(w, 0 * g, lr, l1, l2), "the gradient step is missing"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: w - lr * (g + l1 * w.sign() + l2 * w), "steps across zero"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: elastic(w, g, lr, l1, l2).relu(), "expected"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: elastic(w, g, lr, l1, l2) + 0.0 * w.sum() + lr, "expected"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: elastic(w.sub_(lr * g), 0 * g, lr, l1, l2), "in place"),
    (check.elastic_net_step, lambda w, g, lr, l1, l2: elastic(w, g, lr, l1, 0.0), "expected"),
    (check.ridge_by_rows, lambda *a: rows(*a, entry=lambda n, lam: lam**0.5), "the loss is a mean"),
    (check.ridge_by_rows, lambda *a: rows(*a, entry=lambda n, lam: n * lam), "its root"),
    (check.ridge_by_rows, lambda X, y, lam: (X, y), "each of the d weights needs one more"),
    (check.ridge_by_rows, lambda X, y, lam: rows(X, y, lam)[0], "expected two results"),
    (check.ridge_by_rows, lambda X, y, lam: rows(X, y, lam)[::-1], "expected shapes"),
    (check.ridge_by_rows, lambda X, y, lam: (rows(X, y, lam)[0], torch.cat([y, 1 + y.new_zeros(X.shape[1], 1)])),
     "expected"),
    (check.ridge_by_rows, lambda *a: rows(*a, entry=lambda n, lam: (lam / n) ** 0.5), "expected"),
    (check.ridge_by_rows, lambda *a: rows(*a, entry=lambda n, lam: (2 * n * lam) ** 0.5), "expected"),
    (check.ridge_by_rows, lambda X, y, lam: (rows(X, y, lam)[0], torch.cat([y, y.new_zeros(X.shape[1], 1)])[:, 0]),
     "expected shapes"),
]  # fmt: skip

ALL = [check.ridge, check.elastic_net_step, check.ridge_by_rows]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT[:-4], of_tensors=[check.ridge, check.elastic_net_step])
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
