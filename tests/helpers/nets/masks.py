"""Masks for the tests of attention."""

import torch


def random_mask(*shape: int) -> torch.Tensor:
    """A mask with a row of nothing in it, and the rest as it comes."""
    mask = torch.rand(shape) < 0.6
    mask[..., 0, :] = False
    return mask
