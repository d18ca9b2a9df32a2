"""A net judged on data that it does not learn from."""

import torch
from torch import nn

from d2lutils.machine import turn
from d2lutils.training.arguments import check_data, check_loss, chosen_metrics
from d2lutils.training.recorder import Means, to_floats
from d2lutils.training.steps import as_step, classification
from d2lutils.training.task import Task


def evaluate(net: nn.Module, data, *, loss=None, metrics=None, step=classification, device=None) -> dict[str, float]:
    """The mean loss (if given) and metrics of `net` over all items of `data`, without gradients, in evaluation mode.

    data, metrics, step: as in `fit`. The mode of each module and the device of `net` are as before afterwards; the
    default device is where its parameters are. The means do not depend on the batch size, with class weights and
    ignored items either. Returns {"loss": …, "accuracy": …}. Raises ValueError if `data` has no batch, no item of it
    counts, or the arguments do not fit each other.
    """
    step = as_step(step)
    check_data(data, "data")
    metrics = chosen_metrics(metrics, step)
    if loss is not None:
        check_loss(loss)
    if device is None:
        device = next((p.device for p in net.parameters()), torch.device("cpu"))
    if isinstance(loss, nn.Module):
        loss.to(device)
    task = Task(net, step, loss, metrics, torch.device(device))
    means = Means(["loss", *metrics] if loss is not None else [*metrics], "data")
    with turn():
        rows = to_floats(list(task.over(data, "data")))
    for mean_loss, *measured, count, weight in rows:
        means.add([mean_loss, *measured] if loss is not None else measured, count, weight)
    found = means.named()
    if loss is not None:
        found |= {name: f(found["loss"]) for name, f in step.of_mean_loss.items()}
    return found


def evaluate_accuracy(net: nn.Module, data, device=None) -> float:
    """The share of `data`'s items that `net` classifies rightly, in [0, 1]."""
    return evaluate(net, data, device=device)["accuracy"]
