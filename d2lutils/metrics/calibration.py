"""Does a classifier know how sure it may be? Reliability, its one-number summary, and the repair by one temperature."""

import math
from typing import NamedTuple

import torch
from torch.nn import functional as F

from d2lutils.arguments import check_rows, class_labels, describe


class Reliability(NamedTuple):
    """One entry a bin, each (bins,): mean confidence and share of hits (nan in an empty bin), and number of items."""

    confidence: torch.Tensor
    accuracy: torch.Tensor
    count: torch.Tensor


def reliability(confidence: torch.Tensor, hit: torch.Tensor, bins: int = 15) -> Reliability:
    """The reliability diagram as numbers: items sorted by claimed probability into bins of equal width.

    confidence (n,) in [0, 1]: what the model claimed, the largest probability of each item, or, with two classes, that
    of class 1. hit (n,) bool or 0/1: what came true. Bin b holds the claims in (b / bins, (b + 1) / bins]; 0 is in the
    first. Returns float64. Raises ValueError for other values, and without an item. DeGroot and Fienberg (1983); Guo et
    al. (2017).
    """
    if not isinstance(bins, int) or bins < 1:
        raise ValueError(f"bins is how many bins to sort the claims into, 1 or more, not {bins}")
    check_rows(confidence=confidence, hit=hit)
    if not len(confidence):
        raise ValueError("there is no item: calibration compares claims with what came true")
    if not ((hit == 0) | (hit == 1)).all():
        raise ValueError("hit must hold 0 and 1, or False and True, alone")
    if not 0 <= confidence.min() <= confidence.max() <= 1:
        raise ValueError("confidence must hold probabilities in [0, 1]: apply softmax to scores first")
    confidence = confidence.double()
    edges = torch.linspace(0, 1, bins + 1, dtype=torch.float64, device=confidence.device)
    place = torch.bucketize(confidence, edges[1:-1])  # (n,): a claim on an edge belongs to the bin below it
    count = torch.bincount(place, minlength=bins)
    return Reliability(
        torch.bincount(place, weights=confidence, minlength=bins) / count,
        torch.bincount(place, weights=hit.double(), minlength=bins) / count,
        count,
    )


def expected_calibration_error(confidence: torch.Tensor, hit: torch.Tensor, bins: int = 15) -> float:
    """The mean distance between claim and outcome over the bins of `reliability`, weighted by their items.

    In [0, 1]. It depends on `bins` and is biased upwards on few items, so compare only equal bins and equal n.
    Naeini, Cooper and Hauskrecht (2015); Guo et al. (2017).
    """
    claimed, true, count = reliability(confidence, hit, bins)
    return ((claimed - true).abs() * count).nansum().item() / len(hit)


def fit_temperature(scores: torch.Tensor, labels: torch.Tensor, low: float = 0.01, high: float = 100.0) -> float:
    """The temperature T in [low, high] at which softmax(scores / T) has the smallest cross-entropy on the labels.

    scores (n, C), labels (n,) int64, of items that the model was not trained on. Cross-entropy is convex in 1/T, so its
    slope, the mean over items of (expected score - true score), changes its sign once: halve the interval until it is
    found. Returns an end of the interval where the slope has one sign throughout. Raises ValueError without a score,
    for scores that are not finite, other labels, or ends that are not 0 < low < high. Guo et al. (2017).
    """
    labels = check_temperature(scores, labels, low, high)
    scores = scores.detach().double()
    true = scores.gather(1, labels.unsqueeze(1)).squeeze(1)  # (n,)
    for _ in range(60):
        middle = (low * high) ** 0.5
        expected = (F.softmax(scores / middle, dim=1) * scores).sum(dim=1)  # (n,)
        if (expected - true).mean() > 0:  # too sure of itself: it expects higher scores than the truth has
            low = middle
        else:
            high = middle
    return middle


def check_temperature(scores: torch.Tensor, labels: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """The labels as int64, or a ValueError for what has no best temperature between `low` and `high`."""
    labels = class_labels(labels, scores)
    if not scores.numel() or not scores.isfinite().all():
        raise ValueError(f"a temperature is fitted to finite scores (n, C), one row or more, not {describe(scores)} "
                         f"with {int((~scores.isfinite()).sum())} infinite or nan")  # fmt: skip
    if not 0 < low < high < math.inf:
        raise ValueError(f"the temperature is sought between low and high, 0 < low < high, not {low} and {high}")
    return labels
