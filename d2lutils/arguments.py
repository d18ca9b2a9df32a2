"""What an error message says of a value that it was not expecting."""

import torch


def describe(value) -> str:
    """The shape and type of a tensor, "(4, 10) float32"; the name of any other value's type."""
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
    return type(value).__name__
