"""Arrays that take seconds to make are kept in the cache folder: drawn pictures, pieces of photographs."""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

from d2lutils.data.files.download import writing
from d2lutils.data.files.errors import CacheUnwritable
from d2lutils.data.files.folders import cache_folder
from d2lutils.data.files.locks import locked
from d2lutils.data.files.notices import say


def kept_arrays(name, code, make):
    """The arrays that `make()` returns (a dict of numpy arrays), kept in the cache from the first call on.

    `code` is the function that makes them. The file's name carries a hash of the source of its whole folder, so newer
    code never meets older pictures. A damaged or unreadable file is made again. Where the cache cannot be written, the
    arrays are returned all the same, and one line says so.
    """
    arrays = None
    try:
        path = cache_folder() / "stand-ins" / f"{name}-{code_version(code)}.npz"
        arrays = _read_arrays(path)
        if arrays is None:
            with locked(path):
                arrays = _read_arrays(path)
                if arrays is None:
                    arrays = make()
                    _write_arrays(path, arrays)
    except CacheUnwritable as error:
        say(f"keep {name}", f"{name}: made anew each time, {error}.")
    return make() if arrays is None else arrays


def code_version(function):
    """A hash over all Python files in and below the folder that `function` is defined in, and over their names."""
    folder = Path(sys.modules[function.__module__].__file__).parent
    version = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        version.update(file.relative_to(folder).as_posix().encode() + b"\0")
        version.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return version.hexdigest()[:12]


def _read_arrays(path):
    import numpy as np
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}  # each array's checksum is verified on the way
    except Exception:  # not there, not readable, or whatever numpy and zipfile make of a damaged file: made again
        return None


def _write_arrays(path, arrays):
    import numpy as np
    part = path.with_name(path.name + ".part")
    try:
        with writing(path):
            with open(part, "wb") as file:
                np.savez(file, **arrays)
            os.replace(part, path)
    except CacheUnwritable:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
