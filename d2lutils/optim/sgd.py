"""Stochastic gradient descent from scratch, as the chapters teach it, in the form of torch.optim's own."""

import torch
from torch import nn
from torch.optim import Optimizer

from d2lutils.arguments import describe

# what torch.optim.SGD keeps in a group and this class does not have: at rest, so that either reads the other's state
AT_REST = {"momentum": 0, "dampening": 0, "nesterov": False, "maximize": False, "differentiable": False}
ELSEWHERE = {"alpha", "betas", "eps", "etas", "lambd"}  # one of these stands in the state of every other optimizer


class SGD(Optimizer):
    """Minibatch stochastic gradient descent (Robbins and Monro, 1951): w ← w − lr · gradient of the mean loss.

    params: parameters, or groups of them as for every torch optimizer; a group may have an `lr` of its own and a
    `weight_decay` λ, which adds λ w to the gradient. Equal to torch.optim.SGD without momentum, and either can go on
    from the other's state_dict. Raises ValueError for a learning rate that is not above 0, a weight_decay below 0, and
    for options of torch's that this class lacks, switched on in a group or in a state_dict, and for the state of
    another optimizer.
    """

    def __init__(self, params, lr: float):
        if not lr > 0:
            raise ValueError(f"lr, the learning rate, must be above 0, not {lr}")
        if isinstance(params, nn.Module):
            raise TypeError(f"params are what net.parameters() gives, not a {describe(params)} itself")
        super().__init__(params, {"lr": lr, "weight_decay": 0, **AT_REST})

    def add_param_group(self, param_group: dict) -> None:
        _check(param_group)
        super().add_param_group(param_group)

    def load_state_dict(self, state_dict: dict) -> None:
        for group in state_dict["param_groups"]:
            if other := sorted(ELSEWHERE & group.keys()):
                raise ValueError(f"this state is of another optimizer than SGD: it holds {', '.join(other)}")
            _check(group)
        super().load_state_dict(state_dict)

    @torch.no_grad()
    def step(self, closure=None):
        """Move every parameter that has a gradient. `closure`, if given, computes the loss anew and is returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                if gradient is None:
                    continue
                if group["weight_decay"] != 0:
                    gradient = gradient + group["weight_decay"] * parameter
                parameter -= group["lr"] * gradient
        return loss


def _check(group: dict) -> None:
    """Raises ValueError for a group that this optimizer would not treat as torch.optim.SGD does."""
    if not group.get("lr", 1) >= 0:
        raise ValueError(f"the lr of a group must be 0 or above, not {group['lr']}")
    if not group.get("weight_decay", 0) >= 0:
        raise ValueError(f"the weight_decay of a group must be 0 or above, not {group['weight_decay']}")
    running = {name: group[name] for name, rest in AT_REST.items() if group.get(name, rest) != rest}
    if running:
        raise ValueError(f"d2l.SGD has no {', '.join(running)} (given: {running}): take torch.optim.SGD")
