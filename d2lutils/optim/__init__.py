"""Optimizers from scratch in the form of torch.optim's own, and what is done to gradients and weights beside them."""

from d2lutils.optim.clipping import grad_clipping
from d2lutils.optim.sgd import SGD
from d2lutils.optim.weight_decay import decay_groups, l1_penalty, l2_penalty, soft_threshold

__all__ = [
    "SGD", "decay_groups", "grad_clipping", "l1_penalty", "l2_penalty", "soft_threshold",
]
