"""A run that can be killed at any moment and continued as if nothing had happened."""

import os
import pickle
import random
from pathlib import Path

import numpy as np
import torch

FORMAT = 1


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be used here. The message names the file and the way out."""


def _random_state(loader) -> dict:
    numpy_state = list(np.random.get_state())
    numpy_state[1] = numpy_state[1].tolist()  # plain numbers: all that weights_only=True reads
    state = {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "mps": torch.mps.get_rng_state() if torch.backends.mps.is_available() else None,
        "python": random.getstate(),
        "numpy": numpy_state,
    }
    generator = getattr(loader, "generator", None)
    if generator is not None:
        state["loader"] = generator.get_state()
    return state


def _restore_random_state(state: dict, loader) -> None:
    torch.set_rng_state(state["torch"])
    if state["cuda"] and torch.cuda.device_count() == len(state["cuda"]):
        torch.cuda.set_rng_state_all(state["cuda"])
    if state["mps"] is not None and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, *rest = state["numpy"]
    np.random.set_state((name, np.array(keys, dtype=np.uint32), *rest))
    generator = getattr(loader, "generator", None)
    if generator is not None and "loader" in state:
        generator.set_state(state["loader"])


def save_checkpoint(path, *, epoch: int, net, optimizer, scheduler, scaler, history, loader) -> None:
    """Write everything that the rest of the run depends on, whole or not at all: a kill leaves the file before it."""
    path = Path(path)
    part = path.with_name(path.name + ".part")
    state = {
        "format": FORMAT,
        "torch": str(torch.__version__),
        "epoch": epoch,
        "net": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "optimizer_class": type(optimizer).__name__,
        "scheduler": scheduler.state_dict() if scheduler is not None else None,
        "scaler": scaler.state_dict() if scaler is not None else None,
        "history": history.to_dict(),
        "random": _random_state(loader),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        raise CheckpointError(
            f"the checkpoint {path} could not be written ({error}); the one before it, if any, is untouched. "
            "Free some space or choose another checkpoint= path, then run again: it continues from there."
        ) from error


def _release(version: str) -> str:
    return ".".join(version.split("+")[0].split(".")[:2])


def _difference(saved: dict, wanted: dict) -> str | None:
    """The first way in which two state dicts do not fit each other, or None."""
    for name in [*wanted, *saved]:
        if name not in saved:
            return f"it has no {name}"
        if name not in wanted:
            return f"it has {name}, which this model has not"
        if saved[name].shape != wanted[name].shape:
            return f"its {name} is {tuple(saved[name].shape)}, this model's {tuple(wanted[name].shape)}"
    return None


def load_checkpoint(path, *, net, optimizer, scheduler, scaler, loader) -> tuple[int, dict] | None:
    """Put a saved state back into `net`, `optimizer`, … and return (finished epochs, history as a dict).

    None if there is no file yet. Raises CheckpointError before anything is changed if the file is damaged, of another
    model, optimizer or release of PyTorch (whose random numbers may differ, so that the run would not be the same).
    """
    path = Path(path)
    if not path.exists():
        return None
    remedy = f"Delete {path} or choose another checkpoint= path to start over"
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(state, dict) or state.get("format") != FORMAT:
            raise CheckpointError(f"{path} is no checkpoint of fit, or one of another format. {remedy}.")
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, pickle.UnpicklingError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} is damaged and cannot be read ({type(error).__name__}). {remedy}.") from error
    weights = f"its weights alone load with torch.load({str(path)!r}, weights_only=True)['net']"
    if _release(state["torch"]) != _release(str(torch.__version__)):
        raise CheckpointError(
            f"{path} was written by PyTorch {state['torch']}, this is {torch.__version__}: the run could not continue "
            f"exactly. {remedy}; {weights}."
        )
    if difference := _difference(state["net"], net.state_dict()):
        raise CheckpointError(f"{path} is of another model: {difference}. {remedy}.")
    if state["optimizer_class"] != type(optimizer).__name__:
        raise CheckpointError(
            f"{path} was written with the optimizer {state['optimizer_class']}, not {type(optimizer).__name__}. "
            f"{remedy}."
        )
    for part, name in ((scheduler, "scheduler"), (scaler, "scaler")):
        if (state[name] is None) != (part is None):
            raise CheckpointError(f"{path} was written {'without' if part else 'with'} a {name}. {remedy}.")
    try:
        optimizer.load_state_dict(state["optimizer"])
    except ValueError as error:
        raise CheckpointError(f"{path} is of an optimizer for other parameters ({error}). {remedy}.") from error
    net.load_state_dict(state["net"])
    if scheduler is not None:
        scheduler.load_state_dict(state["scheduler"])
    if scaler is not None:
        scaler.load_state_dict(state["scaler"])
    _restore_random_state(state["random"], loader)
    return state["epoch"], state["history"]
