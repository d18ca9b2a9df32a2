"""Where data lives: find it and verify it, or download it, or let something stand in for it.

`$D2L_DATA` is a folder of data sets that is read and never written to. Downloads and stand-ins are kept in a folder
`d2lutils` below the user's cache folder (or below `$D2L_CACHE`), which may be deleted at any time.
"""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from d2lutils.data.files import download as net
from d2lutils.data.files.download import offline, writing
from d2lutils.data.files.errors import CacheUnwritable, CorruptData, DataError, DownloadFailed

_said = set()         # one line a process for each thing that stands in, or cannot be kept
_standing_in = set()  # a data set that stood in once does so until the process ends: it must not change half-way


@dataclass(frozen=True)
class Source:
    """One published file: its place below the data folder, its sha1 or sha256, its size in bytes, its addresses."""
    path: str
    digest: str
    size: int | None = None
    urls: tuple[str, ...] = ()


def data_folder():
    """The folder that `$D2L_DATA` names, or None when it is not set. Raises `DataError` when there is no such folder.

    A relative path is looked for from the working folder and then from the folders above it, so that
    `D2L_DATA=../data`, given where the book lies, also holds in a notebook that runs in its chapter's folder.
    """
    value = os.environ.get("D2L_DATA", "").strip()
    if not value:
        return None
    path = Path(value).expanduser()
    here = Path.cwd()
    for start in (here, *here.parents):
        if (start / path).is_dir():
            return (start / path).resolve()
    raise DataError(f"D2L_DATA is set to {value}, and there is no such folder. Correct it, or unset it to download "
                    "the data or use the stand-ins")


def cache_folder():
    """Where downloads and stand-ins are kept. It need not exist yet."""
    if chosen := os.environ.get("D2L_CACHE", "").strip():
        base = Path(chosen)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base.expanduser().absolute() / "d2lutils"


def find(source, folder):
    """The verified file of `source` below `folder`, or None when it is not there.

    For a .gz source the unpacked file counts as well; no hash was published for that one, so its reader checks it.
    Raises `CorruptData` when the file there is not the published one.
    """
    path = Path(folder) / source.path
    if path.suffix == ".gz" and path.with_suffix("").is_file():
        return path.with_suffix("")
    if not path.is_file():
        return None
    try:
        actual = net.file_digest(path, source.digest)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Check its permissions") from error
    if actual != source.digest:
        kind = {40: "sha1", 64: "sha256"}[len(actual)]
        raise CorruptData(f"{path} is not the published file: its {kind} is {actual}, and {source.digest} was "
                          "published. Replace it, or move it away to download it again")
    return path


def fetch(source, *, context=None, timeout=15.0):
    """The verified path of one file: found in `$D2L_DATA` or the cache, else downloaded into the cache.

    Of several processes that ask at once, one downloads and the others wait for it. Raises `CorruptData`,
    `DownloadFailed` or `CacheUnwritable`.
    """
    for folder in filter(None, (data_folder(), cache_folder())):
        if path := find(source, folder):
            return path
    target = cache_folder() / source.path
    if offline():
        raise DownloadFailed(f"{source.path} is not on this machine and D2L_OFFLINE is set")
    with locked(target):
        return find(source, cache_folder()) or net.download(
            source.urls, target, digest=source.digest, size=source.size, timeout=timeout, context=context)


def obtain(name, sources, stand_in):
    """The paths of all files of a data set, or None when something must stand in for it, which is said once.

    All of the files come from one folder: half of one split with half of another would be no data set. What is
    present and wrong raises `CorruptData`; what is merely out of reach is replaced. `stand_in` says by what, as in
    "drawn garments stand in".
    """
    data = data_folder()
    for folder in filter(None, (data, cache_folder())):
        paths = [find(source, folder) for source in sources]
        if all(paths):
            return paths
        if folder == data and any(paths):
            missing = ", ".join(source.path for source, path in zip(sources, paths) if not path)
            raise DataError(f"{folder} holds only a part of {name}: {missing} is missing. Add it, or move the others "
                            "away to download all of it")
    if name in _standing_in:
        return None
    try:
        return [fetch(source) for source in sources]
    except (DownloadFailed, CacheUnwritable) as error:
        _standing_in.add(name)
        if offline():  # always the same words: a notebook's stored output may be compared with them
            say(name, f"{name} is not on this machine and D2L_OFFLINE is set; {stand_in} for it.")
        else:
            say(name, f"{name} is out of reach; {stand_in} for it. The reason: {' '.join(str(error).split())}.")
        return None


def say(key, line):
    """Print one line to stderr, once a process for each `key`."""
    if key not in _said:
        _said.add(key)
        print(f"d2lutils: {line}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def locked(path):
    """Hold the lock of `path` against other processes; says so when it has to wait. Raises `CacheUnwritable`."""
    from filelock import FileLock, Timeout
    with contextlib.ExitStack() as stack:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path.with_name(path.name + ".lock"))
            try:
                stack.enter_context(lock.acquire(timeout=2))
            except Timeout:
                say(f"wait {path}", f"another process is preparing {path.name}; waiting for it.")
                stack.enter_context(lock.acquire())
            except NotImplementedError as error:
                raise CacheUnwritable(f"{path.parent} is on a disk without file locks. Set D2L_CACHE to a folder on a "
                                      "local disk") from error
        yield
