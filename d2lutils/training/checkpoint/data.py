"""Whether a resumed run trains on the data of the run that it continues, as far as a glance tells."""

import torch

GLANCES = 200  # rows of a data set, evenly from the first to the last


def glance(data) -> list[torch.Tensor]:
    """A number for each of some rows of a loader's tensors, one float64 tensor (rows,) for each of them.

    For loaders whose data are tensors at hand: TensorLoader, a DataLoader over a TensorDataset, the loaders of a text.
    Of any other it is empty: to look at its data would cost a pass, or draw random numbers.
    """
    held = getattr(data, "dataset", data)
    tensors = getattr(held, "tensors", None) or [getattr(held, "corpus", None)]
    return [_numbers(tensor) for tensor in tensors if isinstance(tensor, torch.Tensor) and len(tensor)]


def changed(then: list[torch.Tensor], now: list[torch.Tensor]) -> bool:
    """Whether two glances are of different data. Rounding does not count: preprocessing on another machine rounds
    differently, and a run need not be lost for that."""
    if not then or not now:
        return False
    return [len(row) for row in then] != [len(row) for row in now] or not all(
        torch.allclose(now, then, rtol=0, atol=1e-5 * _size(then), equal_nan=True) for then, now in zip(then, now))


def _numbers(tensor: torch.Tensor) -> torch.Tensor:
    """A weighted mean of each row that is looked at, so that exchanged columns show too."""
    rows = torch.linspace(0, len(tensor) - 1, min(len(tensor), GLANCES)).long().to(tensor.device)
    values = tensor.detach()[rows].flatten(1) if tensor.ndim > 1 else tensor.detach()[rows, None]
    values = (values.abs() if values.is_complex() else values).double().cpu()  # (rows, values)
    return values @ torch.linspace(1, 2, values.shape[1], dtype=torch.float64) / max(values.shape[1], 1)


def _size(numbers: torch.Tensor) -> float:
    finite = numbers[numbers.isfinite()]
    return finite.abs().max().item() if len(finite) else 0.0
