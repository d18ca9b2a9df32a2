"""How many of a classifier's answers are right, and which it takes for which.

`fit(metrics=…)` and `evaluate` take functions (output, target) -> mean over the batch's items, and average them over
the batches: right for `accuracy` and `top_k_accuracy`. Precision, recall, F1, the curves and the calibration error are
no means over items, so their averages over batches mean nothing: add up the confusion matrices, or collect the outputs
of a whole pass, and compute them once.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import torch

from d2lutils.arguments import describe
from d2lutils.metrics.targets import classes_of, whole_numbers


def accuracy(output: torch.Tensor, target: torch.Tensor, ignore_index: int = -100) -> torch.Tensor:
    """The share of items whose largest score is the target's class.

    output: scores or probabilities (..., C), or predicted classes (...). target: classes (...), or with scores one-hot
    rows or other probabilities (..., C), of which the likeliest class counts. ignore_index: items with this target do
    not count, as in nn.CrossEntropyLoss; nan if no item counts.
    Returns a 0-d float32 tensor on the outputs' device, without waiting for it where target holds classes. Raises
    ValueError if the shapes do not fit, or for values that are no classes and no probabilities.
    """
    guess = output.argmax(dim=-1) if _are_scores("accuracy", output, target) else whole_numbers("output", output)
    target = classes_of(target, output)
    counted = target != ignore_index
    return ((guess == target) & counted).sum(dtype=torch.float32) / counted.sum()


def top_k_accuracy(
    output: torch.Tensor, target: torch.Tensor, k: int = 5, ignore_index: int = -100
) -> torch.Tensor:
    """The share of items whose target is among the k classes with the largest scores.

    output: scores or probabilities (..., C). target and ignore_index as for `accuracy`. Returns a 0-d float32 tensor;
    may be a metric of `fit`, as `functools.partial(top_k_accuracy, k=3)`. Among equal scores `torch.topk` chooses.
    Raises ValueError.
    """
    if not _are_scores("top_k_accuracy", output, target):
        raise ValueError(f"top_k_accuracy needs scores (..., C), not predicted classes {describe(output)}")
    target = classes_of(target, output)
    if not 1 <= k <= output.shape[-1]:
        raise ValueError(f"k must be 1 to the number of classes, {output.shape[-1]}, not {k}")
    found, counted = (output.topk(k, dim=-1).indices == target.unsqueeze(-1)).any(dim=-1), target != ignore_index
    return (found & counted).sum(dtype=torch.float32) / counted.sum()


def confusion_matrix(
    output: torch.Tensor, target: torch.Tensor, classes: int | None = None, ignore_index: int = -100
) -> torch.Tensor:
    """How often an item of class i (row) was taken for class j (column): (classes, classes), int64.

    output: scores (..., C), or predicted classes (...), which need `classes`. target and ignore_index as for
    `accuracy`. The matrices of batches add up to that of all. Raises ValueError if shapes do not fit or a class is out
    of range.
    """
    if _are_scores("confusion_matrix", output, target):
        classes, guess = output.shape[-1] if classes is None else classes, output.argmax(dim=-1)
    elif classes is None:
        raise ValueError("predicted classes do not say how many classes there are: pass classes=")
    else:
        guess = whole_numbers("output", output)
    target = classes_of(target, output)
    counted = target != ignore_index
    guess, target = guess[counted], target[counted]
    for name, values in (("output", guess), ("target", target)):
        if values.numel() and not 0 <= values.min() <= values.max() < classes:
            raise ValueError(
                f"{name} must hold classes 0 … {classes - 1}; it holds {values.min().item()} … {values.max().item()}"
            )
    cell = classes * target + guess  # which of the classes * classes cells, row by row
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
    Raises ValueError for a matrix that is not square or holds anything but counts, and for another average.
    """
    if confusion.ndim != 2 or len(confusion) != confusion.shape[1] or not (confusion >= 0).all():
        raise ValueError(f"confusion is a square table of counts, 0 or more, not {describe(confusion)}")
    confusion = confusion.double()
    hits, guessed, true = confusion.diagonal(), confusion.sum(dim=0), confusion.sum(dim=1)  # (C,) each
    if average == "micro":
        hits, guessed, true = hits.sum(), guessed.sum(), true.sum()
    scores = [ratio(hits, guessed, undefined), ratio(hits, true, undefined), ratio(2 * hits, guessed + true, undefined)]
    if average in ("macro", "weighted"):
        scores = [_defined_mean(s, true if average == "weighted" else torch.ones_like(true)) for s in scores]
    elif average not in (None, "micro"):
        raise ValueError(f'average is None, "macro", "weighted" or "micro", not {average!r}')
    return PrecisionRecallF1(*scores)


def _defined_mean(scores: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The weighted mean of those scores (C,) that are no nan; the plain one where all their weights are 0."""
    defined = ~scores.isnan()
    weight = (weight * defined).double()
    weight = weight if weight.sum() > 0 else defined.double()
    return ratio((scores.nan_to_num() * weight).sum(), weight.sum(), math.nan)


def wilson_interval(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The shares p under which `hits` of n independent items would not be surprising: a confidence interval.

    All p with |hits/n - p| at most z standard deviations sqrt(p (1 - p) / n); z is 1.96 for level 0.95. Within [0, 1],
    and of positive width even for 0 or n hits. Wilson (1927).
    """
    if not 0 <= hits <= n or n < 1 or not 0 < level < 1:
        raise ValueError(f"expected 0 <= hits <= n, n >= 1 and 0 < level < 1, got {hits}, {n}, {level}")
    hits, n = float(hits), float(n)  # a tensor of 8 bits would overflow
    if not hits.is_integer():
        raise ValueError(f"hits is how many of the n items, a whole number, not {hits}: is it their share?")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (hits + z2 / 2) / (n + z2)
    half = math.sqrt(z2 * (hits * (n - hits) / n + z2 / 4)) / (n + z2)
    return max(0.0, middle - half), min(1.0, middle + half)


def _are_scores(name: str, output: torch.Tensor, target: torch.Tensor) -> bool:
    """Whether output holds scores (..., C), not classes (...). Raises ValueError if it is neither for this target."""
    if output.ndim == target.ndim + 1 and output.shape[:-1] == target.shape:
        return True
    if output.shape == target.shape:
        return output.ndim > 1 and output.is_floating_point()
    raise ValueError(
        f"{name} needs scores (..., C) or classes (...) for targets (...), or scores and probabilities (..., C): got "
        f"output {tuple(output.shape)} and target {tuple(target.shape)}"
    )
