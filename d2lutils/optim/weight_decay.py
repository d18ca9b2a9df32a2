"""Keeping weights small: the penalties of chapter 3.3, the step that makes weights exactly zero, and what to spare."""

import torch
from torch import nn

NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)


def l2_penalty(w: torch.Tensor) -> torch.Tensor:
    """Half the sum of the squares of w, of any shape: 0-d. λ times it is what `weight_decay=λ` adds to a loss."""
    return w.square().sum() / 2


def l1_penalty(w: torch.Tensor) -> torch.Tensor:
    """The sum of the absolute values of w, of any shape: 0-d."""
    return w.abs().sum()


def soft_threshold(x: torch.Tensor, t: float) -> torch.Tensor:
    """Each entry of x moved towards zero by t, and zero if it would cross: the minimiser of (u − x)²/2 + t·|u|.

    Any shape, t ≥ 0; equal to F.softshrink. The step of Daubechies, Defrise and De Mol (2004) for the L1 penalty.
    """
    return x.sign() * (x.abs() - t).relu()


def decay_groups(net: nn.Module, weight_decay: float) -> list[dict]:
    """The parameters of `net` in two groups for a torch optimizer: those that decay, and those that do not.

    What does not decay: biases, and the scales and shifts of normalisation layers. Frozen parameters are left out; one
    that two modules share is listed once, and spared if either spares it. Raises ValueError for weight_decay < 0.
    """
    if not weight_decay >= 0:
        raise ValueError(f"weight_decay must be 0 or above, not {weight_decay}")
    spared = set()
    for module in net.modules():
        for name, p in module.named_parameters(recurse=False):
            if "bias" in name or p.ndim < 2 or isinstance(module, NORMS):
                spared.add(p)
    trained = [p for p in net.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trained if p not in spared], "weight_decay": weight_decay},
        {"params": [p for p in trained if p in spared], "weight_decay": 0.0},
    ]
