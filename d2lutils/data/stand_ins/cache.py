"""Stand-ins that take seconds to make are kept in the cache folder."""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

from d2lutils.data.files.download import writing
from d2lutils.data.files.errors import CacheUnwritable
from d2lutils.data.files.store import cache_folder, locked, say


def stand_in_arrays(name, code, make):
    """The arrays that `make()` returns (a dict of numpy arrays), kept in the cache from the first call on.

    The file's name carries a hash of the source behind `code`, the function that makes them, so newer code never meets
    older pictures. A damaged file is made again. Where the cache cannot be written, the arrays are returned all the
    same, and one line says so.
    """
    path = cache_folder() / "stand-ins" / f"{name}-{_code_version(code.__module__)}.npz"
    arrays = _read_arrays(path)
    if arrays is None:
        try:
            with locked(path):
                arrays = _read_arrays(path)
                if arrays is None:
                    arrays = make()
                    _write_arrays(path, arrays)
        except CacheUnwritable as error:
            say(f"keep {name}", f"the stand-in {name} is made anew each time: {error}.")
            arrays = arrays or make()
    return arrays


def _code_version(module):
    """A hash over the source of a stand-in: its file, or all files of its folder where it has one to itself."""
    path = Path(sys.modules[module].__file__)
    files = [path] if path.parent == Path(__file__).parent else sorted(path.parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes().replace(b"\r\n", b"\n") for file in files)).hexdigest()[:12]


def _read_arrays(path):
    import numpy as np
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}  # each array's checksum is verified on the way
    except FileNotFoundError:
        return None
    except Exception:  # whatever numpy and zipfile make of a damaged file: it is ours, and can be made again
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
