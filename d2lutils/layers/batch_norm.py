"""Batch normalisation (Ioffe and Szegedy, 2015, https://arxiv.org/abs/1502.03167), as chapter 6.5 builds it.

One layer for dense and convolutional nets: axis 1 holds the channels, statistics are taken over all other axes.
"""

import torch
from torch import nn

from d2lutils.foundations import in_float32


def per_channel(v: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """v (C,) seen with as many dimensions as x (B, C, …): (1, C, 1, …), so that it broadcasts along the channels."""
    return v.reshape(1, -1, *(1,) * (x.ndim - 2))


@in_float32
def batch_statistics(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and (biased) variance of each channel over the batch and all positions: x (B, C, …) to (C,) and (C,)."""
    axes = [axis for axis in range(x.ndim) if axis != 1]
    mean = x.mean(dim=axes)
    var = (x - per_channel(mean, x)).square().mean(dim=axes)
    return mean, var


@in_float32
def batch_norm_backward(grad, x, weight, eps: float = 1e-5):
    """The gradients of training-mode batch normalisation, from the formula instead of autograd.

    grad: of the loss with respect to the output, shaped like x (B, C, …). weight (C,): the learned scale.
    Returns the gradients with respect to x, weight and bias. n, the values per channel, are all of them that share
    the channel's mean and variance: dx = weight / std · (grad − mean(grad) − x̂ · mean(grad · x̂)).
    """
    axes = [axis for axis in range(x.ndim) if axis != 1]
    mean, var = batch_statistics(x)
    std = (var + eps).sqrt()
    x_hat = (x - per_channel(mean, x)) / per_channel(std, x)  # (B, C, …)
    mean_grad = grad.mean(dim=axes)  # (C,)
    mean_product = (grad * x_hat).mean(dim=axes)  # (C,)
    dx = per_channel(weight / std, x) * (grad - per_channel(mean_grad, x) - x_hat * per_channel(mean_product, x))
    return dx, (grad * x_hat).sum(dim=axes), grad.sum(dim=axes)


class BatchNorm(nn.Module):
    """Normalises each channel over the batch, then scales and shifts it: (B, C, …) to the same shape.

    For dense layers (B, C) and convolutional ones (B, C, H, W); equal to nn.BatchNorm1d, 2d and 3d in outputs,
    gradients, running statistics and state_dict. Which statistics it uses depends on `self.training` alone: the
    batch's own in training mode, the running ones after `.eval()`.

    channels: C. eps: added to the variance. momentum: the weight of the newest batch in the running statistics, or
    None for the plain average of all batches since `reset_running_stats()`.
    Half-precision input is normalised in the parameters' precision, in float32 at least, and returned in its own.
    Raises ValueError for input of other channels, dimensions or type, and in training mode for a single value per
    channel, which has no variance.
    """

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float | None = 0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(channels))  # the scale γ
        self.bias = nn.Parameter(torch.zeros(channels))  # the shift β
        # buffers: they move with the module and are saved with it, but no optimizer touches them
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        check_input(self, x)
        wide = x.to(torch.promote_types(self.weight.dtype, torch.float32))
        if self.training:
            mean, var = batch_statistics(wide)  # (C,), (C,)
            self.track(mean.detach(), var.detach(), x.numel() // x.shape[1])
        else:
            mean, var = self.running_mean.to(wide), self.running_var.to(wide)
        x_hat = (wide - per_channel(mean, x)) / per_channel((var + self.eps).sqrt(), x)  # (B, C, …)
        return (per_channel(self.weight, x) * x_hat + per_channel(self.bias, x)).to(x.dtype)

    def track(self, mean, var, n):
        """Move the running statistics towards those of a batch with n values per channel."""
        self.num_batches_tracked += 1
        share = self.momentum if self.momentum is not None else 1 / self.num_batches_tracked.item()
        self.running_mean += share * (mean - self.running_mean)
        self.running_var += share * (var * n / (n - 1) - self.running_var)  # unbiased: Σ(x − mean)² / (n − 1)

    def reset_running_stats(self):
        self.running_mean.zero_()
        self.running_var.fill_(1)
        self.num_batches_tracked.zero_()

    def extra_repr(self):
        return f"{len(self.weight)}, eps={self.eps}, momentum={self.momentum}"


def check_input(layer: BatchNorm, x: torch.Tensor) -> None:
    """Raises ValueError, with what to do, for input that `layer` cannot normalise."""
    shape, channels = tuple(x.shape), len(layer.weight)
    if x.ndim < 2:
        raise ValueError(
            f"batch normalisation needs x of shape (B, C) or (B, C, …), not {shape}: put the batch first, "
            "for one example x.unsqueeze(0)"
        )
    if x.shape[1] != channels:
        hint = ""
        if x.shape[-1] == channels:
            hint = ": the channels seem to be last; move them to axis 1 with x.movedim(-1, 1)"
        elif x.shape[0] == channels:
            hint = ": is the batch axis missing? x.unsqueeze(0) makes a batch of one"
        raise ValueError(f"this layer normalises {channels} channels, but x {shape} has {x.shape[1]} on axis 1{hint}")
    dtype = layer.weight.dtype
    if x.dtype != dtype and x.dtype not in (torch.float16, torch.bfloat16):
        kind, own = (str(d).removeprefix("torch.") for d in (x.dtype, dtype))
        raise ValueError(f"x is {kind}, the layer's parameters are {own}: convert one, for example x.to(torch.{own})")
    if layer.training and x.numel() <= channels:
        raise ValueError(
            f"in training mode each channel needs two values or more to have a variance, but x has shape {shape}: use "
            "a larger batch (drop_last=True drops a last batch of one), or call .eval() to use the running statistics"
        )
