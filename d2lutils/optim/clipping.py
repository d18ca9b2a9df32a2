"""Gradients held within a largest norm."""

import torch
from torch import nn


def grad_clipping(net: nn.Module, theta: float) -> torch.Tensor:
    """Scale all gradients of `net` down together if their norm is above `theta`: g ← g · min(1, theta / ‖g‖).

    The direction is kept. Returns the norm before, a 0-d tensor, 0 where no parameter has a gradient (Pascanu, Mikolov
    and Bengio, 2013). As torch.nn.utils.clip_grad_norm_, which `fit(clip=…)` calls. Raises ValueError for theta that is
    not above 0.
    """
    if not theta > 0:
        raise ValueError(f"theta is the largest norm to allow, above 0, not {theta}")
    gradients = [p.grad for p in net.parameters() if p.grad is not None]
    # in 32 bits at least: the square of a 16-bit number overflows above 256
    wide = [g.to(torch.promote_types(g.dtype, torch.float32)) for g in gradients]
    norm = torch.sqrt(sum(((g**2).sum() for g in wide), torch.tensor(0.0)))
    if norm > theta:
        for g in gradients:
            g *= theta / norm
    return norm
