"""Archives: what is inside comes out whole, or nothing comes out."""

import errno
import gzip
import io
import os
import stat
import tarfile
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from d2lutils.data import CacheUnwritable, CorruptData, DataError, extract
from d2lutils.data.files import archives

# without a time, or each worker would collect tests of other names
EMPTY_GZ = gzip.compress(b"", mtime=0)

CONTENT = {"set/a.txt": b"alpha" * 300, "set/deep/b.bin": bytes(range(256)) * 8, "c": b"c"}
quick = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_zip(names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in names.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return buffer.getvalue()


def as_tar(names, packed=False):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if packed else "w") as file:
        for name, content in names.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


MAKERS = {"x.zip": as_zip, "x.tar": as_tar, "x.tar.gz": lambda names: as_tar(names, True)}
WHOLE = {name: make(CONTENT) for name, make in MAKERS.items()}


def unpacked(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(params=MAKERS)
def kind(request):
    return request.param


def test_everything_comes_out_and_nothing_else_is_left(tmp_path, kind):
    (tmp_path / kind).write_bytes(WHOLE[kind])
    folder = extract(tmp_path / kind, tmp_path / "out")
    assert unpacked(folder) == CONTENT
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", kind]
    (tmp_path / kind).unlink()
    assert extract(tmp_path / kind, tmp_path / "out") == folder  # the second time there is nothing to do


def test_a_single_gz(tmp_path):
    (tmp_path / "labels.gz").write_bytes(gzip.compress(b"abc"))
    assert unpacked(extract(tmp_path / "labels.gz", tmp_path / "out")) == {"labels": b"abc"}


@pytest.mark.parametrize("name", ["/etc/evil", "../evil", "set/../../evil", "C:/evil", "..\\evil", "\\\\host\\evil",
                                  "set\\..\\..\\evil"])
def test_paths_that_lead_out_are_refused_before_anything_is_written(tmp_path, kind, name):
    (tmp_path / kind).write_bytes(MAKERS[kind]({"good": b"1", name: b"2"}))
    with pytest.raises(CorruptData, match=rf"x\.{kind[2:]}.*outside.*nothing was unpacked"):
        extract(tmp_path / kind, tmp_path / "in" / "out")
    assert [p.name for p in tmp_path.rglob("*")] == [kind]


@pytest.mark.parametrize("type", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path, type):
    with tarfile.open(tmp_path / "x.tar", "w") as file:
        info = tarfile.TarInfo("link")
        info.type, info.linkname = type, "../../etc/passwd"
        file.addfile(info)
    with pytest.raises(CorruptData, match="a link or a device, 'link'"):
        extract(tmp_path / "x.tar", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_in_a_zip_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(CorruptData, match="a link or a device, 'link'"):
        extract(tmp_path / "x.zip", tmp_path / "out")


@quick
@given(data=st.data())
def test_an_archive_cut_anywhere_gives_all_or_nothing(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cut")
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    whole = WHOLE[name]
    length = data.draw(st.integers(0, len(whole) - 1))
    (folder / name).write_bytes(whole[:length])
    try:
        extract(folder / name, folder / "out")
    except CorruptData as error:
        assert str(folder / name) in str(error)
        assert [p.name for p in folder.iterdir()] == [name]
    else:  # a plain tar ends in padding that may be missing
        assert name == "x.tar" and not any(whole[length:]) and unpacked(folder / "out") == CONTENT


def test_a_tar_cut_between_its_members_is_noticed(tmp_path):
    whole = WHOLE["x.tar"]
    for blocks in range(len(whole) // 512):
        if any(whole[blocks * 512:]):
            (tmp_path / "x.tar").write_bytes(whole[:blocks * 512])
            with pytest.raises(CorruptData, match=r"x\.tar is damaged or cut short"):
                extract(tmp_path / "x.tar", tmp_path / "out")
        else:  # the end mark itself: all members are there
            (tmp_path / "x.tar").write_bytes(whole[:(blocks + 1) * 512])
            with pytest.raises(CorruptData, match="its end is missing"):
                extract(tmp_path / "x.tar", tmp_path / "out")
            break


@quick
@given(data=st.data())
def test_a_flipped_byte_is_noticed_or_harmless(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("flip")
    name = data.draw(st.sampled_from(["x.zip", "x.tar.gz"]))
    damaged = bytearray(WHOLE[name])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    (folder / name).write_bytes(damaged)
    try:
        found = unpacked(extract(folder / name, folder / "out"))
    except DataError:
        assert [p.name for p in folder.iterdir()] == [name]
    else:  # names and dates in a zip carry no checksum, contents do
        assert sorted(found.values()) == sorted(CONTENT.values())


@pytest.mark.parametrize("name, content", [("x.zip", as_zip({})), ("x.tar", as_tar({})), ("x.gz", EMPTY_GZ),
                                           ("x.rar", b"Rar!"), ("x.zip", b""), ("x.tar.gz", b""), ("x.gz", b"")])
def test_empty_and_unknown_archives(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorruptData, match=rf"{name}.*(Delete it|ending)"):
        extract(tmp_path / name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_archive_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"gone\.zip cannot be read \(No such file"):
        extract(tmp_path / "gone.zip", tmp_path / "out")


def test_an_archive_larger_than_the_disk_is_not_begun(tmp_path, kind, monkeypatch):
    (tmp_path / kind).write_bytes(WHOLE[kind])
    monkeypatch.setattr(archives.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    with pytest.raises(CacheUnwritable, match="unpacks to 3,549 bytes and .* has 1,000 left"):
        extract(tmp_path / kind, tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == [kind]


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path, kind, monkeypatch):
    (tmp_path / kind).write_bytes(WHOLE[kind])

    def full(source, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(archives.os, "rename", full)
    with pytest.raises(CacheUnwritable, match=r"No space left.*D2L_CACHE"):
        extract(tmp_path / kind, tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == [kind]


def test_one_member_of_a_zip(tmp_path):
    (tmp_path / "x.zip").write_bytes(WHOLE["x.zip"])
    assert archives.read_member(tmp_path / "x.zip", "c") == b"c"
    with pytest.raises(CorruptData, match=r"x\.zip.*'d'"):
        archives.read_member(tmp_path / "x.zip", "d")
