"""A stopwatch that waits for the device before it reads the clock."""

import time
from itertools import accumulate

import torch


def synchronize(device: torch.device | str | None) -> None:
    """Wait until `device` has done all work queued on it. Nothing to wait for on the CPU or with None."""
    kind = torch.device(device).type if device is not None else "cpu"
    if kind == "cuda":
        torch.cuda.synchronize(device)
    elif kind == "mps":
        torch.mps.synchronize()


class Timer:
    """Record running times in seconds. A GPU works behind the program's back, so name its `device`: both ends of each
    interval then wait for it. `with Timer(device) as timer:` times a block.

    `times` holds every finished interval. The timer starts when it is made, and again at `start()`.
    """

    def __init__(self, device: torch.device | str | None = None):
        self.device = device
        self.times: list[float] = []
        self.start()

    def start(self) -> None:
        synchronize(self.device)
        self._began = time.perf_counter()

    def stop(self) -> float:
        """End the interval begun at `start` and return its length in seconds."""
        synchronize(self.device)
        self.times.append(time.perf_counter() - self._began)
        return self.times[-1]

    def avg(self) -> float:
        """The mean interval. Raises ValueError before the first `stop()`."""
        if not self.times:
            raise ValueError("no interval was timed yet: call stop() first")
        return self.sum() / len(self.times)

    def sum(self) -> float:
        return sum(self.times)

    def cumsum(self) -> list[float]:
        """Running totals of the intervals."""
        return list(accumulate(self.times))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()
