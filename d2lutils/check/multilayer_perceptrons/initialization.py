"""Checks for the chapter on numerical stability and initialisation."""

import torch
import torch.nn.functional as F

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


@check("clip_gradients")
def clip_gradients(ask: Examiner) -> None:
    """clip_gradients(g1, g2, limit): both scaled by one factor so that their joint norm is at most `limit`."""
    ask.is_callable()

    def joint(a, b):
        return (a.square().sum() + b.square().sum()).sqrt()

    def reference(a, b, limit):
        norm = joint(a, b)
        factor = torch.where(norm > limit, limit / norm.clamp(min=1e-300), torch.ones_like(norm))
        return a * factor, b * factor

    def each(a, b, limit):
        return tuple(g * min(1.0, limit / g.norm().item()) for g in (a, b))

    wrong = {
        "each gradient has a factor of its own, which turns the step: the norm is of both together": each,
        "single entries are cut, which turns the step: scale all by one factor":
            lambda a, b, limit: (a.clamp(-limit, limit), b.clamp(-limit, limit)),
        "short gradients are stretched to the limit: the factor is at most 1":
            lambda a, b, limit: (a * limit / joint(a, b), b * limit / joint(a, b)),
        "the root is missing in the norm":
            lambda a, b, limit: tuple(g * min(1.0, limit / joint(a, b).item() ** 2) for g in (a, b)),
        "the norms of the two are added: the joint norm is the root of the sum of all squares":
            lambda a, b, limit: tuple(g * min(1.0, limit / (a.norm() + b.norm()).item()) for g in (a, b)),
    }  # fmt: skip
    a, b = normal(3, 4), normal(5, seed=1)
    parts = ["the first gradient", "the second gradient"]
    # the 1e-6 that torch.nn.utils.clip_grad_norm_ adds to the norm is right, too
    ask.agrees("long gradients", reference, [(a, b, 1.0), (7 * a, b, 0.5)], sides="ab c .", hypotheses=wrong,
               parts=parts, tolerance=2e-6)  # fmt: skip
    ask.agrees("short gradients stay", reference, [(a, b, 50.0)], hypotheses=wrong, parts=parts)
    ask.agrees("zero gradients", reference, [(a * 0, b * 0, 1.0)], hypotheses=wrong, parts=parts)
    ask.keeps_float32(reference, (a, b, 1.0), hypotheses=wrong, parts=parts)


@check("bce_with_logits")
def bce_with_logits(ask: Examiner) -> None:
    """bce_with_logits(o, y): the cross-entropy of sigmoid(o) against y (0 or 1), entry by entry, for any o."""
    ask.is_callable()

    def reference(o, y):
        return F.binary_cross_entropy_with_logits(o, y, reduction="none")

    wrong = {
        "the two classes are swapped: −log p belongs to y = 1": lambda o, y: reference(o, 1 - y),
        "the sign is turned: a surprise is −log p": lambda o, y: -reference(o, y),
        "it averages: one loss for each entry is wanted": lambda o, y: reference(o, y).mean(),
        "only the label 1 is charged: (1 − y) log(1 − p) is missing": lambda o, y: -y * F.logsigmoid(o),
        "exp overflows, or the log of 0 is taken: rewrite it with exp(−|o|), which is at most 1":
            lambda o, y: -(y * o.sigmoid().log() + (1 - y) * (1 - o.sigmoid()).log()),
    }  # fmt: skip
    labels = (normal(4, 3, seed=1) > 0).double()
    ask.agrees("moderate scores", reference, [(3 * normal(4, 3), labels)], sides="nm nm", hypotheses=wrong)
    middle = torch.linspace(-40, 40, 33, dtype=torch.float64)
    ask.agrees("scores of ±40 and between", reference, [(middle, torch.full_like(middle, y)) for y in (0.0, 1.0)],
               hypotheses=wrong)  # fmt: skip
    far = torch.tensor([-1000.0, -1000.0, 1000.0, 1000.0, -40.0, 40.0], dtype=torch.float64)
    ends = (far, torch.tensor([0.0, 1.0, 0.0, 1.0, 0.0, 1.0], dtype=torch.float64))
    ask.agrees("scores of ±1000", reference, [ends], hypotheses=wrong)
    ask.keeps_float32(reference, ends, hypotheses=wrong)

    for title, (o, y) in {"its slope": (3 * normal(4, 3), labels), "its slope at ±1000": ends}.items():
        ask.differentiates(title, lambda o, y=y: reference(o, y), [(o,)], function=lambda o, y=y: ask.student(o, y))
