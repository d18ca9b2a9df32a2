"""What a target says: classes as whole numbers, or a probability for each class."""

import torch

from d2lutils.arguments import describe


def classes_of(target: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    """The classes (...) that `target` names: its own numbers, or with scores (..., C) of its shape the likeliest.

    Raises ValueError for a target in the shape of scores whose rows are no probabilities of two classes or more.
    """
    if target.shape != output.shape or target.ndim < 2 or not output.is_floating_point():
        return whole_numbers("target", target)
    target = target.long() if target.dtype == torch.bool else target
    sums = target.sum(dim=-1, dtype=torch.float32)
    if target.shape[-1] < 2 or not ((target >= 0).all() and torch.allclose(sums, torch.ones_like(sums), atol=0.02)):
        raise ValueError(
            f"target {describe(target)} has the shape of the scores, and its rows are no probabilities (two or more "
            "numbers from 0 on that add up to 1): give classes (...), one-hot rows or other probabilities. For one "
            "score a row compare classes: (output > 0).long() with target.long(), both flattened"
        )
    return target.argmax(dim=-1)


def whole_numbers(name: str, values: torch.Tensor) -> torch.Tensor:
    """`values` as int64, so that no sum of theirs overflows. ValueError, with `name`, for fractions, inf and nan."""
    if values.is_floating_point() and not (values % 1 == 0).all():
        raise ValueError(f"{name} {describe(values)} holds numbers that are no classes 0, 1, 2, …: are they scores?")
    return values.long()
