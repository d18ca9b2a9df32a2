"""Tensors inside whatever a loader gives or a model returns, changed one by one; every container keeps its type."""

import copy
import dataclasses
from collections.abc import Mapping
from types import SimpleNamespace

import torch
from torch.distributions import Distribution


def to_device(batch, device: torch.device):
    """`batch` with its tensors on `device`; what is there already is handed back as it is.

    A container that can move itself (PackedSequence, a batch class with `.to`) does.
    """
    if isinstance(batch, torch.Tensor):
        return batch if batch.device == device else batch.to(device, non_blocking=True)
    if type(batch) in (tuple, list):  # most batches
        moved = [to_device(part, device) for part in batch]
        return moved if type(batch) is list else tuple(moved)
    if callable(getattr(batch, "to", None)):
        return batch.to(device)
    return _with_parts(batch, lambda part: to_device(part, device))


def without_graph(output):
    """`output` with the values of its tensors and nothing to differentiate through, whatever holds them."""
    if isinstance(output, torch.Tensor):
        return output.detach() if output.requires_grad else output
    if callable(getattr(output, "detach", None)):
        return output.detach()
    return _with_parts(output, without_graph)


def _with_parts(value, change):
    """`value` with `change` applied to what it holds; `value` itself where nothing changed or nothing is held."""
    if isinstance(value, Mapping):
        parts = dict(value)
    elif isinstance(value, (tuple, list)):
        parts = dict(enumerate(value))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    elif isinstance(value, (SimpleNamespace, Distribution)):
        parts = dict(vars(value))
    else:
        return value
    changed = {name: change(part) for name, part in parts.items()}
    if all(changed[name] is part for name, part in parts.items()):
        return value
    return _rebuilt(value, changed)


def _rebuilt(value, parts: dict):
    if isinstance(value, tuple):  # a named tuple takes its fields one by one, torch.return_types a sequence
        return type(value)(*parts.values()) if hasattr(value, "_fields") else type(value)(list(parts.values()))
    twin = copy.copy(value)
    if isinstance(value, list):
        twin[:] = parts.values()
    elif isinstance(value, Mapping) and hasattr(twin, "__setitem__"):
        for name, part in parts.items():
            twin[name] = part
    elif isinstance(value, Mapping):
        return type(value)(parts)
    else:
        for name, part in parts.items():
            object.__setattr__(twin, name, part)  # also where a dataclass is frozen
    return twin
