"""Finding data, and what stands in for it when it cannot be had."""

import errno
import hashlib
import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from d2lutils.data import CacheUnwritable, CorruptData, DataError, DownloadFailed
from d2lutils.data.files import store

BODY = b"published" * 100
SOURCE = store.Source("set/file.txt", hashlib.sha1(BODY).hexdigest(), len(BODY), ("https://127.0.0.1:9/file.txt",))


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    """An empty data folder and an empty cache, no network, and a process that has said nothing yet."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("D2L_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("D2L_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("D2L_OFFLINE", "1")
    monkeypatch.setattr(store, "_said", set())
    monkeypatch.setattr(store, "_standing_in", set())


def put(folder, content=BODY, name=SOURCE.path):
    path = Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_what_is_found_and_in_which_order(tmp_path):
    with pytest.raises(DownloadFailed, match=r"set/file\.txt is not on this machine and D2L_OFFLINE is set"):
        store.fetch(SOURCE)
    cached = put(store.cache_folder())
    assert store.fetch(SOURCE) == cached
    given = put(tmp_path / "data")
    assert store.fetch(SOURCE) == given


def test_a_wrong_file_is_named_with_both_hashes_and_left_alone(tmp_path):
    path = put(tmp_path / "data", b"something of the reader's own")
    wrong = hashlib.sha1(path.read_bytes()).hexdigest()
    for attempt in (lambda: store.fetch(SOURCE), lambda: store.obtain("set", [SOURCE], "nothing stands in")):
        with pytest.raises(CorruptData, match=rf"file\.txt is not the published.*sha1 is {wrong}.*{SOURCE.digest}"):
            attempt()
    assert path.read_bytes() == b"something of the reader's own"


def test_an_unpacked_file_counts_for_its_archive(tmp_path):
    packed = store.Source("raw/images.gz", "0" * 64)
    path = put(tmp_path / "data", b"anything", "raw/images")
    assert store.fetch(packed) == path


def test_a_data_folder_that_is_not_there(monkeypatch):
    monkeypatch.setenv("D2L_DATA", "no/such/folder")
    with pytest.raises(DataError, match="D2L_DATA is set to no/such/folder"):
        store.fetch(SOURCE)


def test_a_relative_data_folder_holds_in_the_folders_below(tmp_path, monkeypatch):
    (tmp_path / "book" / "chapters" / "one").mkdir(parents=True)
    monkeypatch.setenv("D2L_DATA", "../data")
    for place in ("book", "book/chapters", "book/chapters/one"):
        monkeypatch.chdir(tmp_path / place)
        assert store.data_folder() == (tmp_path / "data").resolve()


@pytest.mark.parametrize("platform, variable, expected", [
    ("linux", "XDG_CACHE_HOME", "d2lutils"), ("linux", None, ".cache/d2lutils"),
    ("linux", "D2L_CACHE", "d2lutils"), ("darwin", None, "Library/Caches/d2lutils"),
    ("win32", "LOCALAPPDATA", "d2lutils"), ("win32", None, "AppData/Local/d2lutils")])
def test_the_cache_folder_of_each_system(tmp_path, monkeypatch, platform, variable, expected):
    for name in ("D2L_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "chosen"))
    assert store.cache_folder() == (tmp_path / "chosen" if variable else tmp_path) / expected


def test_a_stand_in_is_announced_once_and_in_one_line(capsys):
    for _ in range(3):
        assert store.obtain("The Set", [SOURCE], "a toy stands in") is None
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "d2lutils: The Set is not on this machine and D2L_OFFLINE is set; a toy stands in for it.\n"


def test_a_stand_in_says_what_went_wrong_with_the_network(capsys, monkeypatch):
    monkeypatch.delenv("D2L_OFFLINE")
    asked = []

    def unreachable(urls, target, **options):
        asked.append(urls)
        raise DownloadFailed(f"{target.name} could not be downloaded\n(no route)")
    monkeypatch.setattr(store.net, "download", unreachable)
    for _ in range(2):  # once it stands in it does so to the end: data must not change half-way through a notebook
        assert store.obtain("The Set", [SOURCE], "a toy stands in") is None
    assert asked == [SOURCE.urls]
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "file.txt could not be downloaded (no route)" in err


def test_a_cache_that_cannot_be_written_stands_in_as_well(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("D2L_OFFLINE")
    (tmp_path / "cache").write_text("a file is in the way")
    assert store.obtain("The Set", [SOURCE], "a toy stands in") is None
    assert "D2L_CACHE" in capsys.readouterr().err


def test_parts_of_a_set_are_not_mixed(tmp_path):
    other = store.Source("set/other.txt", SOURCE.digest)
    put(tmp_path / "data")
    put(store.cache_folder(), name="set/other.txt")
    with pytest.raises(DataError, match=r"only a part of The Set: set/other\.txt is missing"):
        store.obtain("The Set", [SOURCE, other], "a toy stands in")


# stand-ins ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def make():
    """Counts how often it is called."""
    def make():
        make.calls += 1
        return {"x": np.arange(24, dtype=np.uint8).reshape(2, 3, 4), "y": np.array([0, 1])}
    make.calls = 0
    return make


def same(arrays):
    return sorted(arrays) == ["x", "y"] and arrays["x"].sum() == 276 and arrays["y"].tolist() == [0, 1]


def test_a_stand_in_is_made_once_and_kept_in_the_cache_alone(tmp_path, make):
    assert same(store.stand_in_arrays("toy", make, make)) and same(store.stand_in_arrays("toy", make, make))
    assert make.calls == 1
    assert list((tmp_path / "data").iterdir()) == []
    [path] = store.cache_folder().rglob("*.npz")
    assert path.name.startswith("toy-")


def test_a_damaged_or_half_written_stand_in_is_made_again(make):
    store.stand_in_arrays("toy", make, make)
    [path] = store.cache_folder().rglob("*.npz")
    whole = path.read_bytes()
    middle = len(whole) // 4
    for damage in (b"", whole[:-30], whole[:100] + b"\0" + whole[101:middle] + b"\xff\xff" + whole[middle + 2:]):
        path.write_bytes(damage)
        assert same(store.stand_in_arrays("toy", make, make))
        assert path.read_bytes() == whole
    assert make.calls == 4
    path.rename(path.with_name(path.name + ".part"))  # what a killed process leaves
    assert same(store.stand_in_arrays("toy", make, make)) and make.calls == 5


def test_newer_code_makes_newer_pictures(make, monkeypatch):
    store.stand_in_arrays("toy", make, make)
    monkeypatch.setattr(store, "_code_version", lambda module: "other")
    store.stand_in_arrays("toy", make, make)
    assert make.calls == 2


def test_the_version_is_that_of_the_code_and_of_what_it_imports(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "__file__", str(tmp_path / "store.py"))
    (tmp_path / "a.py").write_text("from .b import f\n")
    (tmp_path / "b.py").write_text("def f():\n    from . import c\n")
    seen = set()
    for text in ("one = 1", "two = 2"):
        (tmp_path / "c.py").write_text(text)
        seen |= {store._code_version("a"), store._code_version("b")}
    assert len(seen) == 4


@pytest.mark.parametrize("obstacle", ["a file is in the way", "full", "closed"])
def test_a_stand_in_that_cannot_be_kept_is_returned_with_a_note(tmp_path, make, monkeypatch, capsys, obstacle):
    def refuse(*args, **kwargs):
        code = errno.ENOSPC if obstacle == "full" else errno.EACCES
        raise OSError(code, os.strerror(code))
    if obstacle == "full":
        monkeypatch.setattr(store.os, "replace", refuse)
    elif obstacle == "closed":
        monkeypatch.setattr(Path, "mkdir", refuse)
    else:
        (tmp_path / "cache").write_text("")
    for _ in range(2):
        assert same(store.stand_in_arrays("toy", make, make))
    assert make.calls == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "toy is made anew each time: cannot write" in err and "D2L_CACHE" in err
    if obstacle == "full":
        assert list((tmp_path / "cache").rglob("*.npz*")) == list((tmp_path / "cache").rglob("*.lock"))


def test_locks_exclude_one_another(tmp_path):
    from filelock import FileLock, Timeout
    with store.locked(tmp_path / "deep" / "x"):
        second = FileLock(tmp_path / "deep" / "x.lock")
        with pytest.raises(Timeout):
            second.acquire(timeout=0.01)
    second.acquire(timeout=1)
    second.release()


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
                    reason="permissions do not hold root back, and Windows has others")
def test_a_folder_without_write_permission(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(CacheUnwritable, match="Permission denied"), store.locked(closed / "x"):
        pass
