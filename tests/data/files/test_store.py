"""Finding data by their content, and what stands in for them when they cannot be had."""

import errno
import gzip
import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest

from d2lutils.data import CorruptData, DataError, DownloadFailed
from d2lutils.data.files import DataSet, Source, sources_used, store
from d2lutils.data.files.folders import cache_folder

BODY = b"published" * 100
SOURCE = Source("set/file.txt", hashlib.sha1(BODY).hexdigest(), len(BODY), ("https://127.0.0.1:9/file.txt",))
SET = DataSet("The Set", (SOURCE,))
CONTENT = hashlib.sha256(BODY).hexdigest()
PACKED = Source("FashionMNIST/raw/images.gz", hashlib.sha256(gzip.compress(BODY, 9, mtime=1)).hexdigest(),
                content=CONTENT, elsewhere=("fashion-mnist/images.gz",))
ZIPPED = Source("pairs.zip", "0" * 40, content=CONTENT, member="pairs/pairs.txt")


@pytest.fixture(autouse=True)
def places(own_folders, tmp_path, monkeypatch):
    """A data folder and a folder of the system, both empty, beside the cache."""
    for name in ("data", "system"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("D2L_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(store, "SYSTEM", (tmp_path / "system",))


def put(folder, content=BODY, name=SOURCE.path):
    path = Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_zip(folder, content=BODY, name=ZIPPED.path):
    path = Path(folder) / name
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(ZIPPED.member, content)
    return path


def test_what_is_found_and_in_which_order(tmp_path):
    with pytest.raises(DownloadFailed, match=r"set/file\.txt is not on this machine and D2L_OFFLINE is set"):
        store.fetch(SOURCE)
    for folder in (tmp_path / "system", cache_folder(), tmp_path / "data"):
        path = put(folder)
        assert store.fetch(SOURCE) == path
        assert store.obtain(SET, "nothing") == [path]
    assert sources_used() == {"The Set": "the published files"}


def test_a_wrong_file_is_named_with_both_hashes_and_left_alone(tmp_path):
    path = put(tmp_path / "data", b"something of the reader's own")
    wrong = hashlib.sha1(path.read_bytes()).hexdigest()
    for attempt in (lambda: store.fetch(SOURCE), lambda: store.obtain(SET, "nothing")):
        with pytest.raises(CorruptData, match=rf"file\.txt is not the published.*sha1 is {wrong}.*{SOURCE.digest}"):
            attempt()
    assert path.read_bytes() == b"something of the reader's own"


# the content ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("place", ["FashionMNIST/raw/images", "fashion-mnist/images"])
@pytest.mark.parametrize("ending, pack", [("", bytes), (".gz", lambda body: gzip.compress(body, 1, mtime=0)),
                                          (".gz", lambda body: gzip.compress(body, 9, mtime=1))])
@pytest.mark.parametrize("folder", ["data", "system"])
def test_the_same_content_packed_by_anybody_is_the_same(tmp_path, folder, place, ending, pack):
    path = put(tmp_path / folder, pack(BODY), place + ending)
    assert store.obtain(DataSet("The Set", (PACKED,)), "nothing") == [path]
    assert sources_used() == {"The Set": "the published files"}


def test_the_member_of_a_zip_packed_by_anybody_and_the_unpacked_file(tmp_path):
    path = put_zip(tmp_path / "data")
    assert store.fetch(ZIPPED) == path
    unpacked = put(tmp_path / "data", BODY, ZIPPED.member)
    assert store.fetch(ZIPPED) == unpacked


@pytest.mark.parametrize("name, content", [
    ("FashionMNIST/raw/images.gz", gzip.compress(BODY[:-1], mtime=0)), ("FashionMNIST/raw/images", BODY[:-1]),
    ("FashionMNIST/raw/images.gz", b"no gz file"), ("FashionMNIST/raw/images.gz", gzip.compress(BODY, mtime=0)[:-9]),
    ("fashion-mnist/images", b"")])
def test_another_content_is_an_error_whatever_the_wrapping(tmp_path, name, content):
    put(tmp_path / "data", content, name)
    with pytest.raises(CorruptData, match=name.replace(".", r"\.")):
        store.fetch(PACKED)


def test_a_zip_of_another_content_is_an_error(tmp_path):
    put_zip(tmp_path / "data", BODY[:-1])
    with pytest.raises(CorruptData, match=r"pairs\.zip is not the published file"):
        store.fetch(ZIPPED)
    (tmp_path / "data" / "pairs.zip").write_bytes(b"no zip")
    with pytest.raises(CorruptData, match=r"pairs\.zip is damaged"):
        store.fetch(ZIPPED)


def test_parts_of_a_set_are_taken_for_what_they_are_where_that_is_allowed(tmp_path):
    variable = Source("raw/images.gz", "0" * 64, content=CONTENT, variants=True)
    path = put(tmp_path / "data", b"half of them", "raw/images")
    assert store.obtain(DataSet("The Set", (variable,)), "nothing") == [path]
    assert sources_used() == {"The Set": "files that are not the published ones"}
    unknown = Source("raw/images.gz", "0" * 64)  # the hash of the unpacked file was never published
    assert store.fetch(unknown) == path


def test_a_wrong_file_of_the_system_is_nobodys_fault_here(tmp_path, capsys):
    put(tmp_path / "system", b"another edition")
    assert store.obtain(SET, "a toy") is None
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and "file.txt is not the published file" in lines[0] and "not there" in lines[0]


# files and folders of somebody else ----------------------------------------------------------------------------------

@pytest.fixture
def closed(monkeypatch):
    """`closed(path)`: from then on, this user may not read it. Root may read everything, so it is imitated."""
    def close(path):
        def refuse(file, *arguments, **options):
            if str(file).startswith(str(path)):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
            return open(file, *arguments, **options)
        monkeypatch.setattr(store, "open", refuse, raising=False)
    return close


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_read_counts_as_not_there_and_is_said(tmp_path, capsys, closed, what):
    path = put(cache_folder())
    closed(path if what == "file" else path.parent)
    for _ in range(2):
        assert store.obtain(SET, "a toy") is None
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and "file.txt cannot be read (Permission denied)" in lines[0] and "a toy" in lines[1]
    system = put(tmp_path / "system")
    assert store.fetch(SOURCE) == system


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
                    reason="permissions do not hold root back, and Windows has others")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_real_permissions(tmp_path, capsys, what):
    path = put(cache_folder())
    (path if what == "file" else path.parent).chmod(0)
    assert store.obtain(SET, "a toy") is None
    assert "cannot be read (Permission denied)" in capsys.readouterr().err
    path.parent.chmod(0o700)


# what stands in ------------------------------------------------------------------------------------------------------

def test_a_stand_in_is_announced_once_and_in_one_line(capsys):
    for _ in range(3):
        assert store.obtain(SET, "a toy") is None
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "d2lutils: The Set is not on this machine and D2L_OFFLINE is set; a toy stands in for it.\n"
    assert sources_used() == {"The Set": "a toy"}


def test_the_network_is_announced_before_it_is_asked_and_a_stand_in_says_what_went_wrong(capsys, monkeypatch):
    monkeypatch.delenv("D2L_OFFLINE")
    asked = []

    def unreachable(urls, target, **options):
        asked.append(capsys.readouterr().err)
        raise DownloadFailed(f"{target.name} could not be downloaded\n(no route)")
    monkeypatch.setattr(store.net, "download", unreachable)
    for _ in range(2):  # once it stands in it does so to the end: data must not change half-way through a notebook
        assert store.obtain(SET, "toys", "stand in") is None
    assert asked == ["d2lutils: looking for The Set on the network (127.0.0.1:9); D2L_OFFLINE=1 forbids it.\n"]
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "toys stand in for it" in err
    assert "file.txt could not be downloaded (no route)" in err


def test_a_cache_that_cannot_be_written_stands_in_as_well(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("D2L_OFFLINE")
    (tmp_path / "cache").write_text("a file is in the way")
    assert store.obtain(SET, "a toy") is None
    assert "D2L_CACHE" in capsys.readouterr().err


def test_parts_of_a_set_are_not_mixed(tmp_path):
    other = Source("set/other.txt", SOURCE.digest)
    put(tmp_path / "data")
    put(cache_folder(), name="set/other.txt")
    with pytest.raises(DataError, match=r"only a part of The Set: set/other\.txt is missing"):
        store.obtain(DataSet("The Set", (SOURCE, other)), "a toy")


def test_what_was_used_cannot_be_changed_from_outside():
    store.obtain(SET, "a toy")
    sources_used().clear()
    assert sources_used() == {"The Set": "a toy"}
