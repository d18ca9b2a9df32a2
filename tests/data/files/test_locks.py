"""Locks between processes, and disks that have none."""

import errno
import os
import stat
import sys
import time

import pytest

from d2lutils.data import CacheUnwritable
from d2lutils.data.files import locks

pytestmark = pytest.mark.usefixtures("own_folders")


def test_locks_exclude_one_another(tmp_path):
    from filelock import FileLock, Timeout
    with locks.locked(tmp_path / "deep" / "x"):
        second = FileLock(tmp_path / "deep" / "x.lock")
        with pytest.raises(Timeout):
            second.acquire(timeout=0.01)
    second.acquire(timeout=1)
    second.release()


def test_nobody_waits_for_ever(tmp_path, monkeypatch, capsys):
    from filelock import FileLock
    monkeypatch.setattr(locks, "PATIENCE", 0.2)
    told = r"held .*x\.lock .*delete that file, or set D2L_CACHE"
    with FileLock(tmp_path / "x.lock"), pytest.raises(CacheUnwritable, match=told), locks.locked(tmp_path / "x"):
        pass
    assert "another process is preparing x; waiting for it" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks in another way")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO, errno.EINVAL])
def test_a_disk_without_locks_is_named_at_once(tmp_path, monkeypatch, code):
    import fcntl

    def refuse(*arguments):
        raise OSError(code, os.strerror(code))
    monkeypatch.setattr(fcntl, "flock", refuse)
    began = time.monotonic()
    with pytest.raises(CacheUnwritable, match="D2L_CACHE"), locks.locked(tmp_path / "x"):
        pass
    assert time.monotonic() - began < 1.5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks in another way")
@pytest.mark.filterwarnings("ignore:.*soft:UserWarning")
def test_a_disk_that_does_not_know_locks_gets_lock_files(tmp_path, monkeypatch):
    import fcntl

    def unknown(*arguments):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    monkeypatch.setattr(fcntl, "flock", unknown)
    with locks.locked(tmp_path / "x"):
        assert (tmp_path / "x.lock").exists()


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
                    reason="permissions do not hold root back, and Windows has others")
def test_a_folder_without_write_permission(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(CacheUnwritable, match="Permission denied"), locks.locked(closed / "x"):
        pass
