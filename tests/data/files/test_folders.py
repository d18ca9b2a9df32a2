"""Where data are looked for, whoever asks: users without a home or a password entry too."""

import hashlib
import sys
from pathlib import Path

import pytest

from d2lutils.data import CacheUnwritable, DataError
from d2lutils.data.files import DataSet, Source, fetch, folders, obtain

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="other systems' homes cannot be imitated on Windows")


def test_a_data_folder_that_is_not_there(monkeypatch):
    for value in ("no/such/folder", "/no/such/folder", "~nobody-of-that-name/data"):
        monkeypatch.setenv("D2L_DATA", value)
        with pytest.raises(DataError, match=f"D2L_DATA is set to {value}, and there is no such folder"):
            folders.data_folder()


def test_a_relative_data_folder_holds_in_the_folders_below(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "book" / "chapters" / "one").mkdir(parents=True)
    monkeypatch.setenv("D2L_DATA", "../data")
    for place in ("book", "book/chapters", "book/chapters/one"):
        monkeypatch.chdir(tmp_path / place)
        assert folders.data_folder() == (tmp_path / "data").resolve()


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
    assert folders.cache_folder() == (tmp_path / "chosen" if variable else tmp_path) / expected


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """A user who has neither HOME nor an entry in the list of users, as in many containers."""
    import pwd

    def unknown(user):
        raise KeyError(f"getpwuid(): uid not found: {user}")
    for name in ("HOME", "D2L_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(RuntimeError):
        Path.home()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("chosen", [None, "~/cache"])
def test_without_a_home_the_cache_asks_for_d2l_cache(nobody, monkeypatch, platform, chosen):
    monkeypatch.setattr(sys, "platform", platform)
    if chosen:
        monkeypatch.setenv("D2L_CACHE", chosen)
    with pytest.raises(CacheUnwritable, match="no home directory.*Set D2L_CACHE"):
        folders.cache_folder()


def test_without_a_home_data_are_found_and_stand_ins_made(own_folders, nobody, tmp_path, capsys):
    (tmp_path / "empty.txt").write_bytes(b"")
    there, missing = (Source(name, hashlib.sha1().hexdigest()) for name in ("empty.txt", "missing.txt"))
    assert obtain(DataSet("The set", (there,)), "a toy") == [tmp_path / "empty.txt"]
    assert obtain(DataSet("Another", (missing,)), "a toy") is None
    assert fetch(there) == tmp_path / "empty.txt"


def test_without_a_home_a_download_names_d2l_cache(own_folders, nobody, monkeypatch, capsys):
    monkeypatch.delenv("D2L_OFFLINE")
    source = Source("missing.txt", hashlib.sha1().hexdigest(), urls=("https://127.0.0.1:9/missing.txt",))
    with pytest.raises(CacheUnwritable, match="no home directory.*Set D2L_CACHE"):
        fetch(source)
    assert obtain(DataSet("The set", (source,)), "a toy") is None
    assert "D2L_CACHE" in capsys.readouterr().err
