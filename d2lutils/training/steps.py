"""What one batch of each task does. A task enters `fit` as a step, never as a copy of the loop.

A step is a callable `step(net, batch, loss) -> StepOutput`. It may have a method `start(train: bool)`, called before
each pass over the data, to drop what it carries from batch to batch, and an attribute `of_mean_loss`, {name: function},
for columns of the History that are a function of the mean loss (the perplexity of a language model is exp of it).
"""

from typing import NamedTuple

import torch

from d2lutils.arguments import describe


class StepOutput(NamedTuple):
    """loss: 0-d tensor, the mean over `count` items, to be differentiated. output, target: what the metrics compare.
    count: how many items (examples, tokens) the means were taken over."""

    loss: torch.Tensor
    output: torch.Tensor
    target: torch.Tensor
    count: int | torch.Tensor


def mean_loss(loss, output, target) -> torch.Tensor:
    """`loss(output, target)`, checked to be one number. Raises ValueError with both shapes and the usual remedies."""
    try:
        value = loss(output, target)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        hint = ""
        if isinstance(target, torch.Tensor) and isinstance(output, torch.Tensor) and output.ndim == target.ndim + 1:
            hint = f" Class labels must be int64 in 0 … {output.shape[1] - 1}."
            if not target.is_floating_point() and target.numel():
                hint += f" This batch holds {target.min().item()} … {target.max().item()}."
        raise ValueError(
            f"the model's output {describe(output)} does not fit the loss with target {describe(target)}: "
            f"{error}.{hint}"
        ) from error
    if not isinstance(value, torch.Tensor) or value.numel() != 1:
        raise ValueError(
            f"loss must return one number, the mean over the batch, but returned {describe(value)}: "
            "use reduction='mean' or call .mean() on it"
        )
    return value.reshape(()) if value.ndim else value


def classification(net, batch, loss) -> StepOutput:
    """batch: (x, y) with y (B,) int64 classes, or (B, C) probabilities. The model gives scores (B, C)."""
    x, y = batch
    output = net(x)
    return StepOutput(mean_loss(loss, output, y), output, y, y.shape[0])


def regression(net, batch, loss) -> StepOutput:
    """batch: (x, y) with the model's output and y of one shape.

    Raises ValueError when the shapes differ: subtracting (B,) from (B, 1) broadcasts to (B, B) without a word.
    """
    x, y = batch
    output = net(x)
    if output.shape != y.shape:
        raise ValueError(
            f"the model's output {tuple(output.shape)} and the target {tuple(y.shape)} must have one shape, or their "
            "difference broadcasts: reshape the target, for example y.reshape(-1, 1)"
        )
    return StepOutput(mean_loss(loss, output, y), output, y, y.shape[0])
