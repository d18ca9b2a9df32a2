"""The inputs of the checks: random with a fixed seed, and the forms of them in which careless code fails."""

import copy

import numpy as np
import torch


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def uniform(*shape: int, seed: int = 0) -> torch.Tensor:
    """float64, in [0, 1)."""
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def integers(*shape: int, below: int, seed: int = 0) -> torch.Tensor:
    """int64, from 0 to `below` - 1."""
    return torch.randint(below, shape, generator=torch.Generator().manual_seed(seed))


def numbers(*values: float) -> torch.Tensor:
    """A float64 vector of just these."""
    return torch.tensor(values, dtype=torch.float64)


def gapped(arguments: tuple) -> tuple | None:
    """Copies with the same numbers, whose neighbours do not lie side by side in memory; None where nothing can be.

    The strides of a tensor are turned round and doubled, its first number does not stand at the beginning, and between
    its numbers lie others: code that counts on `view`, on strides or on the storage fails or goes wrong.
    """
    spread = tuple(_spread(a) if isinstance(a, (torch.Tensor, np.ndarray)) and a.ndim else copy.deepcopy(a)
                   for a in arguments)  # fmt: skip
    return spread if any(isinstance(a, (torch.Tensor, np.ndarray)) and a.ndim for a in arguments) else None


def _spread(tensor):
    if isinstance(tensor, np.ndarray):
        return _spread(torch.from_numpy(tensor.copy())).numpy()
    fill = torch.nan if tensor.is_floating_point() else 0
    room = torch.full([2 * side + 1 for side in reversed(tensor.shape)], fill, dtype=tensor.dtype)
    view = room.permute(*reversed(range(tensor.ndim)))[(slice(1, None, 2),) * tensor.ndim]
    return view.copy_(tensor)


def ones(arguments: tuple, sides: str) -> list[tuple]:
    """Cases with sizes of 1, cut from a larger case: one for each letter of `sides`, and one for all of them.

    sides: the names of the sides of each argument, such as "nd d ." for X (n, d), w (d,) and a number. A side called
    "." (as an argument without sides) stays as it is.
    """
    names = sides.split()
    letters = sorted(set("".join(names)) - {"."})
    cuts = [{letter} for letter in letters] + ([set(letters)] if len(letters) > 1 else [])
    return [tuple(_cut(a, name, cut) for a, name in zip(arguments, names, strict=True)) for cut in cuts]


def _cut(argument, name: str, letters: set[str]):
    if not isinstance(argument, (torch.Tensor, np.ndarray)) or not argument.ndim:
        return copy.deepcopy(argument)
    index = tuple(slice(0, 1) if letter in letters else slice(None) for letter in name)
    part = argument[index]
    return part.clone() if isinstance(part, torch.Tensor) else part.copy()
