"""Checks that name the argument, and what an error message says of a value that it was not expecting."""

import torch


def describe(value) -> str:
    """The shape and type of a tensor, "(4, 10) float32"; the name of any other value's type."""
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
    return type(value).__name__


def check_rows(**values) -> None:
    """Raises ValueError, naming the arguments, unless all are tensors of one shape (n,)."""
    tensors = all(isinstance(value, torch.Tensor) for value in values.values())
    if not tensors or len({value.shape for value in values.values()}) > 1 or next(iter(values.values())).ndim != 1:
        names, found = " and ".join(values), ", ".join(describe(value) for value in values.values())
        raise ValueError(f"{names} must both be tensors of one shape (n,), not {found}")


def class_labels(labels, scores: torch.Tensor) -> torch.Tensor:
    """`labels` as int64, or a ValueError unless they are one class in 0 … C − 1 for each row of `scores` (B, C).

    As an index, uint8 would be a mask, −1 the last class, and (B, 1) or a single label would serve all rows.
    """
    if not isinstance(scores, torch.Tensor) or scores.ndim != 2 or not scores.is_floating_point():
        raise ValueError(f"scores are a table of floats (B, C), a row for each example, not {describe(scores)}")
    whole = isinstance(labels, torch.Tensor) and not labels.is_floating_point() and labels.dtype != torch.bool
    if not whole or labels.shape != scores.shape[:1]:
        remedy = "reshape (B, 1) with squeeze(1), turn one-hot rows into classes with argmax(dim=1)"
        if not isinstance(labels, torch.Tensor):
            remedy = "make a tensor of them with torch.tensor(labels)"
        elif labels.shape == scores.shape[:1]:
            remedy = "turn them into whole numbers with labels.long()"
        raise ValueError(
            f"labels are one whole number for each of the {len(scores)} rows of scores, shape ({len(scores)},), not "
            f"{describe(labels)}: {remedy}"
        )
    if labels.numel() and not 0 <= labels.min() <= labels.max() < scores.shape[1]:
        raise ValueError(
            f"labels lie in 0 … {scores.shape[1] - 1}, the columns of scores, but these go from "
            f"{labels.min().item()} to {labels.max().item()}"
        )
    return labels.long()
