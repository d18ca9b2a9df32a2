"""What takes seconds to make is made once, and again whenever any of its code has changed."""

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from d2lutils.data.files.folders import cache_folder
from d2lutils.data.stand_ins import cache, garments
from d2lutils.data.stand_ins.cache import code_version, kept_arrays
from d2lutils.data.stand_ins.garments import pictures

pytestmark = pytest.mark.usefixtures("own_folders")


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


def test_it_is_made_once_and_kept_in_the_cache_alone(tmp_path, make):
    assert same(kept_arrays("toy", garments, make)) and same(kept_arrays("toy", garments, make))
    assert make.calls == 1
    [path] = tmp_path.rglob("*.npz")
    assert path.name.startswith("toy-") and path.is_relative_to(cache_folder())


def test_a_damaged_or_half_written_file_is_made_again(make):
    kept_arrays("toy", garments, make)
    [path] = cache_folder().rglob("*.npz")
    whole = path.read_bytes()
    middle = len(whole) // 4
    for damage in (b"", whole[:-30], whole[:100] + b"\0" + whole[101:middle] + b"\xff\xff" + whole[middle + 2:]):
        path.write_bytes(damage)
        assert same(kept_arrays("toy", garments, make))
        assert path.read_bytes() == whole
    assert make.calls == 4
    path.rename(path.with_name(path.name + ".part"))  # what a killed process leaves
    assert same(kept_arrays("toy", garments, make)) and make.calls == 5


def test_newer_code_makes_newer_pictures(make, monkeypatch):
    kept_arrays("toy", garments, make)
    monkeypatch.setattr(cache, "code_version", lambda function: "other")
    kept_arrays("toy", garments, make)
    assert make.calls == 2


def test_the_version_covers_every_file_of_the_folder(tmp_path, monkeypatch):
    """Whatever a file of garments says, and however it is imported, its change makes new pictures."""
    folder = tmp_path / "garments"
    shutil.copytree(Path(pictures.__file__).parent, folder)
    monkeypatch.setattr(pictures, "__file__", str(folder / "pictures.py"))
    seen = [code_version(garments)]
    for file in sorted(folder.glob("*.py")):
        file.write_text(file.read_text(encoding="utf-8") + "\nONE = 1\n", encoding="utf-8")
        seen.append(code_version(garments))
    (folder / "deeper").mkdir()
    (folder / "deeper" / "new.py").write_text("")
    seen.append(code_version(garments))
    (folder / "deeper" / "new.py").rename(folder / "deeper" / "newer.py")
    seen.append(code_version(garments))
    assert len(seen) == len(set(seen)) >= 7
    (folder / "notes.txt").write_text("no code")
    (folder / "canvas.py").write_bytes((folder / "canvas.py").read_bytes().replace(b"\n", b"\r\n"))
    assert code_version(garments) == seen[-1]


@pytest.mark.parametrize("obstacle", ["a file is in the way", "full", "closed"])
def test_what_cannot_be_kept_is_returned_with_a_note(tmp_path, make, monkeypatch, capsys, obstacle):
    def refuse(*args, **kwargs):
        code = errno.ENOSPC if obstacle == "full" else errno.EACCES
        raise OSError(code, os.strerror(code))
    if obstacle == "full":
        monkeypatch.setattr(cache.os, "replace", refuse)
    elif obstacle == "closed":
        monkeypatch.setattr(Path, "mkdir", refuse)
    else:
        (tmp_path / "cache").write_text("")
    for _ in range(2):
        assert same(kept_arrays("toy", garments, make))
    assert make.calls == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "toy: made anew each time, cannot write" in err and "D2L_CACHE" in err
    if obstacle == "full":
        assert list((tmp_path / "cache").rglob("*.npz*")) == list((tmp_path / "cache").rglob("*.lock"))
