"""What can be said for certain about why a result is wrong, or an answer raised.

A cause is said only if nothing else gives these numbers: a factor that holds for several entries, a table that is the
right one transposed. A guess that is wrong costs the reader more than no guess.
"""

import inspect
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from d2lutils.check.comparisons import Result, close, float64, short


def of_numbers(got: Result, want: Result, any_dtype: bool = False) -> str:
    """What a result itself says, compared with the right one. any_dtype: a result may be of another dtype."""
    if isinstance(want, torch.Tensor) != isinstance(got, torch.Tensor):
        return "torch.from_numpy(…) makes a tensor of it" if isinstance(got, np.ndarray) else ""
    try:
        if got.shape != want.shape:
            return _of_shapes(got, want)
        a, b = float64(got), float64(want)
    except Exception:
        return ""
    if isinstance(got, torch.Tensor) and got.dtype != want.dtype and not any_dtype:
        if want.dtype == torch.bool:
            return "a mask holds True and False: a comparison makes one, or .bool()"
        if want.is_floating_point() and got.dtype == torch.float32:
            return "a new tensor is float32 unless it is made with dtype=x.dtype, and .float() makes it so, too"
        return f"something turned it into {short(got.dtype)}"
    if a.isnan().any() and not b.isnan().any():
        return "nan comes of inf - inf, 0 / 0, 0 * inf, and of a root or logarithm of something negative"
    if a.isinf().any() and not b.isinf().any():
        return "inf comes of exp above 709 (88 in float32), of log(0), and of a division by 0"
    return _of_values(a, b)


def _of_shapes(got: Result, want: Result) -> str:
    if got.size != want.size if isinstance(got, np.ndarray) else got.numel() != want.numel():
        return ""
    a, b = float64(got), float64(want)
    if a.squeeze().shape == b.squeeze().shape:
        return "an axis of size 1 is there too much or too little: look at keepdim, squeeze and unsqueeze"
    return "rows and columns are swapped" if _transposed(a, b) else ""


def _of_values(a: torch.Tensor, b: torch.Tensor) -> str:
    if _transposed(a, b):
        return "rows and columns are swapped"
    if not a.any():
        return "every entry is 0"
    telling = b.isfinite() & a.isfinite() & (b.abs() > 1e-9)
    if len(b[telling].unique()) < 3 or not torch.equal(a.isfinite(), b.isfinite()):
        return ""
    if close(a, b, 1e-5).all():
        rounded = torch.equal(a, a.float().double()) and not torch.equal(b, b.float().double())
        return ("right but for rounding: these are numbers of float32" if rounded else
                "right to a few digits: something was rounded to float32, or is an approximation")  # fmt: skip
    ratio = a[telling] / b[telling]
    if close(a, b * ratio[0], 1e-7).all():
        factor = ratio[0].item()
        return "the sign is the wrong way round" if abs(factor + 1) < 1e-6 else (
            f"every entry is {factor:.4g} times what it should be" if abs(factor - 1) > 1e-3 else "")  # fmt: skip
    shift = (a - b)[telling]
    if close(a, b + shift[0], 1e-7).all() and abs(shift[0].item()) > 1e-3:
        return f"every entry is {shift[0].item():.4g} more than it should be"
    return ""


def _transposed(a: torch.Tensor, b: torch.Tensor) -> bool:
    return (a.ndim == 2 and a.T.shape == b.shape and min(b.shape) > 1 and not torch.equal(b, b.T)
            and bool(close(a.T, b, 1e-9).all()))  # fmt: skip


def of_error(error: BaseException, function: Callable, arguments: tuple) -> str:
    """A word on errors that beginners meet."""
    message = text(error)
    if isinstance(error, TypeError) and "positional argument" in message:
        try:
            return f"your function takes {inspect.signature(function)}"
        except (TypeError, ValueError):
            return ""
    if isinstance(error, TypeError) and "NoneType" in message:
        layers = [a for a in arguments if isinstance(a, nn.Module)]
        bare = any(getattr(layer, "bias", "") is None for layer in layers)
        return "the bias of a layer made with bias=False is None" if bare else ""
    if isinstance(error, MemoryError) or "allocate memory" in message:
        return "it asks for far more memory than the answer needs"
    if not isinstance(error, RuntimeError):
        return ""
    return next((words for part, words in {
        "size of tensor": "two shapes do not broadcast: write the shape beside each",
        "cannot be multiplied": "a factor stands on the wrong side, or is not transposed: write the shape beside each",
        "out of bounds for storage": "the strides reach behind the last number: how far apart are two neighbours, and "
                                     "two rows?",
        "view size is not compatible": ".view needs numbers that lie side by side; .reshape copies where it must",
        "leaf Variable": "an operation in place on an input: work on a clone",
    }.items() if part in message), "")  # fmt: skip


def of_change(what: str) -> str:
    """A word on what `session.difference` found."""
    if "running_" in what or "num_batches" in what:
        return "the net was in training mode: there, batch normalisation moves its averages"
    if what.startswith("the mode"):
        return "remember net.training before, and call net.train(…) with it after"
    return {
        "the numbers": "an operation in place (+=, [...] =, sub_): work on a clone, or write a = a + b",
        "requires_grad": "requires_grad_() changes the tensor itself: x.detach().clone() is one of your own",
    }.get(what, "")


def text(error: BaseException) -> str:
    """An error's message on one line, at most 300 characters."""
    try:
        return " ".join(str(error).split())[:300]
    except Exception:
        return "(no message)"
