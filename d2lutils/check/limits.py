"""Limits of time and memory for an answer: what never ends is ended, and what asks for too much is refused."""

import contextlib
import contextvars
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

try:
    import resource
except ImportError:  # Windows
    resource = None

SECONDS = 20.0  # for all that one check asks
BYTES = 4 << 30  # on top of what the process has already
_AGAIN = 0.001  # a loop with a bare `except:` in it is rung at until it is met outside of its `try`
_GRACE = 3.0  # for an answer in a thread to end once it is told to


class TimeUp(BaseException):
    """Raised inside an answer; no Exception, so that an answer's own `except Exception` lets it through."""


class Stuck(Exception):
    """The answer could not be ended: it waits inside something that Python cannot interrupt."""


def answered(answer: Callable, arguments: tuple):
    """What the answer returns. The one place where the reader's code is called: only above it may TimeUp be raised."""
    return answer(*arguments)


def within(seconds: float, function: Callable):
    """What `function()` returns or raises; TimeUp when it has taken `seconds`.

    The alarm clock of the system rings in the main thread on Linux and macOS. Elsewhere (Windows, other threads) the
    function runs in a thread of its own, in which an exception is raised from outside; the thread's own settings, such
    as PyTorch's gradient mode, are then a new thread's.
    """
    with _memory(BYTES):
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            return _with_an_alarm(seconds, function)
        return _in_a_thread(seconds, function)


def _inside_an_answer(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is answered.__code__:
            return True
        frame = frame.f_back
    return False


def _with_an_alarm(seconds: float, function: Callable):
    def ring(_, frame):
        if _inside_an_answer(frame):
            raise TimeUp

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        return function()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if left:  # somebody else's alarm goes on
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), _AGAIN), interval)


def _in_a_thread(seconds: float, function: Callable):
    outcome, done = [], threading.Event()

    def work():
        try:
            outcome.append((function(), None))
        except BaseException as error:
            outcome.append((None, error))
        finally:
            done.set()

    # in the caller's context, so that a notebook shows in its own cell what the answer prints
    worker = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
    worker.start()
    try:
        end = time.monotonic() + seconds
        # in pieces, since on Windows Ctrl-C waits for the end of a wait; no join, which takes a thread for ended when
        # Ctrl-C comes in between
        while not done.wait(0.05) and time.monotonic() < end:
            pass
    finally:
        _end(worker, done)
    if not outcome:
        raise Stuck
    result, error = outcome[0]
    if error is not None:
        raise error
    return result


def _end(worker: threading.Thread, done: threading.Event) -> None:
    end = time.monotonic() + _GRACE
    while not done.wait(_AGAIN) and time.monotonic() < end:
        if _inside_an_answer(sys._current_frames().get(worker.ident)):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(TimeUp))
    if done.is_set():
        worker.join()


@contextlib.contextmanager
def _memory(more: int):
    """A limit on what the process may take on top of what it has, where the system keeps one (Linux does)."""
    pages = Path("/proc/self/statm")
    if resource is None or not pages.exists():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = int(pages.read_text().split()[0]) * resource.getpagesize() + more
    if soft != resource.RLIM_INFINITY:
        limit = min(limit, soft)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
