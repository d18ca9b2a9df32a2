"""The session around an answer: what holds for all of it is noted before, compared after, and put back."""

import contextlib
import random
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

# what it is: (read it, write it, how it should be while a check runs)
_SETTINGS: dict[str, tuple[Callable, Callable, object]] = {
    "whether gradients are recorded": (torch.is_grad_enabled, torch.set_grad_enabled, True),
    "the default dtype": (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
    "the default device": (
        torch.get_default_device,
        lambda device: torch.set_default_device(None if device == torch.device("cpu") else device),  # None: unset
        torch.device("cpu")),
    "whether only deterministic algorithms are used": (
        torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, False),
    "whether autograd looks for anomalies": (
        torch.is_anomaly_enabled, lambda on: torch.autograd.set_detect_anomaly(on), False),
    "the number of threads": (torch.get_num_threads, torch.set_num_threads, None),
    "what NumPy does about overflow": (np.geterr, lambda modes: np.seterr(**modes), None),
}  # fmt: skip


def settings() -> dict[str, object]:
    return {words: read() for words, (read, _, _) in _SETTINGS.items()}


def changed(before: dict[str, object]) -> str:
    """The first setting that is not as it was, in words; nothing if all are."""
    now = settings()
    return next((words for words in before if before[words] != now[words]), "")


def put_back(before: dict[str, object]) -> None:
    for words, (read, write, _) in _SETTINGS.items():
        if read() != before[words]:
            write(before[words])


@contextlib.contextmanager
def standard():
    """A session as a new kernel has it; afterwards the reader's own, with the random numbers where they were."""
    before = settings()
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    put_back({words: before[words] if usual is None else usual for words, (_, _, usual) in _SETTINGS.items()})
    try:
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        put_back(before)
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])


def snapshot(value):
    """What an answer might change in an argument, as plain values that `difference` compares."""
    if isinstance(value, torch.Tensor):
        return "tensor", value.detach().clone(), value.requires_grad
    if isinstance(value, np.ndarray):
        return "tensor", torch.from_numpy(value.copy()), False
    if isinstance(value, nn.Module):
        states = {name: snapshot(entry) for name, entry in value.state_dict(keep_vars=True).items()}
        return "module", states, {name: module.training for name, module in value.named_modules()}
    if isinstance(value, (tuple, list)):
        return "list", [snapshot(entry) for entry in value], None
    if isinstance(value, dict):
        return "list", [snapshot(entry) for entry in value.values()], None
    return "other", None, None


def difference(before, after) -> str:
    """What changed between two snapshots: the numbers, `requires_grad`, a module's mode; nothing if nothing did."""
    kind, content, flag = before
    if kind != after[0]:
        return "what it is"
    if kind == "tensor":
        if content.shape != after[1].shape or content.dtype != after[1].dtype:
            return "the shape or the dtype"
        if not torch.allclose(content, after[1], rtol=0, atol=0, equal_nan=True):
            return "the numbers"
        return "" if flag == after[2] else "requires_grad"
    if kind == "module":
        if content.keys() != after[1].keys() or flag.keys() != after[2].keys():
            return "what it holds"
        for name, entry in content.items():
            what = difference(entry, after[1][name])
            if what:
                return f"{what} of {name}"
        return next((f"the mode of {name or 'the net'}" for name in flag if flag[name] != after[2][name]), "")
    if kind == "list":
        if len(content) != len(after[1]):
            return "the number of entries"
        return next(filter(None, map(difference, content, after[1])), "")
    return ""
