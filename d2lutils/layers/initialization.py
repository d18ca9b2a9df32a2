"""How large random weights must be so that a signal keeps its size through many layers: Xavier and Kaiming."""

import math

import torch


def fans(weight: torch.Tensor) -> tuple[int, int]:
    """(inputs to each unit, outputs fed by each input) of a weight (out, in, *window), as nn.Linear and nn.Conv2d
    store it. Raises ValueError for a weight with fewer than two dimensions."""
    if weight.dim() < 2:
        raise ValueError(f"a weight has two dimensions or more, this one {tuple(weight.shape)}: is it a bias?")
    window = math.prod(weight.shape[2:])
    return weight.shape[1] * window, weight.shape[0] * window


@torch.no_grad()
def xavier_uniform_(weight, gain=1.0, generator=None):
    """Fill `weight` from U(−a, a) with variance 2 gain² / (fan_in + fan_out) (Glorot and Bengio, 2010); returns it."""
    fan_in, fan_out = fans(weight)
    bound = gain * math.sqrt(6 / (fan_in + fan_out))
    return weight.uniform_(-bound, bound, generator=generator)


@torch.no_grad()
def xavier_normal_(weight, gain=1.0, generator=None):
    """Fill `weight` from N(0, 2 gain² / (fan_in + fan_out)); returns it."""
    fan_in, fan_out = fans(weight)
    return weight.normal_(0, gain * math.sqrt(2 / (fan_in + fan_out)), generator=generator)


@torch.no_grad()
def kaiming_normal_(weight, slope=0.0, mode="fan_in", generator=None):
    """Fill `weight` from N(0, 2 / ((1 + slope²) fan)) for a (leaky) ReLU (He et al., 2015); returns it.

    mode: "fan_in" keeps the size of what goes forward, "fan_out" that of what comes back.
    """
    fan_in, fan_out = fans(weight)
    fan = {"fan_in": fan_in, "fan_out": fan_out}[mode]
    return weight.normal_(0, math.sqrt(2 / ((1 + slope**2) * fan)), generator=generator)


@torch.no_grad()
def kaiming_uniform_(weight, slope=0.0, mode="fan_in", generator=None):
    """Fill `weight` from U(−a, a) with the variance of `kaiming_normal_`; returns it."""
    fan_in, fan_out = fans(weight)
    bound = math.sqrt(6 / ((1 + slope**2) * {"fan_in": fan_in, "fan_out": fan_out}[mode]))
    return weight.uniform_(-bound, bound, generator=generator)
