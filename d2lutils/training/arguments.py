"""The arguments of `fit` and `evaluate`: what a common mistake is, in one sentence, before anything is trained."""

import functools

import torch
from torch import nn
from torch.optim import LBFGS, Optimizer
from torch.utils.data import Dataset, IterableDataset

from d2lutils.arguments import describe
from d2lutils.training.steps import Step


def check_data(data, name: str, optional: bool = False) -> None:
    """Raises ValueError for what is no source of batches; None is one if `optional`. `name` is the argument's."""
    if data is None and optional:
        return
    if isinstance(data, torch.Tensor) or hasattr(data, "columns"):
        raise ValueError(f"{name} must give batches, not be {describe(data)}: d2l.load_array((x, y), batch_size)")
    if isinstance(data, (tuple, list)) and data and all(isinstance(part, torch.Tensor) for part in data):
        raise ValueError(
            f"{name} must give batches, but is a {type(data).__name__} of tensors: d2l.load_array((x, y), batch_size) "
            "makes a loader of them"
        )
    if isinstance(data, dict):
        raise ValueError(
            f"{name} must give batches, but is a dict ({', '.join(map(repr, list(data)[:5]))}): make a loader of what "
            "it holds, such as d2l.load_array((x, y), batch_size)"
        )
    if isinstance(data, Dataset) and not isinstance(data, IterableDataset):
        raise ValueError(
            f"{name} must give batches, but {type(data).__name__} is a data set, which gives single examples: "
            "torch.utils.data.DataLoader(dataset, batch_size=…)"
        )
    if isinstance(data, type) or not (hasattr(data, "__iter__") or hasattr(data, "__getitem__")):
        what = f"the class {data.__name__}" if isinstance(data, type) else describe(data)
        raise ValueError(f"{name} must be a loader, something to iterate over for batches, not {what}")


def check_loss(loss) -> None:
    """Raises ValueError for a loss that is a class, no function, or says that it gives a sum."""
    if isinstance(loss, type):
        raise ValueError(f"loss must be an object, not the class {loss.__name__}: write {loss.__name__}()")
    if not callable(loss):
        raise ValueError(f"loss must be a function (output, target) -> mean, or a module, not {describe(loss)}")
    settings = loss.keywords if isinstance(loss, functools.partial) else {}
    if settings.get("reduction", getattr(loss, "reduction", None)) == "sum":
        raise ValueError(
            "loss must be the mean over the batch, and reduction='sum' gives its sum, with which the learning rate "
            "would depend on the batch size: use reduction='mean'"
        )


def chosen_metrics(metrics, step: Step) -> dict:
    """{name: metric}: those given, or the step's own. Raises ValueError for anything but a dict of functions."""
    if metrics is None:
        return dict(step.metrics)
    if not isinstance(metrics, dict):
        raise ValueError(
            f"metrics must be a dict {{name: function}}, such as {{'accuracy': d2l.accuracy}}, not {describe(metrics)}"
        )
    for name, metric in metrics.items():
        if not isinstance(name, str) or not callable(metric) or isinstance(metric, type):
            raise ValueError(f"metrics: {name!r} must name a function (output, target) -> mean, not {metric!r}")
        if name in ("loss", *step.of_mean_loss):
            raise ValueError(f"metrics: the name {name!r} is taken by a column that the step fills; choose another")
    return metrics


def made_optimizer(optimizer, net: nn.Module, loss) -> Optimizer:
    """The optimizer, made if a factory was given. Raises ValueError if it is none, or of other parameters."""
    if not isinstance(optimizer, Optimizer):
        made = optimizer(net.parameters()) if callable(optimizer) else None
        if not isinstance(made, Optimizer):
            raise ValueError(
                "optimizer must be a torch optimizer or a factory: lambda params: torch.optim.SGD(params, lr=0.1)"
            )
        optimizer = made
    if isinstance(optimizer, LBFGS):
        raise ValueError("optimizer LBFGS asks for the loss several times a step, which fit computes once a batch")
    known = {id(p) for part in (net, loss) if isinstance(part, nn.Module) for p in part.parameters()}
    foreign = sum(id(p) not in known for p in parameters(optimizer))
    if foreign:
        raise ValueError(
            f"the optimizer was made for other parameters: {foreign} of its tensors do not belong to this net. Make it "
            "from net.parameters(), after the net's last change, or pass a factory: "
            "lambda params: torch.optim.SGD(params, lr=0.1)"
        )
    return optimizer


def parameters(optimizer: Optimizer) -> list[torch.Tensor]:
    """All that the optimizer moves."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
