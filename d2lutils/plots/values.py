"""What callers hand over to be drawn, from tensors on any device to lists of lists, as NumPy's numbers and names."""

from collections.abc import Iterable

import numpy as np
import torch


def is_row(value) -> bool:
    """Whether `value` holds several values; a number, a tensor or array without dimensions and a text do not."""
    if hasattr(value, "shape"):
        return len(value.shape) > 0
    return isinstance(value, Iterable) and not isinstance(value, str)


def number(value, name: str) -> float:
    """One number-like value as a float: of Python or NumPy, or a tensor of one element, on any device, with or without
    gradients. Raises TypeError, which calls the value `name`."""
    try:
        plain = value.item() if hasattr(value, "item") else value
        if not isinstance(plain, str):
            return float(plain)
    except (TypeError, ValueError, RuntimeError):  # torch says RuntimeError of a tensor with several elements
        pass
    raise TypeError(f"{name} must be a number, not {_described(value)}")


def numbers(values, name: str) -> np.ndarray:
    """Values in any of these forms as an array of floats; a None among them becomes nan. Raises TypeError for what is
    no number."""
    try:
        if isinstance(values, torch.Tensor):
            values = values.detach().cpu()
            values = (values if values.is_complex() else values.double()).numpy()
        elif is_row(values) and not hasattr(values, "__array__"):
            values = list(values)
            if any(isinstance(value, torch.Tensor) for value in values):
                values = [numbers(value, name) for value in values]
        array = np.asarray(values)
        if values is not None and not np.iscomplexobj(array):
            return array.astype(float)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} must hold real numbers, not {_described(values)}")


def curves(values, name: str) -> list[np.ndarray]:
    """One curve or several, each (N,).

    An array or tensor (N,) or (N, 1) is one curve, (K, N) are the K curves in its rows. A list holds the numbers of one
    curve, or several curves, which may differ in length. Raises ValueError for other shapes, TypeError for no numbers.
    """
    if is_row(values) and not hasattr(values, "shape"):
        members = list(values)
        if any(is_row(member) for member in members):
            found = [_curve(member, f"{name}[{i}]") for i, member in enumerate(members)]
            # a list of one number each, as `losses.append(loss)` leaves behind, is one curve
            alone = len(found) > 1 and all(len(curve) == 1 for curve in found)
            return [np.concatenate(found)] if alone else found
        values = members
    array = numbers(values, name)
    while array.ndim > 1 and array.shape[-1] == 1:
        array = array[..., 0]  # (N, 1) -> (N,)
    if array.ndim > 2:
        raise ValueError(f"{name} has shape {array.shape}: (N,), (N, 1) or (curves, N) can be drawn")
    return list(array) if array.ndim == 2 else [np.atleast_1d(array)]


def _curve(values, name: str) -> np.ndarray:
    array = numbers(values, name)
    if array.size != max(array.shape, default=1):
        raise ValueError(f"{name} has shape {array.shape}: a curve is (N,) or (N, 1)")
    return array.reshape(-1)


def names(texts) -> list[str]:
    """The texts of a legend or of titles: a single one is one name, not a list of its letters."""
    if texts is None:
        return []
    if not is_row(texts):
        texts = [texts]
    return [str(text.item() if isinstance(text, torch.Tensor) and text.numel() == 1 else text) for text in texts]


def _described(value) -> str:
    kind = type(value).__name__
    return f"{kind} {tuple(value.shape)} {value.dtype}" if hasattr(value, "dtype") else f"{kind} {value!r:.60}"
