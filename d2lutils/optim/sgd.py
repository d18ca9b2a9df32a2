"""Optimizers from scratch, as the chapters teach them, in the form of torch.optim's own."""

import torch
from torch.optim import Optimizer


class SGD(Optimizer):
    """Minibatch stochastic gradient descent (Robbins and Monro, 1951): w ← w − lr · gradient of the mean loss.

    Equal to torch.optim.SGD without momentum. Raises ValueError for a learning rate that is not above zero.
    """

    def __init__(self, params, lr: float):
        if not lr > 0:
            raise ValueError(f"lr, the learning rate, must be above 0, not {lr}")
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every parameter that has a gradient. `closure`, if given, computes the loss anew and is returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter -= group["lr"] * parameter.grad
        return loss
