"""A score and a threshold: what is found and what is false alarm, for every threshold at once."""

import math
from typing import NamedTuple

import torch

from d2lutils.arguments import check_rows
from d2lutils.metrics.classification import ratio


class ThresholdCounts(NamedTuple):
    """What is found and what is false alarm when everything with a score of at least `threshold` is called positive.

    threshold (m,), falling; hits (m,) true positives; alarms (m,) false positives; both int64 and rising.
    """

    threshold: torch.Tensor
    hits: torch.Tensor
    alarms: torch.Tensor


def threshold_counts(scores: torch.Tensor, positive: torch.Tensor) -> ThresholdCounts:
    """Hits and false alarms at every threshold that makes a difference: one for each different score.

    scores (n,), larger for likelier positive; positive (n,) bool or 0/1. Raises ValueError if the shapes differ, for a
    score of nan, which lies on no side of a threshold, and for other labels.
    Recall is hits / positives, precision hits / (hits + alarms), the false-alarm rate alarms / negatives.
    """
    check_rows(scores=scores, positive=positive)
    if scores.isnan().any():
        raise ValueError(f"{int(scores.isnan().sum())} of {len(scores)} scores are nan, on no side of a threshold")
    if not ((positive == 0) | (positive == 1)).all():
        raise ValueError("positive must hold 0 and 1, or False and True, alone: for signs pass positive=(y > 0)")
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
