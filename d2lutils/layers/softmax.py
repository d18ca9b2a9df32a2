"""Softmax and the cross-entropy that never overflows, as chapter 2.2 builds them."""

import torch

from d2lutils.arguments import class_labels
from d2lutils.foundations import in_float32


@in_float32
def log_sum_exp(x: torch.Tensor) -> torch.Tensor:
    """log Σ_j exp x_j along the last dimension: (…, C) to (…), as torch.logsumexp(x, dim=-1).

    The largest score is taken out of the sum first, so exp cannot overflow; an infinite one is left in, since ∞ − ∞ is
    no number.
    """
    largest = x.max(dim=-1, keepdim=True).values  # (…, 1)
    largest = largest.masked_fill(largest.isinf(), 0.0)
    return largest.squeeze(-1) + (x - largest).exp().sum(dim=-1).log()


@in_float32
def softmax(x: torch.Tensor) -> torch.Tensor:
    """exp x_j / Σ_k exp x_k along the last dimension: scores (…, C) to probabilities (…, C)."""
    e = (x - x.max(dim=-1, keepdim=True).values).exp()
    return e / e.sum(dim=-1, keepdim=True)


@in_float32
def cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean over the batch of −log softmax(scores)[label], as F.cross_entropy; a 0-d tensor.

    scores (B, C); labels (B,), whole numbers of any type in 0 … C − 1. Raises ValueError for other labels, among them
    probabilities and the −100 that F.cross_entropy passes over: those are for F.cross_entropy itself.
    """
    labels = class_labels(labels, scores)  # (B,) int64
    rows = torch.arange(len(labels), device=labels.device)
    return (log_sum_exp(scores) - scores[rows, labels]).mean()
