"""What torch's losses over classes divide by: the items that count, or their class weights, never the whole batch.

A mean over an epoch weights each batch's mean by what that was divided by, or it depends on the batch size.
Source: torch.nn.CrossEntropyLoss and NLLLoss, reduction="mean".
"""

import functools

import torch
import torch.nn.functional as F
from torch import nn

from d2lutils.training.steps.step import StepOutput

IGNORED_BY_DEFAULT = -100


def class_settings(loss) -> tuple[int, torch.Tensor | None] | None:
    """(ignore_index, class weights (C,) or None) of a torch loss over classes, module or function; None of others."""
    if isinstance(loss, (nn.CrossEntropyLoss, nn.NLLLoss)):
        return loss.ignore_index, loss.weight
    given = loss.keywords if isinstance(loss, functools.partial) else {}
    if (loss.func if isinstance(loss, functools.partial) else loss) in (F.cross_entropy, F.nll_loss):
        return given.get("ignore_index", IGNORED_BY_DEFAULT), given.get("weight")
    return None


def counted(out: StepOutput, settings) -> StepOutput:
    """`out` with its items and weight as the loss saw them, and none but the items that count for the metrics.

    settings: of `class_settings`. Where nothing counts, the loss is 0, with a gradient of 0: torch's would be nan.
    """
    if out.weight is None and settings is not None and _are_classes(out.output, out.target):
        ignore_index, weights = settings
        if out.output.ndim > 2:  # (B, C, …) to (B, …, C)
            out = out._replace(output=out.output.movedim(1, -1), count=out.target.numel())
        if _has(ignore_index, out.target):
            kept = out.target != ignore_index
            target = out.target[kept]  # (N,)
            out = StepOutput(out.loss, out.output[kept], target, target.numel())  # output (N, C)
        if weights is not None:
            out = out._replace(weight=weights.to(out.target.device)[out.target].sum())
        if not (out.count if weights is None else out.weight):
            out = out._replace(loss=0.0 * out.output.sum())
    elif isinstance(out.count, int) and out.count == 0:
        out = out._replace(loss=out.loss.nan_to_num(0.0))
    return out


def _are_classes(output, target) -> bool:
    if not isinstance(output, torch.Tensor) or not isinstance(target, torch.Tensor) or target.is_floating_point():
        return False
    if output.ndim <= 2:
        return output.ndim == 2 and target.ndim == 1
    return output.shape[:1] + output.shape[2:] == target.shape


def _has(ignore_index: int, target) -> bool:
    """Whether some item is ignored. Classes are not negative: if any is the (negative) ignore_index, the least is."""
    if not target.numel():
        return False
    return bool(target.min() == ignore_index if ignore_index < 0 else (target == ignore_index).any())
