"""One training at a time in a process.

Python's, NumPy's and PyTorch's random numbers belong to the whole process: two threads that train at once, a panel and
a cell, take numbers from each other, and neither run can be repeated. So `fit`, `evaluate` and `seed_everything` wait
for their turn, and a panel takes one for the whole of its run.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator

SECONDS_BETWEEN_LOOKS = 0.25
_turn = threading.RLock()


def _forget() -> None:
    """A process that was forked off while another thread had its turn would wait for ever."""
    global _turn
    _turn = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


@contextlib.contextmanager
def turn(waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the process's turn to train; a thread that has it already goes on at once.

    waiting: called about four times a second while another thread has the turn; what it raises ends the wait. By
    default one line on stderr says that this call waits.
    """
    lock = _turn
    if not lock.acquire(blocking=False):
        if waiting is None:
            print("d2lutils: waiting for a training that runs in this process (a panel's?)", file=sys.stderr)
        while not lock.acquire(timeout=SECONDS_BETWEEN_LOOKS):
            if waiting is not None:
                waiting()
    try:
        yield
    finally:
        lock.release()
