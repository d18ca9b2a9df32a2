"""Open archives without trusting them: names are checked before the first byte is written, contents on the way."""

import contextlib
import functools
import gzip
import os
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from d2lutils.data.files.download import writing
from d2lutils.data.files.errors import CacheUnwritable, CorruptData, DataError

CHUNK = 1 << 20      # bytes
REMEDY = "Delete it and download it again"
# What the standard library raises on damaged archives, bit flips in the headers included
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, struct.error, ValueError,
          NotImplementedError, RuntimeError, LookupError, OverflowError)


@contextlib.contextmanager
def reading(path):
    """Turn whatever a damaged, truncated or empty file causes into a `CorruptData` that names it."""
    try:
        yield
    except DataError:
        raise
    except DAMAGE as error:
        raise CorruptData(f"{path} is damaged or cut short ({error or type(error).__name__}). {REMEDY}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}). Look at its permissions") from error


def extract(archive, folder):
    """Unpack a .zip, .tar, .tar.gz, .tgz or .gz file into the new folder `folder` and return its path.

    A folder that exists is returned as it is: it appears in one step, when everything is in it. Absolute paths,
    parent paths (`..`), links and devices in the archive are refused before anything is written, and so is an archive
    that would not fit on the disk; a damaged one leaves nothing behind. Raises `CorruptData` or `CacheUnwritable`.
    """
    archive, folder = Path(archive), Path(folder)
    if folder.is_dir():
        return folder
    with reading(archive), _members(archive) as members:
        if not members:
            raise CorruptData(f"{archive} is an archive with nothing in it. {REMEDY}")
        need = 0
        for name, size, _ in members:
            _check_name(archive, name)
            need += size or 0
        with writing(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder.parent).free
        if need > free:
            raise CacheUnwritable(f"{archive} unpacks to {need:,} bytes and {folder.parent} has {free:,} left. Free "
                                  "some space, or set D2L_CACHE to a larger disk")
        with writing(folder):
            scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, size, opener in members:
                _write(scratch / name, opener if size is not None else None)
            with writing(folder):
                os.chmod(scratch, 0o755)  # mkdtemp keeps others out
                if not folder.is_dir():   # unless another process was first
                    os.rename(scratch, folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def read_member(archive, name):
    """The bytes of the file `name` in a zip archive, its checksum verified. Raises `CorruptData`."""
    with reading(archive), zipfile.ZipFile(archive) as file:
        return file.read(name)


def _write(path, opener):
    with writing(path):
        (path if opener is None else path.parent).mkdir(parents=True, exist_ok=True)
    if opener is None:
        return
    with opener() as source, contextlib.ExitStack() as stack:
        with writing(path):
            target = stack.enter_context(open(path, "wb"))
        while chunk := source.read(CHUNK):
            with writing(path):
                target.write(chunk)


def _check_name(archive, name):
    windows = PureWindowsPath(name)
    unsafe = (not name or "\0" in name or windows.drive or windows.root or PurePosixPath(name).is_absolute()
              or ".." in windows.parts)
    if unsafe:
        raise CorruptData(f"{archive} holds a file named {name!r}, which would land outside of the folder it is "
                          "unpacked into; nothing was unpacked. Get the archive from a source that you trust")


@contextlib.contextmanager
def _members(archive):
    """(name, size, opener) of each file, and (name, None, None) of each folder, of a checked archive."""
    name = archive.name.lower()
    if name.endswith(".zip"):
        with zipfile.ZipFile(archive) as file:
            yield [_zip_member(archive, file, info) for info in file.infolist()]
    elif name.endswith((".tar", ".tar.gz", ".tgz")):
        size = _check_tar(archive)
        with _plain(archive) as stream, tarfile.open(fileobj=stream, mode="r:") as file:
            yield [_tar_member(archive, file, info, size) for info in file.getmembers()]
    elif name.endswith(".gz"):
        yield [(archive.name[:-3], _stream_size(archive), functools.partial(gzip.open, archive, "rb"))]
    else:
        raise CorruptData(f"{archive} is none of .zip, .tar, .tar.gz, .tgz and .gz. Give it the ending of its format")


def _zip_member(archive, file, info):
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refused(archive, info.filename)
    return (info.filename, None, None) if info.is_dir() else (info.filename, info.file_size, lambda: file.open(info))


def _tar_member(archive, file, info, size):
    if not (info.isreg() or info.isdir()):
        raise _refused(archive, info.name)
    if info.isreg() and info.size > size:
        raise tarfile.ReadError(f"its member {info.name} claims {info.size:,} bytes")
    return (info.name, None, None) if info.isdir() else (info.name, info.size, lambda: file.extractfile(info))


def _refused(archive, name):
    return CorruptData(f"{archive} holds a link or a device, {name!r}; nothing was unpacked. Get the archive from a "
                       "source that you trust")


def _plain(archive):
    with open(archive, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(archive, "rb") if packed else open(archive, "rb")


def _stream_size(archive):
    """Bytes in the unpacked stream, read to its end so that gzip's checksum is verified."""
    total = 0
    with gzip.open(archive, "rb") as stream:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
    if not total:
        raise EOFError("it is empty")
    return total


def _check_tar(archive):
    """The size of the unpacked tar, which must end in two blocks of zeros: a cut between members looks complete."""
    total, tail = 0, b""
    with _plain(archive) as stream:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            tail = (tail + chunk)[-1024:]
    if len(tail) < 1024 or any(tail):
        raise tarfile.ReadError("its end is missing")
    return total
