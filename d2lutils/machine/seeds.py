"""One seed for every source of random numbers of the process, and their state to save and to go back to."""

import contextlib
import random
from collections.abc import Callable, Iterator

import numpy as np
import torch

from d2lutils.machine.turns import turn


def seed_everything(seed: int) -> int:
    """Seed Python's, NumPy's and PyTorch's random numbers (all devices) and return `seed`.

    Equal seeds give equal numbers on one machine and one version of PyTorch; across processors the last digits may
    differ. Waits for a training that runs in another thread, whose numbers it would change.
    """
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must lie in [0, 2**32), the range NumPy takes, not {seed}")
    with turn():
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
    return seed


def random_state() -> dict:
    """The state of Python's, NumPy's and PyTorch's random numbers (all devices), as plain numbers and tensors."""
    numpy_state = list(np.random.get_state())
    numpy_state[1] = numpy_state[1].tolist()  # plain numbers: all that torch.load(weights_only=True) reads
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "mps": torch.mps.get_rng_state() if torch.backends.mps.is_available() else None,
        "python": random.getstate(),
        "numpy": numpy_state,
    }


def restore_random_state(state: dict) -> None:
    """Go back to what `random_state` returned; devices that are not there (any more) are passed over."""
    torch.set_rng_state(state["torch"])
    if state["cuda"] and torch.cuda.device_count() == len(state["cuda"]):
        torch.cuda.set_rng_state_all(state["cuda"])
    if state["mps"] is not None and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, *rest = state["numpy"]
    np.random.set_state((name, np.array(keys, dtype=np.uint32), *rest))


@contextlib.contextmanager
def turn_aside(waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """A turn that leaves the process's random numbers as it found them: for a panel beside the cells of a notebook.

    So a cell that was given its seed before the panel ran goes on as if the panel had not. waiting: as in `turn`.
    """
    with turn(waiting):
        state = random_state()
        try:
            yield
        finally:
            restore_random_state(state)
