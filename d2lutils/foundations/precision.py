"""Half precision: computed in float32 and rounded once at the end, as PyTorch's own kernels do."""

import functools

import torch

HALF = (torch.float16, torch.bfloat16)


def in_float32(function):
    """A decorator: tensors in float16 or bfloat16 reach `function` as float32, and its result comes back in their type.

    A sum of 16-bit numbers overflows at 65,504 (float16), their squares at 256, and every step of a formula rounds to
    three digits. Where any argument is float32 or float64 the result stays as `function` gave it.
    """

    @functools.wraps(function)
    def computed(*arguments, **named):
        kinds = {value.dtype for value in (*arguments, *named.values())
                 if isinstance(value, torch.Tensor) and value.is_floating_point()}  # fmt: skip
        if kinds.isdisjoint(HALF):
            return function(*arguments, **named)
        result = function(*map(_widened, arguments), **{name: _widened(value) for name, value in named.items()})
        kind = functools.reduce(torch.promote_types, kinds)
        return tuple(part.to(kind) for part in result) if isinstance(result, tuple) else result.to(kind)

    return computed


def _widened(value):
    return value.float() if isinstance(value, torch.Tensor) and value.dtype in HALF else value
