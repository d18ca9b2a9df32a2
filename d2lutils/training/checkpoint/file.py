"""The file of a checkpoint: written whole or not at all, by one run at a time, and read with suspicion."""

import contextlib
import os
import pickle
import sys
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from torch import nn

from d2lutils.machine import random_state, restore_random_state
from d2lutils.training.checkpoint.data import changed
from d2lutils.training.checkpoint.generators import Unsaveable, carriers, mismatch, restore, states
from d2lutils.training.checkpoint.settings import differences
from d2lutils.training.history import History

FORMAT = 2


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be used here. The message names the file and the way out."""


class Checkpoint:
    """Everything that the rest of a run depends on, at `path`; `with` it, no other run writes there.

    parts: {name: what has state_dict and load_state_dict, or None}; "net" and "optimizer" must be among them.
    settings: of `run_settings`; a run goes on only where they are the same. drawing: what may carry random state of its
        own: loaders, net, loss, step, metrics.
    Raises CheckpointError when another run writes to `path`, or random state of the run cannot be saved.
    """

    def __init__(self, path, *, parts: dict, settings: dict, drawing):
        self.path = _path(path)
        self.parts, self.settings = parts, settings
        self.remedy = f"Delete {self.path} or choose another checkpoint= path to start over"
        try:
            self.carriers = carriers(drawing)
        except Unsaveable as error:
            raise CheckpointError(f"this run could not be continued from a checkpoint: {error}") from error

    def __enter__(self):
        if self.path.is_dir():
            raise CheckpointError(f"{self.path} is a folder: checkpoint= is the path of a file, such as run.pt in it")
        lock = self.path.with_name(self.path.name + ".lock")
        self.lock = FileLock(lock)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.lock.acquire(timeout=0)
        except Timeout as error:
            raise CheckpointError(
                f"another run writes to {self.path} at this moment: wait for its end, or choose another checkpoint= "
                "path for this one"
            ) from error
        except NotImplementedError:
            self.lock = None  # a disk without file locks
        except OSError as error:
            raise CheckpointError(f"{self.path.parent} cannot be written to ({error}): choose another path") from error
        return self

    def __exit__(self, *error):
        if self.lock is not None:
            with contextlib.suppress(OSError):  # Windows removes no file that is open
                os.unlink(self.lock.lock_file)
            self.lock.release()

    def save(self, epoch: int, history: History) -> None:
        """Write the state after `epoch`. A kill leaves the file before it; a failure raises CheckpointError."""
        part = self.path.with_name(self.path.name + ".part")
        state = {
            "format": FORMAT,
            "torch": str(torch.__version__),
            "epoch": epoch,
            **{name: part.state_dict() for name, part in self._stateful()},
            "settings": self.settings,
            "order": self._order(),
            "history": history.to_dict(),
            "random": random_state(),
            "generators": states(self.carriers),
        }
        try:
            with open(part, "wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
        except (OSError, RuntimeError) as error:
            raise CheckpointError(
                f"the checkpoint {self.path} could not be written ({error}); the one before it, if any, is untouched. "
                "Free some space or choose another checkpoint= path, then run again: it continues from there."
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def load(self, epochs: int) -> History | None:
        """Put a saved state back into all parts and return the History so far; None if there is no file yet.

        Raises CheckpointError before anything is changed if the file is damaged, of another model, of other settings,
        or of another release of PyTorch (whose random numbers may differ, so that the run would not be the same).
        Says so if there is nothing left to do of a run of `epochs`.
        """
        if not self.path.exists():
            return None
        state = self._read()
        self._compare(state)
        try:
            self.parts["optimizer"].load_state_dict(state["optimizer"])
        except ValueError as error:
            raise CheckpointError(
                f"{self.path} is of an optimizer for other parameters ({error}). {self.remedy}."
            ) from error
        for name, part in self._stateful():
            if name != "optimizer":
                part.load_state_dict(state[name])
        restore(self.carriers, state["generators"])
        restore_random_state(state["random"])
        if state["epoch"] >= epochs:
            print(
                f"d2lutils: nothing to train, {self.path} holds this run finished, after epoch {state['epoch']}. Ask "
                "for more epochs to go on, or delete it to start over",
                file=sys.stderr,
            )
        return History.from_dict(state["history"])

    def _order(self) -> list[str]:
        """The names of the optimizer's parameters: its state knows them by their place alone."""
        names = {
            id(parameter): f"{part}.{name}" for part in ("net", "loss") if isinstance(self.parts.get(part), nn.Module)
            for name, parameter in self.parts[part].named_parameters()
        }  # fmt: skip
        return [names.get(id(q), "") for group in self.parts["optimizer"].param_groups for q in group["params"]]

    def _stateful(self):
        return [(name, part) for name, part in self.parts.items() if hasattr(part, "state_dict")]

    def _read(self) -> dict:
        try:
            state = torch.load(self.path, map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, OSError, ValueError, KeyError, pickle.UnpicklingError) as error:
            raise CheckpointError(
                f"{self.path} is damaged and cannot be read ({type(error).__name__}). {self.remedy}."
            ) from error
        if not isinstance(state, dict) or state.get("format") != FORMAT:
            raise CheckpointError(f"{self.path} is no checkpoint of fit, or one of another format. {self.remedy}.")
        return state

    def _compare(self, state: dict) -> None:
        weights = f"its weights alone load with torch.load({str(self.path)!r}, weights_only=True)['net']"
        if _release(state["torch"]) != _release(str(torch.__version__)):
            raise CheckpointError(
                f"{self.path} was written by PyTorch {state['torch']}, this is {torch.__version__}: the run could not "
                f"continue exactly. {self.remedy}; {weights}."
            )
        if difference := _difference(state["net"], self.parts["net"].state_dict()):
            raise CheckpointError(f"{self.path} is of another model: {difference}. {self.remedy}.")
        then, now = (settings | {"data": {}} for settings in (state["settings"], self.settings))
        found = differences(then, now)
        if found:
            raise CheckpointError(
                f"{self.path} was written with other settings ({'; '.join(found[:5])}), and going on with these would "
                f"be neither run. {self.remedy}; {weights}."
            )
        for name, now in self.settings["data"].items():
            if changed(state["settings"].get("data", {}).get(name, []), now):  # older files have none
                raise CheckpointError(
                    f"{self.path} is of a run on other {name} data, and going on with these would be neither run. "
                    f"{self.remedy}; {weights}."
                )
        if state.get("order", self._order()) != self._order():
            raise CheckpointError(
                f"{self.path} is of an optimizer that was given these parameters in another order: what it keeps for "
                f"one would go to another. {self.remedy}; {weights}."
            )
        for name, part in self._stateful():
            if isinstance(part, nn.Module) and (difference := _difference(state.get(name, {}), part.state_dict())):
                raise CheckpointError(f"{self.path} is of another {name}: {difference}. {self.remedy}.")
        if difference := mismatch(self.carriers, state["generators"]):
            raise CheckpointError(f"{self.path} is of another run: {difference}. {self.remedy}.")


def _path(path) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise CheckpointError(f"checkpoint={str(path)!r} begins at a home directory, and there is none") from error


def _release(version: str) -> str:
    return ".".join(version.split("+")[0].split(".")[:2])


def _difference(saved: dict, wanted: dict) -> str | None:
    """The first way in which two state dicts do not fit each other, or None."""
    for name in [*wanted, *saved]:
        if name not in saved:
            return f"it has no {name}"
        if name not in wanted:
            return f"it has {name}, which this model has not"
        shapes = [tuple(getattr(state[name], "shape", ())) for state in (saved, wanted)]
        if shapes[0] != shapes[1]:
            return f"its {name} is {shapes[0]}, this model's {shapes[1]}"
    return None
