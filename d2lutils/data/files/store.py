"""Find a data set and verify it, or download it, or let something stand in for it."""

import contextlib
import gzip
import hashlib
import os
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from d2lutils.data.files import catalog
from d2lutils.data.files import download as net
from d2lutils.data.files.archives import reading
from d2lutils.data.files.download import offline
from d2lutils.data.files.errors import CacheUnwritable, CorruptData, DataError, DownloadFailed
from d2lutils.data.files.folders import SYSTEM, cache_folder, data_folder
from d2lutils.data.files.locks import locked
from d2lutils.data.files.notices import note_source, say

PUBLISHED, OTHER = "the published files", "files that are not the published ones"
_standing_in = set()  # a data set that stood in once does so until the process ends: it must not change half-way


def find(source, folder):
    """The verified file of `source` below `folder` and whether it is the published one, or None when it is not there.

    What is verified is the content: the published file, the same content packed by anybody else, or the unpacked file.
    One that may not be read counts as not there, which is said. Raises `CorruptData` when the content is another.
    """
    for path in _places(source, Path(folder)):
        if _readable(path):
            return path, _is_published(path, source)
    return None


def _places(source, folder):
    beside = Path(source.path).parent
    for place in (source.path, *source.elsewhere):
        if source.unpacked:
            yield folder / Path(place).parent / Path(source.unpacked).relative_to(beside)
        yield folder / place


def _readable(path):
    try:
        with open(path, "rb"):
            return True
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    except OSError as error:
        # of a closed folder, not each of the files that might be in it
        closed = next((folder for folder in reversed(path.parents) if not os.access(folder, os.X_OK)), path)
        say(f"unreadable {closed}", f"{closed} cannot be read ({error.strerror}); going on as if it were not there.")
        return False


def _is_published(path, source):
    """Whether the content is the published one; raises `CorruptData` where it has to be and is not."""
    is_unpacked = source.unpacked and path.suffix != Path(source.path).suffix
    if is_unpacked and source.content is None:
        return False  # no hash is known for it: its reader checks it
    wanted = source.content if is_unpacked else source.digest
    with reading(path):
        actual = net.file_digest(path, wanted)
    if actual == wanted or (source.content and not is_unpacked and _packed_digest(path, source) == source.content):
        return True
    if is_unpacked and source.variants:
        return False
    kind = {40: "sha1", 64: "sha256"}[len(actual)]
    raise CorruptData(f"{path} is not the published file: its {kind} is {actual}, and {wanted} was published. Replace "
                      "it, or move it away to download it again")


def _packed_digest(path, source):
    """The sha256 of what is packed in a .gz file, or in one member of a .zip file."""
    with reading(path), contextlib.ExitStack() as stack:
        if source.member:
            stream = stack.enter_context(stack.enter_context(zipfile.ZipFile(path)).open(source.member))
        else:
            stream = stack.enter_context(gzip.open(path))
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(source, *, context=None, timeout=15.0):
    """The verified path of one file: found in `$D2L_DATA`, the cache or a system's folder, else downloaded.

    Downloads go into the cache. Of several processes that ask at once, one downloads and the others wait for it.
    Raises `CorruptData`, `DownloadFailed` or `CacheUnwritable`.
    """
    for folder, own in _folders():
        if found := _find_in(folder, own, source):
            return found[0]
    if offline():
        raise DownloadFailed(f"{source.path} is not on this machine and D2L_OFFLINE is set")
    target = cache_folder() / source.path
    with locked(target):
        if found := find(source, cache_folder()):
            return found[0]
        return net.download(
            source.urls, target, digest=source.digest, size=source.size, timeout=timeout, context=context)


def _folders(also=()):
    """Where data are looked for, in this order, and whether the reader put them there and can mend them."""
    own = [data_folder()]
    with contextlib.suppress(CacheUnwritable):  # who has no home may still have data
        own.append(cache_folder())
    return [(folder, True) for folder in own if folder] + [(folder, False) for folder in (*SYSTEM, *also)]


def _find_in(folder, own, source):
    """As `find`; but a wrong file that is not the reader's to mend counts as not there, which is said."""
    try:
        return find(source, folder)
    except CorruptData as error:
        if own:
            raise
        say(f"wrong {folder} {source.path}", f"{error}. Going on as if it were not there.")
        return None


def obtain(dataset, stand_in, verb="stands in", also=()):
    """The paths of all files of a `DataSet`, or None when something must stand in for it, which is said once.

    All of the files come from one folder: half of one split with half of another would be no data set. What is
    present and wrong raises `CorruptData`; what is merely out of reach is replaced. `stand_in` and its `verb` say by
    what, as in "drawn garments" and "stand in". `also` names more folders to look in.
    """
    name, data = dataset.name, data_folder()
    for folder, own in _folders(also):
        found = [_find_in(folder, own, source) for source in dataset.files]
        if all(found):
            note_source(name, PUBLISHED if all(published for _, published in found) else OTHER)
            return [path for path, _ in found]
        if folder == data and any(found):
            missing = ", ".join(source.path for source, there in zip(dataset.files, found) if not there)
            raise DataError(f"{folder} holds only a part of {name}: {missing} is missing. Add it, or move the others "
                            "away to download all of it")
    if name not in _standing_in:
        try:
            return _downloaded(dataset)
        except (DownloadFailed, CacheUnwritable) as error:
            reason = " ".join(str(error).split())
        _standing_in.add(name)
        if offline():  # always the same words: a notebook's stored output may be compared with them
            say(name, f"{name} is not on this machine and D2L_OFFLINE is set; {stand_in} {verb} for it.")
        else:
            say(name, f"{name} is out of reach; {stand_in} {verb} for it. The reason: {reason}.")
    note_source(name, stand_in)
    return None


def _downloaded(dataset):
    urls = [url for source in dataset.files for url in source.urls]
    if not offline() and not all(net.was_silent(url) for url in urls):
        hosts = ", ".join(dict.fromkeys(urlsplit(url).netloc for url in urls))
        say(f"look {dataset.name}", f"looking for {dataset.name} on the network ({hosts}); D2L_OFFLINE=1 forbids it.")
    paths = [fetch(source) for source in dataset.files]
    note_source(dataset.name, PUBLISHED)
    return paths


def stands_in(name, what):
    """Whether `what`, as `sources_used` has it for the data set `name`, stood in for files that were published."""
    published = {found.name for found in vars(catalog).values() if isinstance(found, catalog.DataSet)}
    return name in published and what not in (PUBLISHED, OTHER)
