"""Locks between processes: of several that need the same file, one makes it."""

import contextlib

from d2lutils.data.files.download import writing
from d2lutils.data.files.errors import CacheUnwritable
from d2lutils.data.files.notices import say

PATIENCE = 600  # seconds; the longest download and the slowest stand-in take less


@contextlib.contextmanager
def locked(path):
    """Hold the lock of `path` against other processes; says so when it has to wait. Raises `CacheUnwritable`, on a
    disk that refuses locks and after ten minutes of waiting too."""
    from filelock import FileLock, Timeout
    with contextlib.ExitStack() as stack:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path.with_name(path.name + ".lock"))
            try:
                stack.enter_context(lock.acquire(timeout=2))
            except Timeout:
                say(f"wait {path}", f"another process is preparing {path.name}; waiting for it.")
                stack.enter_context(_waited(lock, Timeout))
        yield


def _waited(lock, timeout_error):
    try:
        return lock.acquire(timeout=PATIENCE)
    except timeout_error as error:
        raise CacheUnwritable(f"another process has held {lock.lock_file} for {PATIENCE // 60} minutes. Wait for it; "
                              "if there is none, delete that file, or set D2L_CACHE to another folder") from error
