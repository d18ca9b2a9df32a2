"""Gradients held within a largest norm."""

import torch
from torch import nn


def grad_clipping(net: nn.Module, theta: float) -> torch.Tensor:
    """Scale all gradients of `net` down together if their norm is above `theta`: g ← g · min(1, theta / ‖g‖).

    The direction is kept. Returns the norm before, a 0-d tensor (Pascanu, Mikolov and Bengio, 2013). As
    torch.nn.utils.clip_grad_norm_, which `fit(clip=…)` calls. Raises ValueError for theta that is not above 0.
    """
    if not theta > 0:
        raise ValueError(f"theta is the largest norm to allow, above 0, not {theta}")
    gradients = [p.grad for p in net.parameters() if p.grad is not None]
    norm = torch.sqrt(sum((g**2).sum() for g in gradients))
    if norm > theta:
        for g in gradients:
            g *= theta / norm
    return norm
