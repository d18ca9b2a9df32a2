"""What one batch of a task does. A task enters `fit` as a step, never as a copy of the loop."""

from typing import Any, ClassVar, NamedTuple

import torch

from d2lutils.arguments import describe


class StepOutput(NamedTuple):
    """What a step returns.

    loss: 0-d tensor, the mean over the batch's items, to be differentiated.
    output, target: what the metrics compare, in any structure; for torch's losses over classes, what the loss compared.
    count: how many items (examples, tokens) the batch holds; metrics are means over them.
    weight: what the loss was divided by, if that is not `count`. Known without being said for torch's losses over
        classes, which divide by the class weights and leave out `ignore_index` (steps/class_losses.py).
    """

    loss: torch.Tensor
    output: Any
    target: Any
    count: int | torch.Tensor
    weight: float | torch.Tensor | None = None


class Step:
    """What one batch of a task does: a subclass says it in `__call__(net, batch, loss) -> StepOutput`.

    metrics: {name: (output, target) -> mean over the batch's items}, which `fit` measures unless it is told others.
    of_mean_loss: {name: function}, columns of the History that are a function of the mean loss over all items and no
        mean over batches (the perplexity of a language model is exp of it).
    """

    metrics: ClassVar[dict] = {}
    of_mean_loss: ClassVar[dict] = {}

    def start(self, train: bool) -> None:
        """Called before each pass over the data, for training or not: drop what is carried from batch to batch."""

    def __call__(self, net, batch, loss) -> StepOutput:
        raise NotImplementedError(f"{type(self).__name__} must say what a batch does: __call__(net, batch, loss)")


class PlainStep(Step):
    """A function (net, batch, loss) -> StepOutput as a step, with those parts of a Step that it has itself."""

    def __init__(self, function):
        self.function = function
        for part in ("metrics", "of_mean_loss", "start"):
            if hasattr(function, part):
                setattr(self, part, getattr(function, part))

    def __call__(self, net, batch, loss):
        return self.function(net, batch, loss)


def as_step(step) -> Step:
    """`step` as a Step. Raises ValueError for a class in place of an instance, and for what cannot be called."""
    if isinstance(step, type) or not callable(step):
        what = f"the class {step.__name__}: make one, {step.__name__}()" if isinstance(step, type) else describe(step)
        raise ValueError(f"step must be a d2l.Step or a function (net, batch, loss) -> d2l.StepOutput, not {what}")
    return step if isinstance(step, Step) else PlainStep(step)


def input_and_target(batch, task: str):
    """The two parts of a batch (x, y). Raises ValueError that says what the batch is instead."""
    if isinstance(batch, (tuple, list)) and len(batch) == 2:
        return batch
    kind = describe(batch)
    if isinstance(batch, dict):
        kind = f"a dict with {', '.join(map(repr, batch))}"
    elif isinstance(batch, (tuple, list)):
        kind = f"a {kind} of {len(batch)}"
    raise ValueError(
        f"{task} takes batches (x, y), and this one is {kind}: pass a loader that gives pairs, or a step that knows "
        "these batches, step=function with function(net, batch, loss) -> d2l.StepOutput"
    )


def mean_loss(loss, output, target) -> torch.Tensor:
    """`loss(output, target)`, checked to be one number. Raises ValueError with both shapes and the usual remedies."""
    try:
        value = loss(output, target)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        raise ValueError(
            f"the model's output {describe(output)} does not fit the loss with target {describe(target)}: "
            f"{error}.{_hint(output, target)}"
        ) from error
    if not isinstance(value, torch.Tensor) or value.numel() != 1:
        raise ValueError(
            f"loss must return one number, the mean over the batch, but returned {describe(value)}: "
            "use reduction='mean' or call .mean() on it"
        )
    return value.reshape(()) if value.ndim else value


def _hint(output, target) -> str:
    if not isinstance(target, torch.Tensor) or not isinstance(output, torch.Tensor) or output.ndim < 2:
        return ""
    if output.ndim == target.ndim + 1:
        hint = f" Class labels must be int64 in 0 … {output.shape[1] - 1}."
        if not target.is_floating_point() and target.numel():
            hint += f" This batch holds {target.min().item()} … {target.max().item()}."
        return hint
    if output.shape == target.shape and not target.is_floating_point():
        return " Targets of the output's shape are probabilities, floats: y.float(); or classes, y.argmax(dim=1)."
    return ""
