"""What a batch of examples and their classes does."""

from typing import ClassVar

import torch

from d2lutils.metrics import accuracy
from d2lutils.training.steps.step import Step, StepOutput, input_and_target, mean_loss

NEARLY = 1e-3  # how far from 1 a row of probabilities may add up: half precision keeps three digits


class Classification(Step):
    """batch: (x, y), y (B,) int64 classes, or (B, C) probabilities, one-hot or mixed. The model gives scores (B, C).

    Dense tasks have scores (B, C, …) and y (B, …) or (B, C, …), as torch's losses take them; each position is an item.
    The metrics are given classes: of probabilities, the class that has the largest. Targets (B, C) whose rows do not
    add up to 1, as of several labels at once, reach the metrics as they are; accuracy refuses them.
    """

    metrics: ClassVar[dict] = {"accuracy": accuracy}

    def __call__(self, net, batch, loss):
        x, y = input_and_target(batch, "classification")
        output = net(x)
        value = mean_loss(loss, output, y)
        if isinstance(y, torch.Tensor) and isinstance(output, torch.Tensor) and _are_probabilities(y, output):
            items = y.numel() // y.shape[1]
            return StepOutput(value, output.movedim(1, -1), y.argmax(dim=1), items, weight=items)
        return StepOutput(value, output, y, y.shape[0])


def _are_probabilities(y, output) -> bool:
    if y.shape != output.shape or y.ndim < 2 or y.shape[1] < 2 or not y.is_floating_point():
        return False
    return bool(((y.sum(dim=1) - 1).abs() < NEARLY).all() and (y >= 0).all())


classification = Classification()
