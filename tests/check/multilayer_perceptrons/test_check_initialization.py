"""The checks of the chapter on numerical stability and initialisation agree with PyTorch and name likely causes."""

import checking
import torch
import torch.nn.functional as F

from d2lutils import check


def clipped(a, b, limit):
    """PyTorch's own clipping, with its 1e-6 beside the norm."""
    leaves = [torch.zeros_like(g).requires_grad_() for g in (a, b)]
    for leaf, g in zip(leaves, (a, b)):
        leaf.grad = g.clone()
    torch.nn.utils.clip_grad_norm_(leaves, limit)
    return tuple(leaf.grad for leaf in leaves)


def loss(o, y):
    return F.binary_cross_entropy_with_logits(o, y, reduction="none")


def test_pytorchs_own_answers_pass(capsys):
    assert check.clip_gradients(clipped)
    assert check.bce_with_logits(loss)
    assert "all right" in capsys.readouterr().out


def each(a, b, limit):
    return tuple(g * min(1.0, limit / g.norm().item()) for g in (a, b))


def stretched(a, b, limit):
    norm = (a.square().sum() + b.square().sum()).sqrt()
    return a * limit / norm, b * limit / norm


WRONG = [
    (check.clip_gradients, each, "which turns the step: the norm is of both"),
    (check.clip_gradients, lambda a, b, limit: tuple(g.clamp(-limit, limit) for g in (a, b)), "single entries are cut"),
    (check.clip_gradients, stretched, "the factor is at most 1"),
    (check.clip_gradients, lambda a, b, limit: a, "expected 2 results"),
    (check.bce_with_logits, lambda o, y: loss(o, 1 - y), "the two classes are swapped"),
    (check.bce_with_logits, lambda o, y: loss(o, y).mean(), "one loss for each entry"),
    (check.bce_with_logits, lambda o, y: -y * F.logsigmoid(o), "only the label 1 is charged"),
    (check.bce_with_logits, lambda o, y: F.binary_cross_entropy(o.sigmoid(), y, reduction="none"), "scores of ±1000"),
]


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense([check.clip_gradients, check.bce_with_logits])
