"""How a result is compared with the right one: first what it is, then its shape, its dtype, its numbers.

Each comparison takes (got, want, tolerance) and returns what is wrong in words, or nothing. None of them looks at the
numbers of a result before its shape is known to be right, so a result of absurd size costs nothing.
"""

import numbers

import numpy as np
import torch

Result = torch.Tensor | np.ndarray
_ENOUGH = 10_000  # more entries than this has no list that a check asks for


def kind_problem(got, want: Result, tolerance: float = 0.0) -> str:
    if isinstance(want, np.ndarray):
        return "" if isinstance(got, (np.ndarray, np.generic)) else f"expected a NumPy array, got {kind(got)}"
    if not isinstance(got, torch.Tensor):
        return f"expected a tensor, got {kind(got)}"
    odd = got.layout != torch.strided or got.is_complex() or got.is_meta
    return "expected plain numbers, got a sparse, complex or empty (meta) tensor" if odd else ""


def shape_problem(got: Result, want: Result, tolerance: float = 0.0) -> str:
    got, want = tuple(got.shape), tuple(want.shape)
    return "" if got == want else f"expected shape {want}, got {got}"


def dtype_problem(got: Result, want: Result, tolerance: float = 0.0) -> str:
    return "" if got.dtype == want.dtype else f"expected dtype {short(want.dtype)}, got {short(got.dtype)}"


def value_problem(got: Result, want: Result, tolerance: float) -> str:
    """Where two results differ first, in words. tolerance: relative, of float64 results; 1e-5 at least for float32."""
    if got.shape != want.shape:
        return "another shape"
    try:
        a, b = float64(got), float64(want)
    except Exception:
        return "not numbers"
    wrong = ~close(a, b, max(tolerance, 1e-5) if _single(got) or _single(want) else tolerance)
    if not wrong.any():
        return ""
    index = tuple(wrong.nonzero()[0].tolist())
    where = f"at index {list(index)} " if index else ""
    expected, found = b[index].item(), a[index].item()
    digits = next((n for n in (5, 9, 17) if f"{expected:.{n}g}" != f"{found:.{n}g}"), 17)  # enough to see a difference
    return f"{where}expected {expected:.{digits}g}, got {found:.{digits}g}"


def close(a: torch.Tensor, b: torch.Tensor, tolerance: float) -> torch.Tensor:
    """Entry by entry, whether a is b, relative to the largest finite number of b's row (its last side): entries near
    zero carry the rounding of their neighbours."""
    size = b.abs().nan_to_num(0.0, 0.0, 0.0)
    size = size.amax(-1, keepdim=True) if b.ndim and b.numel() else size
    return ((a - b).abs() <= tolerance * size.clamp(min=1e-3)) | (a == b) | (a.isnan() & b.isnan())


def same(a, b) -> bool:
    """Whether two results of one call are equal but for rounding; results that are no numbers count as equal."""
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and (len(a) > _ENOUGH or all(map(same, a, b)))
    if not isinstance(a, (torch.Tensor, np.ndarray)) or not isinstance(b, (torch.Tensor, np.ndarray)):
        return True
    return value_problem(a, b, 1e-12) in ("", "not numbers")


def as_result(value) -> Result:
    """Python's and NumPy's numbers, and lists of them, as a tensor; everything else as it is."""
    if isinstance(value, (numbers.Real, np.generic)):
        return torch.as_tensor(float(value), dtype=torch.float64)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iufb":
        return torch.from_numpy(np.ascontiguousarray(value)).reshape(value.shape)
    if isinstance(value, (list, tuple)) and _entries(value) <= _ENOUGH:
        entries = [as_result(entry) for entry in value]
        if entries and all(isinstance(entry, torch.Tensor) and entry.shape == entries[0].shape for entry in entries):
            return torch.stack([float64(entry) for entry in entries])
    return value


def _entries(value) -> int:
    """How many numbers a nested list holds if all its rows are like the first; no deeper than a tensor of a check."""
    number = 1
    for _ in range(6):
        if not isinstance(value, (list, tuple)) or not value:
            break
        number, value = number * len(value), value[0]
    return number


def float64(value) -> torch.Tensor:
    """Results as a plain float64 tensor on the CPU; raises for what is none."""
    tensor = torch.as_tensor(value).detach().cpu()
    if tensor.is_complex():
        raise TypeError("complex")
    return tensor.to(torch.float64)


def is_float(value) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def kind(value) -> str:
    """A value in two words: "a list", "None"."""
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def short(dtype) -> str:
    return str(dtype).removeprefix("torch.")


def describe(arguments: tuple) -> str:
    """Arguments in a few words: "for shapes (4, 3) and (4,), not contiguous"."""
    tensors = [a for a in arguments if isinstance(a, (torch.Tensor, np.ndarray))]
    shapes = ", ".join(str(tuple(a.shape)) for a in tensors)
    others = [f"{a!r}" for a in arguments if isinstance(a, (int, float))]
    words = f"shape{'s' if len(tensors) > 1 else ''} {shapes}" if tensors else ""
    gaps = any(isinstance(a, torch.Tensor) and not a.is_contiguous() for a in tensors)
    said = [*filter(None, [words, *others]), *(["not contiguous"] if gaps else [])]
    return "for " + ", ".join(said) if said else "in a test of the check"


def _single(value: Result) -> bool:
    return value.dtype in (torch.float32, np.float32)
