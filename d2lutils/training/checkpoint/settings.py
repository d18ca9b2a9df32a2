"""What a run is: the settings that a resumed run must share with the one that it continues, and how they differ."""

import contextlib
import functools
import types

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from d2lutils.training.checkpoint.data import glance

MOST_VALUES = 10_000  # of a tensor that is compared value by value
# what a scheduler changes as it goes
MOVING = {
    "_get_lr_called_within_step", "_is_initial", "_last_lr", "_step_count", "T_cur", "T_i", "best", "cooldown_counter",
    "last_epoch", "num_bad_epochs",
}  # fmt: skip
OF_A_LOADER = ("batch_size", "drop_last", "num_steps", "shift", "shuffle")


def run_settings(*, train, test, loss, optimizer, scheduler, step, metrics, **options) -> dict:
    """The settings of a run as plain data, under "data" a glance at its data (data.py); options: further arguments of
    `fit` that decide what is computed."""
    return {
        "optimizer": {"class": full_name(type(optimizer)), "groups": [_group(g) for g in optimizer.param_groups]},
        "scheduler": scheduler if scheduler is None else _scheduler(scheduler),
        "loss": plain(loss),
        "step": plain(step),
        "metrics": list(metrics),
        "train": _loader(train),
        "test": "none" if test is None else "given",
        "data": {"training": glance(train), "test": glance(test)},
        **{name: plain(value) for name, value in options.items()},
    }


def differences(then, now, name: str = "") -> list[str]:
    """What differs between two settings, each as "lr: 0.1 then, 0.3 now"."""
    if isinstance(then, dict) and isinstance(now, dict) and then.get("class") == now.get("class"):
        names = [*then, *(key for key in now if key not in then)]
        return [d for key in names for d in differences(then.get(key), now.get(key), f"{name}.{key}" if name else key)]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now) and _nested(then):
        return [d for i, pair in enumerate(zip(then, now)) for d in differences(*pair, f"{name}[{i}]")]
    return [] if then == now else [f"{name}: {_short(then)} then, {_short(now)} now"]


def full_name(cls: type) -> str:
    """Two classes of one name are two classes: with the module in which each stands."""
    return f"{cls.__module__}.{cls.__qualname__}"


def plain(value):
    """`value` as numbers, words, lists and dicts that say what it is, the same in every process."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, torch.Tensor):
        return value.tolist() if value.numel() <= MOST_VALUES else f"a tensor {tuple(value.shape)}"
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, functools.partial):
        return {"class": "partial", "function": plain(value.func), "given": plain([*value.args, value.keywords])}
    if isinstance(value, types.MethodType):
        return plain(value.__func__)
    if isinstance(value, types.FunctionType):
        return _function(value)
    if isinstance(value, type):
        return full_name(value)
    if isinstance(value, (torch.dtype, torch.device)):
        return str(value)
    return _object(value)


def _function(function: types.FunctionType) -> dict:
    """A function by its name and by the numbers, words and names in it."""
    code, cells = function.__code__, function.__closure__ or ()
    constants = [c for c in code.co_consts if isinstance(c, (bool, int, float, str)) and c != function.__doc__]
    held = [cell.cell_contents for cell in cells]
    numbers = [value for value in held if value is None or isinstance(value, (bool, int, float, str, torch.Tensor))]
    return {
        "class": code.co_name,
        "constants": constants,
        "names": list(code.co_names),
        "held": plain(numbers),
        "defaults": plain([d for d in function.__defaults__ or () if isinstance(d, (bool, int, float, str))]),
    }


def _object(value) -> dict:
    """A loss, a step: its class, the numbers and words in it, and for a module its buffers and parts."""
    found = {"class": full_name(type(value))}
    for name, part in vars(value).items() if hasattr(value, "__dict__") else ():
        if isinstance(part, (bool, int, float, str)) and not name.startswith("_") and name != "training":
            found[name] = part
        elif isinstance(part, (types.FunctionType, functools.partial)):
            found[name] = plain(part)
    if isinstance(value, nn.Module):
        buffers = {name: plain(buffer) for name, buffer in value.named_buffers(recurse=False)}
        found |= buffers | {name: _object(part) for name, part in value.named_children()}
    return found


def _group(group: dict) -> dict:
    """A group of the optimizer without what a scheduler moves: the learning rate is the one that it began with."""
    moved = {"params", "param_names", "initial_lr"} | ({"momentum", "betas"} if "max_momentum" in group else set())
    settings = {name: plain(value) for name, value in group.items() if name not in moved}
    return settings | {"lr": plain(group.get("initial_lr", group.get("lr"))), "parameters": len(group["params"])}


def _scheduler(scheduler) -> dict:
    found = {"class": full_name(type(scheduler))}
    if isinstance(scheduler, (LRScheduler, ReduceLROnPlateau)):
        found |= _still(plain({name: part for name, part in scheduler.state_dict().items() if name != "lr_lambdas"}))
        found["lr_lambdas"] = plain(getattr(scheduler, "lr_lambdas", getattr(scheduler, "lr_lambda", None)))
        found["parts"] = [_scheduler(part) for part in getattr(scheduler, "_schedulers", ())]
    return found


def _still(state: dict) -> dict:
    return {name: part for name, part in state.items() if name not in MOVING | {"_schedulers"}}


def _loader(data) -> dict:
    found = {"class": full_name(type(data))}
    found |= {name: getattr(data, name) for name in OF_A_LOADER
              if isinstance(getattr(data, name, None), (bool, int))}  # fmt: skip
    if hasattr(data, "sampler"):
        found["sampler"] = full_name(type(data.sampler))
    for name, counted in (("batches", data), ("examples", getattr(data, "dataset", None))):
        with contextlib.suppress(TypeError):  # what has no length is not counted
            found[name] = len(counted)
    return found


def _nested(values: list) -> bool:
    return any(isinstance(value, (dict, list)) for value in values)


def _short(value) -> str:
    value = value["class"] if isinstance(value, dict) and "class" in value else value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
