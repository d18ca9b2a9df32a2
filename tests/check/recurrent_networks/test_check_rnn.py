"""Answers to the exercises of the chapter on recurrent networks."""

import numpy as np
import torch
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def by_powers(lam, X):
    h, total = [torch.zeros_like(lam)], torch.zeros_like(lam)
    for x in X:
        h.append(lam * h[-1] + x)
    for t in range(len(X)):
        total = total + lam ** (len(X) - 1 - t) * h[t]
    return total


def through_autograd(lam, X):
    """A correct answer through autograd: the check asks for numbers, not for a way."""
    lam = lam.detach().clone().requires_grad_()
    h = torch.zeros_like(lam)
    for x in X:
        h = lam * h + x
    return torch.autograd.grad(h.sum(), lam, materialize_grads=True)[0]


def forward_mode(lam, X):
    h, slope = torch.zeros_like(lam), torch.zeros_like(lam)
    for x in X:
        h, slope = lam * h + x, h + lam * slope
    return slope


def in_numpy(lam, X):
    a, T = lam.numpy(), len(X)
    found = sum((T - 1 - t) * a ** max(T - 2 - t, 0) * X[t].numpy() for t in range(T))
    return torch.from_numpy(np.asarray(found, dtype=a.dtype))


def in_a_loop(p, mass):
    kept, total = torch.zeros_like(p), 0.0
    for i in p.argsort(descending=True):
        if total < mass:
            kept[i] = p[i]
            total += p[i].item()
    return kept / kept.sum()


def by_scatter(p, mass):
    ordered, places = p.sort(descending=True)
    ordered = torch.where(ordered.cumsum(0) - ordered < mass, ordered, 0.0)
    return torch.zeros_like(p).scatter(0, places, ordered / ordered.sum())


def by_count(p, mass):
    number = int((p.sort(descending=True).values.cumsum(0) < mass).sum()) + 1
    out, places = torch.zeros_like(p), p.topk(min(number, len(p))).indices
    out[places] = p[places] / p[places].sum()
    return out


def by_sets(p, mass):
    order = sorted(range(len(p)), key=lambda i: -p[i].item())
    kept = next((order[: n + 1] for n in range(len(p)) if sum(p[i].item() for i in order[: n + 1]) >= mass), order)
    whole = sum(p[i].item() for i in kept)
    return torch.tensor([p[i].item() / whole if i in kept else 0.0 for i in range(len(p))], dtype=p.dtype)


RIGHT = [
    *((check.diagonal_rnn_gradient, answer) for answer in (by_powers, through_autograd, forward_mode, in_numpy)),
    *((check.nucleus, answer) for answer in (in_a_loop, by_scatter, by_count, by_sets)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------


def last_step_only(lam, X):
    h = torch.zeros_like(lam)
    for x in X[:-1]:
        h = lam * h + x
    return h


def one_too_few(p, mass):
    ordered, places = p.sort(descending=True)
    ordered = torch.where(ordered.cumsum(0) <= mass, ordered, 0.0)
    ordered[0] = p.max()
    kept = torch.zeros_like(p).scatter(0, places, ordered)
    return kept / kept.sum()


def one_more_at_the_edge(p, mass):
    ordered, places = p.sort(descending=True)
    kept = torch.zeros_like(p).scatter(0, places, torch.where(ordered.cumsum(0) - ordered <= mass, ordered, 0.0))
    return kept / kept.sum()


def all_equal_ones(p, mass):
    smallest = p[in_a_loop(p, mass) > 0].min()
    kept = torch.where(p >= smallest, p, 0.0)
    return kept / kept.sum()


def gathered(p, mass):
    ordered, places = p.sort(descending=True)
    kept = ordered * (ordered.cumsum(0) - ordered < mass)
    return (kept / kept.sum())[places]


WRONG = [
    (check.diagonal_rnn_gradient, last_step_only, "lam was used at every step"),
    (check.diagonal_rnn_gradient, lambda lam, X: by_powers(lam, X) / len(lam), "of the mean of the entries"),
    (check.diagonal_rnn_gradient, lambda lam, X: lam * by_powers(lam, X), "a factor too often"),
    (check.diagonal_rnn_gradient, lambda lam, X: torch.zeros_like(lam), "every entry is 0"),
    (check.diagonal_rnn_gradient, lambda lam, X: by_powers(lam, X).sum(), "expected shape"),
    (check.diagonal_rnn_gradient, lambda lam, X: None, "the return statement is missing"),
    (check.diagonal_rnn_gradient, lambda lam, X: lam * last_step_only(lam, X) + X[-1], "the last state itself"),
    (check.diagonal_rnn_gradient, lambda lam, X: by_powers(lam.float(), X.float()), "float32"),
    (check.diagonal_rnn_gradient, lambda lam, X: by_powers(lam, X).squeeze(), "an axis of size 1"),
    (check.diagonal_rnn_gradient, lambda lam, X: through_autograd(lam.requires_grad_(), X), "requires_grad_()"),
    (check.nucleus, one_too_few, "expected"),
    (check.nucleus, one_more_at_the_edge, "stop as soon as the sum reaches mass"),
    (check.nucleus, all_equal_ones, "expected"),
    (check.nucleus, lambda p, mass: p * (in_a_loop(p, mass) > 0), "do not sum to 1"),
    (check.nucleus, lambda p, mass: in_a_loop(p, mass).sort(descending=True).values, "in sorted order"),
    (check.nucleus, gathered, "gather takes"),
    (check.nucleus, lambda p, mass: (p * (in_a_loop(p, mass) > 0)).softmax(0), "put through softmax again"),
    (check.nucleus, lambda p, mass: p.masked_fill(in_a_loop(p, mass) == 0, -torch.inf).softmax(0),
     "changes their ratios"),
    (check.nucleus, lambda p, mass: p, "nothing was cut"),
    (check.nucleus, lambda p, mass: p.mul_(2), "in place"),
    (check.nucleus, lambda p, mass: torch.where(p >= mass, p, 0.0) / p[p >= mass].sum(), ""),
]  # fmt: skip

ALL = [check.diagonal_rnn_gradient, check.nucleus]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
