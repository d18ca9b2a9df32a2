"""Everything that carries random numbers of its own in a run, beside the streams of the process.

A sampler's generator, one that a transform holds on to, a data set's, a loss's: found by walking through what the run
is made of. So is what knows how to save its own place (`state_dict`), such as a loader that can be resumed.
"""

import functools
import random
import types

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader

MOST_LOOKED_AT = 1000  # entries of one list: a data set may be a list of a million examples
ENDS = (str, bytes, int, float, complex, type(None), torch.Tensor, np.ndarray, types.ModuleType, Optimizer)


class Unsaveable(ValueError):
    """Something whose random state, or place, cannot be saved."""


def carriers(parts) -> list:
    """What carries random state, in a fixed order, each once. Raises Unsaveable, in words."""
    found, seen, waiting = [], set(), list(reversed(list(parts)))
    while waiting:
        value = waiting.pop()
        if isinstance(value, ENDS) or id(value) in seen:
            continue
        seen.add(id(value))
        _refuse(value)
        if _kind(value):
            found.append(value)
        else:
            waiting.extend(reversed(_held(value)))
    return found


def states(found: list) -> list:
    """The state of each of `carriers`, as `torch.load(weights_only=True)` can read it."""
    return [[_kind(carrier), _state(carrier)] for carrier in found]


def mismatch(found: list, saved: list) -> str | None:
    """How saved states are of other carriers than these, in words, or None."""
    now, then = [_kind(carrier) for carrier in found], [kind for kind, _ in saved]
    if now == then:
        return None
    return f"it holds the random state of {_listed(then)}, and this run draws from {_listed(now)}"


def restore(found: list, saved: list) -> None:
    """Put saved states back."""
    for carrier, (kind, state) in zip(found, saved):
        if kind == "torch.Generator":
            carrier.set_state(state)
        elif kind == "numpy Generator":
            carrier.bit_generator.state = _with_arrays(state)
        elif kind == "numpy RandomState":
            carrier.set_state(_with_arrays(state))
        elif kind == "Python's Random":
            version, internal, gauss = state
            carrier.setstate((version, tuple(internal), gauss))
        else:
            carrier.load_state_dict(state)


def _kind(value) -> str | None:
    if isinstance(value, torch.Generator):
        return "torch.Generator"
    if isinstance(value, np.random.Generator):
        return "numpy Generator"
    if isinstance(value, np.random.RandomState):
        return "numpy RandomState"
    if isinstance(value, random.Random):
        return "Python's Random"
    if isinstance(value, (type, nn.Module)):
        return None
    own = callable(getattr(value, "state_dict", None)) and callable(getattr(value, "load_state_dict", None))
    return type(value).__name__ if own else None


def _state(carrier):
    if isinstance(carrier, torch.Generator):
        return carrier.get_state()
    if isinstance(carrier, np.random.Generator):
        return _without_arrays(carrier.bit_generator.state)
    if isinstance(carrier, np.random.RandomState):
        return _without_arrays(carrier.get_state(legacy=False))
    return carrier.getstate() if isinstance(carrier, random.Random) else carrier.state_dict()


def _refuse(value) -> None:
    if isinstance(value, random.SystemRandom):
        raise Unsaveable("random.SystemRandom takes its numbers from the operating system, whose state nobody knows")
    if isinstance(value, types.GeneratorType):
        raise Unsaveable(f"the place at which the Python generator {value.__name__} stands cannot be saved")
    if isinstance(value, DataLoader) and value.persistent_workers:
        raise Unsaveable("persistent_workers=True keeps random numbers in other processes: pass False")


def _held(value) -> list:
    """What a value holds on to, as far as it can hold a generator."""
    if isinstance(value, dict):
        return list(value.values())[:MOST_LOOKED_AT]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)[:MOST_LOOKED_AT]
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, (types.MethodType, types.BuiltinMethodType)):
        return [value.__self__, *([value.__func__] if isinstance(value, types.MethodType) else [])]
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        return [*cells, *(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values(), *_named(value)]
    if isinstance(value, type):
        return [part for base in value.__mro__ if base is not object for part in _methods(base)]
    held = list(getattr(value, "__dict__", {}).values())
    slots = [name for base in type(value).__mro__ for name in _slots(base)]
    return [*held, *(getattr(value, name) for name in slots if hasattr(value, name)), type(value)]


def _slots(base: type) -> tuple:
    slots = base.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _methods(base: type) -> list:
    """Functions of a class, and generators that stand in it."""
    parts = [getattr(part, "__func__", part) for part in vars(base).values()]
    return [part for part in parts if isinstance(part, types.FunctionType) or _is_generator(part)]


def _named(function: types.FunctionType) -> list:
    """The generators, and the functions of its own module, that a function names."""
    values = [function.__globals__.get(name) for name in function.__code__.co_names]
    return [value for value in values if _is_generator(value) or (
        isinstance(value, types.FunctionType) and value.__globals__ is function.__globals__)]  # fmt: skip


def _is_generator(value) -> bool:
    return isinstance(value, (torch.Generator, np.random.Generator, np.random.RandomState, random.Random))


def _is_filled(cell) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _without_arrays(state):
    """NumPy's arrays as tensors, which a checkpoint may hold."""
    if isinstance(state, dict):
        return {name: _without_arrays(part) for name, part in state.items()}
    return torch.from_numpy(state.astype(np.int64)) if isinstance(state, np.ndarray) else state


def _with_arrays(state):
    if isinstance(state, dict):
        return {name: _with_arrays(part) for name, part in state.items()}
    return state.numpy().astype(np.uint64) if isinstance(state, torch.Tensor) else state


def _listed(kinds: list[str]) -> str:
    return ", ".join(kinds) or "none but the process's own"
