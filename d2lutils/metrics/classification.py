"""Numbers that say how well a model does.

`fit(metrics=…)` and `evaluate` take functions (output, target) -> mean over the batch's items, and average them over
the batches: right for `accuracy` and `top_k_accuracy`. Precision, recall, F1, the curves and the calibration error are
no means over items, so their averages over batches mean nothing: add up the confusion matrices, or collect the outputs
of a whole pass, and compute them once.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import torch


def accuracy(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The share of items whose largest score is the target's class.

    output: scores or probabilities (..., C), or predicted classes (...); target: classes (...).
    Returns a 0-d float32 tensor on the outputs' device (no wait for it). Raises ValueError if the shapes do not fit.
    """
    classes = output.argmax(dim=-1) if output.ndim == target.ndim + 1 else output
    if classes.shape != target.shape:
        raise ValueError(
            f"accuracy needs scores (..., C) or classes (...) for targets (...): got output {tuple(output.shape)} "
            f"and target {tuple(target.shape)}"
        )
    return (classes == target).mean(dtype=torch.float32)


def top_k_accuracy(output: torch.Tensor, target: torch.Tensor, k: int = 5) -> torch.Tensor:
    """The share of items whose target is among the k classes with the largest scores.

    output: scores or probabilities (..., C); target: classes (...). Returns a 0-d float32 tensor; may be a metric of
    `fit`, as `functools.partial(top_k_accuracy, k=3)`. Among equal scores `torch.topk` chooses. Raises ValueError.
    """
    if output.ndim != target.ndim + 1 or output.shape[:-1] != target.shape:
        raise ValueError(
            f"top_k_accuracy needs scores (..., C) for targets (...): got output {tuple(output.shape)} and target "
            f"{tuple(target.shape)}"
        )
    if not 1 <= k <= output.shape[-1]:
        raise ValueError(f"k must be 1 to the number of classes, {output.shape[-1]}, not {k}")
    return (output.topk(k, dim=-1).indices == target.unsqueeze(-1)).any(dim=-1).mean(dtype=torch.float32)


def confusion_matrix(output: torch.Tensor, target: torch.Tensor, classes: int | None = None) -> torch.Tensor:
    """How often an item of class i (row) was taken for class j (column): (classes, classes), int64.

    output: scores (..., C), or predicted classes (...), which need `classes`; target: classes (...). The matrices of
    batches add up to that of all. Raises ValueError if shapes do not fit or a class is out of range.
    """
    shape = tuple(output.shape)
    if output.ndim == target.ndim + 1:
        classes = classes or output.shape[-1]
        output = output.argmax(dim=-1)
    if output.shape != target.shape:
        raise ValueError(
            f"confusion_matrix needs scores (..., C) or classes (...) for targets (...): got output {shape} and target "
            f"{tuple(target.shape)}"
        )
    if classes is None:
        raise ValueError("predicted classes do not say how many classes there are: pass classes=")
    for name, values in (("output", output), ("target", target)):
        if values.numel() and not 0 <= values.min() <= values.max() < classes:
            raise ValueError(
                f"{name} must hold classes 0 … {classes - 1}; it holds {values.min().item()} … {values.max().item()}"
            )
    cell = (classes * target + output).flatten().long()  # which of the classes * classes cells, row by row
    return torch.bincount(cell, minlength=classes**2).reshape(classes, classes)


class PrecisionRecallF1(NamedTuple):
    """Each (C,), one for every class, or 0-d when averaged; float64."""

    precision: torch.Tensor
    recall: torch.Tensor
    f1: torch.Tensor


def ratio(part: torch.Tensor, whole: torch.Tensor, undefined: float = 0.0) -> torch.Tensor:
    """part / whole in float64, and `undefined` where whole is 0."""
    return (part.double() / whole).where(whole != 0, undefined)


def precision_recall_f1(
    confusion: torch.Tensor, average: str | None = None, undefined: float = 0.0
) -> PrecisionRecallF1:
    """Precision, recall and F1 from a confusion matrix (C, C) whose rows are the truth; scikit-learn's numbers.

    average: None for one number a class; "macro", the plain mean over classes; "weighted", the mean weighted by the
    number of true items; "micro", the ratios of the summed counts. undefined: the value of 0/0, and of F1 for a class
    that was neither there nor guessed; with nan such classes are left out of the means (scikit-learn's zero_division).
    """
    hits, guessed, true = confusion.diagonal(), confusion.sum(dim=0), confusion.sum(dim=1)  # (C,) each
    if average == "micro":
        hits, guessed, true = hits.sum(), guessed.sum(), true.sum()
    scores = [ratio(hits, guessed, undefined), ratio(hits, true, undefined), ratio(2 * hits, guessed + true, undefined)]
    if average in ("macro", "weighted"):
        weight = true.double() if average == "weighted" else torch.ones_like(scores[0])
        scores = [ratio((s * weight).nansum(), (weight * ~s.isnan()).sum(), undefined) for s in scores]
    elif average not in (None, "micro"):
        raise ValueError(f'average is None, "macro", "weighted" or "micro", not {average!r}')
    return PrecisionRecallF1(*scores)


class ThresholdCounts(NamedTuple):
    """What is found and what is false alarm when everything with a score of at least `threshold` is called positive.

    threshold (m,), falling; hits (m,) true positives; alarms (m,) false positives; both int64 and rising.
    """

    threshold: torch.Tensor
    hits: torch.Tensor
    alarms: torch.Tensor


def threshold_counts(scores: torch.Tensor, positive: torch.Tensor) -> ThresholdCounts:
    """Hits and false alarms at every threshold that makes a difference: one for each different score.

    scores (n,), larger for likelier positive; positive (n,) bool or 0/1. Raises ValueError if the shapes differ.
    Recall is hits / positives, precision hits / (hits + alarms), the false-alarm rate alarms / negatives.
    """
    if scores.shape != positive.shape or scores.ndim != 1:
        raise ValueError(f"scores and positive must both be (n,): got {tuple(scores.shape)}, {tuple(positive.shape)}")
    scores, order = scores.sort(descending=True, stable=True)
    positive = positive[order].bool()
    last = torch.ones_like(positive)
    last[:-1] = scores[1:] != scores[:-1]  # equal scores pass a threshold together: look after the last of them
    return ThresholdCounts(scores[last], positive.cumsum(0)[last], (~positive).cumsum(0)[last])


def roc_auc(scores: torch.Tensor, positive: torch.Tensor) -> float:
    """The area under the ROC curve: how often a random positive outscores a random negative, ties counting half.

    Arguments as in `threshold_counts`; nan without a positive or without a negative. Fawcett (2006).
    """
    _, hits, alarms = threshold_counts(scores, positive)
    zero = hits.new_zeros(1)
    area = torch.trapezoid(torch.cat([zero, hits]).double(), torch.cat([zero, alarms]).double())
    return ratio(area, hits[-1] * alarms[-1], math.nan).item() if len(hits) else math.nan


def wilson_interval(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The shares p under which `hits` of n independent items would not be surprising: a confidence interval.

    All p with |hits/n - p| at most z standard deviations sqrt(p (1 - p) / n); z is 1.96 for level 0.95. Within [0, 1],
    and of positive width even for 0 or n hits. Wilson (1927).
    """
    if not 0 <= hits <= n or n < 1 or not 0 < level < 1:
        raise ValueError(f"expected 0 <= hits <= n, n >= 1 and 0 < level < 1, got {hits}, {n}, {level}")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (hits + z2 / 2) / (n + z2)
    half = math.sqrt(z2 * (hits * (n - hits) / n + z2 / 4)) / (n + z2)
    return max(0.0, middle - half), min(1.0, middle + half)
