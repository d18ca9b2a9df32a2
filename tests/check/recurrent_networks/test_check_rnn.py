"""The checks of the chapter on recurrent networks: right answers pass, and common mistakes are named."""

import pytest
import torch

from d2lutils import check


def gradient(lam, X):
    h, total = [torch.zeros_like(lam)], torch.zeros_like(lam)
    for x in X:
        h.append(lam * h[-1] + x)
    for t in range(len(X)):
        total = total + lam ** (len(X) - 1 - t) * h[t]
    return total


def last_step_only(lam, X):
    h = torch.zeros_like(lam)
    for x in X[:-1]:
        h = lam * h + x
    return h


def in_a_loop(lam, X):
    """A correct answer through autograd: the check asks for numbers, not for a way."""
    lam = lam.detach().requires_grad_()
    h = torch.zeros_like(lam)
    for x in X:
        h = lam * h + x
    return torch.autograd.grad(h.sum(), lam, materialize_grads=True)[0]


@pytest.mark.parametrize("answer", [gradient, in_a_loop])
def test_gradients_that_are_right(answer, capsys):
    assert check.diagonal_rnn_gradient(answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (last_step_only, "lam was used at every step"),
        (lambda lam, X: gradient(lam, X) / len(lam), "of the mean of the entries"),
        (lambda lam, X: lam * gradient(lam, X), "a factor too often"),
        (lambda lam, X: torch.zeros_like(lam), "all of it is zero"),
        (lambda lam, X: gradient(lam, X).sum(), "expected shape"),
        (lambda lam, X: None, "it returned None"),
    ],
)
def test_gradients_that_are_wrong(answer, words, capsys):
    assert not check.diagonal_rnn_gradient(answer)
    assert words in capsys.readouterr().out


def nucleus(p, mass):
    kept, total = torch.zeros_like(p), 0.0
    for i in p.argsort(descending=True):
        if total < mass:
            kept[i] = p[i]
            total += p[i].item()
    return kept / kept.sum()


def one_too_few(p, mass):
    ordered, places = p.sort(descending=True)
    ordered = torch.where(ordered.cumsum(0) < mass, ordered, 0.0)
    ordered[0] = p.max()
    kept = torch.zeros_like(p).scatter(0, places, ordered)
    return kept / kept.sum()


def unscaled(p, mass):
    return p * (nucleus(p, mass) > 0)


def in_order(p, mass):
    return nucleus(p, mass).sort(descending=True).values


def gathered(p, mass):
    ordered, places = p.sort(descending=True)
    kept = ordered * (ordered.cumsum(0) - ordered < mass)
    return (kept / kept.sum())[places]


def test_a_nucleus_that_is_right(capsys):
    assert check.nucleus(nucleus), capsys.readouterr().out


@pytest.mark.parametrize(
    "answer, words",
    [
        (one_too_few, "first reaches mass belongs to the nucleus"),
        (unscaled, "do not sum to 1"),
        (in_order, "in sorted order"),
        (gathered, "gather takes"),
        (lambda p, mass: (p * (nucleus(p, mass) > 0)).softmax(0), "put through softmax again"),
        (lambda p, mass: p.masked_fill(nucleus(p, mass) == 0, -torch.inf).softmax(0), "changes their ratios"),
        (lambda p, mass: p, "nothing was cut"),
        (lambda p, mass: p.mul_(2), "it changed its argument"),
    ],
)
def test_a_nucleus_that_is_wrong(answer, words, capsys):
    assert not check.nucleus(answer)
    assert words in capsys.readouterr().out
