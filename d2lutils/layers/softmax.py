"""Softmax and the cross-entropy that never overflows, as chapter 2.2 builds them."""

import torch


def log_sum_exp(x: torch.Tensor) -> torch.Tensor:
    """log Σ_j exp x_j along the last dimension: (…, C) to (…).

    The largest score is taken out of the sum first, so exp cannot overflow.
    """
    largest = x.max(dim=-1, keepdim=True).values  # (…, 1)
    return largest.squeeze(-1) + (x - largest).exp().sum(dim=-1).log()


def softmax(x: torch.Tensor) -> torch.Tensor:
    """exp x_j / Σ_k exp x_k along the last dimension: scores (…, C) to probabilities (…, C)."""
    e = (x - x.max(dim=-1, keepdim=True).values).exp()
    return e / e.sum(dim=-1, keepdim=True)


def cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean over the batch of −log softmax(scores)[label]. scores (B, C), labels (B,) int64; a 0-d tensor."""
    rows = torch.arange(len(labels), device=labels.device)
    return (log_sum_exp(scores) - scores[rows, labels]).mean()
