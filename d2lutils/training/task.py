"""One batch forwards: what training and evaluation have in common."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import nn

from d2lutils.arguments import describe
from d2lutils.models import evaluating
from d2lutils.training.containers import to_device, without_graph
from d2lutils.training.steps import Step, StepOutput, class_settings, counted

BATCH_OF_ONE = "Expected more than 1 value per channel when training"  # of torch's BatchNorm


@dataclass
class Task:
    """A net, what it is to do with a batch, and how that is judged.

    loss: (output, target) -> mean, or None where nothing but the metrics is asked for.
    """

    net: nn.Module
    step: Step
    loss: object
    metrics: dict
    device: torch.device
    precision: torch.dtype | None = None

    def __post_init__(self):
        half = self.precision is not None
        self.autocast = torch.autocast(self.device.type, dtype=self.precision) if half else nullcontext()
        self.of_classes = class_settings(self.loss)

    def forward(self, batch) -> StepOutput:
        """The step's output for a batch, moved to the device, with the items that count."""
        try:
            with self.autocast:
                out = self.step(self.net, to_device(batch, self.device), _no_loss if self.loss is None else self.loss)
        except ValueError as error:
            if BATCH_OF_ONE not in str(error):
                raise
            raise ValueError(
                "a batch of one example has no variance for batch normalisation to divide by, most often the last "
                "batch: leave it out with drop_last=True in the loader, choose another batch_size, or normalise "
                f"otherwise (nn.LayerNorm, nn.GroupNorm). PyTorch says: {error}"
            ) from error
        if not isinstance(out, StepOutput):
            raise ValueError(f"step must return d2l.StepOutput(loss, output, target, count), not {describe(out)}")
        return counted(out, self.of_classes)

    def row(self, out: StepOutput) -> tuple:
        """What is kept of a batch: mean loss, metrics, how many items, and the weight of the loss. No graph."""
        weight = out.count if out.weight is None else out.weight
        return (out.loss.detach(), *self.measure(out), out.count, weight)

    def measure(self, out: StepOutput) -> list:
        """Each metric's value, a number or a 0-d tensor without a graph; 0 where no item counts."""
        if not self.metrics:
            return []
        if isinstance(out.count, int) and out.count == 0:
            return [0.0] * len(self.metrics)
        # no graph reaches a metric; entering torch.no_grad() instead costs each batch several times as much
        output, target = without_graph(out.output), without_graph(out.target)
        return [_one_number(name, metric, output, target) for name, metric in self.metrics.items()]

    def over(self, data, name: str) -> Iterator[tuple]:
        """The row of each batch of `data`, without gradients and in evaluation mode, which ends with the pass.

        Raises ValueError if there is no batch.
        """
        empty = True
        with evaluating(self.net):
            self.step.start(train=False)
            # no torch.no_grad() around the loop: a generator would keep gradients off in its caller between two batches
            for batch in data:
                with torch.no_grad():
                    row = self.row(self.forward(batch))
                yield row
                empty = False
        if empty:
            raise ValueError(f"{name} gave no batch: it is empty, or an iterator that can be used once only")


def _no_loss(output, target):
    return torch.zeros(())


def _one_number(name: str, metric, output, target):
    try:
        value = metric(output, target)
    except Exception as error:
        error.add_note(f"This happened in the metric {name!r} of fit or evaluate.")
        raise
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        return value.detach().reshape(()) if value.ndim or value.requires_grad else value
    if isinstance(value, (int, float)):
        return value
    kind = f"shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__
    raise ValueError(f"the metric {name!r} must return one number, the mean over the batch, not {kind}")
