"""Answers to the exercises of the chapter on numerical stability and initialisation."""

import numpy as np
import torch
import torch.nn.functional as F
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def by_pytorch(a, b, limit):
    """PyTorch's own clipping, with its 1e-6 beside the norm."""
    leaves = [torch.zeros_like(g).requires_grad_() for g in (a, b)]
    for leaf, g in zip(leaves, (a, b)):
        leaf.grad = g.clone()
    torch.nn.utils.clip_grad_norm_(leaves, limit)
    return tuple(leaf.grad for leaf in leaves)


def by_one_long_vector(a, b, limit):
    norm = torch.cat([a.flatten(), b.flatten()]).norm()
    factor = (limit / norm).clamp(max=1.0)
    return [g * factor for g in (a, b)]


def in_place_on_copies(a, b, limit):
    a, b = a.clone(), b.clone()
    norm = (torch.sum(a * a) + torch.sum(b * b)).item() ** 0.5
    if norm > limit:
        a *= limit / norm
        b *= limit / norm
    return a, b


def in_numpy(a, b, limit):
    norm = np.hypot(np.linalg.norm(a.numpy()), np.linalg.norm(b.numpy()))
    return tuple(torch.from_numpy(g.numpy() * min(1.0, limit / max(norm, 1e-30))) for g in (a, b))


def loss(o, y):
    return F.binary_cross_entropy_with_logits(o, y, reduction="none")


RIGHT = [
    *((check.clip_gradients, answer) for answer in (by_pytorch, by_one_long_vector, in_place_on_copies, in_numpy)),
    *((check.bce_with_logits, answer) for answer in (
        loss, lambda o, y: (o + o.abs()) / 2 - o * y + torch.log1p(torch.exp(-o.abs())),
        lambda o, y: F.softplus(o) - o * y, lambda o, y: -(y * F.logsigmoid(o) + (1 - y) * F.logsigmoid(-o)),
        lambda o, y: torch.logsumexp(torch.stack([o, torch.zeros_like(o)]), 0) - y * o)),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def joint(a, b):
    return (a.square().sum() + b.square().sum()).sqrt()


WRONG = [
    (check.clip_gradients, lambda a, b, limit: tuple(g * (limit / (g.norm() + 1e-12)).clamp(max=1) for g in (a, b)),
     "which turns the step: the norm is of both"),
    (check.clip_gradients, lambda a, b, limit: tuple(g.clamp(-limit, limit) for g in (a, b)), "single entries are cut"),
    (check.clip_gradients, lambda a, b, limit: (a * limit / joint(a, b), b * limit / joint(a, b)), "at most 1"),
    (check.clip_gradients, lambda a, b, limit: a, "expected 2 results"),
    (check.clip_gradients, lambda a, b, limit: by_one_long_vector(a, b, 1.0), "expected"),
    (check.clip_gradients, lambda a, b, limit: by_one_long_vector(a, b, limit)[::-1], "expected shape"),
    (check.clip_gradients, lambda a, b, limit: (a * min(1, limit / joint(a, b)), b), "expected"),
    (check.clip_gradients, lambda a, b, limit: (a.mul_(min(1, limit / joint(a, b))), b.clone()), "in place"),
    (check.clip_gradients, lambda a, b, limit: (a.view(-1).view(a.shape), by_pytorch(a, b, limit)[1]), "expected"),
    (check.clip_gradients, lambda a, b, limit: tuple(g * torch.where(joint(a, b) > limit, limit / joint(a, b) ** 2, 1.0)
        for g in (a, b)), "the root is missing"),
    (check.bce_with_logits, lambda o, y: loss(o, 1 - y), "the two classes are swapped"),
    (check.bce_with_logits, lambda o, y: loss(o, y).mean(), "one loss for each entry"),
    (check.bce_with_logits, lambda o, y: -y * F.logsigmoid(o), "only the label 1 is charged"),
    (check.bce_with_logits, lambda o, y: F.binary_cross_entropy(o.sigmoid(), y, reduction="none"), "expected"),
    (check.bce_with_logits, lambda o, y: -loss(o, y), "the sign is turned"),
    (check.bce_with_logits, lambda o, y: loss(o, y).detach(), "cut the graph"),
    (check.bce_with_logits, lambda o, y: loss(o.clamp(-30, 30), y), "expected"),
    (check.bce_with_logits, lambda o, y: loss(o, y).to(torch.float64), "float64"),
    (check.bce_with_logits, lambda o, y: torch.log(1 + torch.exp(o)) - o * y, "inf comes of"),
    (check.bce_with_logits, lambda o, y: -(y * (o.sigmoid() + 1e-12).log() + (1 - y) * (1 - o.sigmoid() + 1e-12).log()),
     "expected"),
]  # fmt: skip

ALL = [check.clip_gradients, check.bce_with_logits]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
