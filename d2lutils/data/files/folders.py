"""The folders in which data are looked for, and the one in which they are kept.

`$D2L_DATA` is a folder of data sets that is read and never written to. Downloads and stand-ins are kept in a folder
`d2lutils` below the user's cache folder (or below `$D2L_CACHE`), which may be deleted at any time.
"""

import os
import sys
from pathlib import Path

from d2lutils.data.files.errors import CacheUnwritable, DataError

SYSTEM = (Path("/usr/share/datasets"),)  # where Debian's and Ubuntu's packages of data sets put them


def data_folder():
    """The folder that `$D2L_DATA` names, or None when it is not set. Raises `DataError` when there is no such folder.

    A relative path is looked for from the working folder and then from the folders above it, so that
    `D2L_DATA=../data`, given where the book lies, also holds in a notebook that runs in its chapter's folder.
    """
    value = os.environ.get("D2L_DATA", "").strip()
    if not value:
        return None
    path = Path(os.path.expanduser(value))  # which leaves a ~ alone where nobody knows the home
    here = Path() if path.is_absolute() else Path.cwd()
    for start in (here, *here.parents):
        if os.path.isdir(start / path):
            return (start / path).resolve()
    raise DataError(f"D2L_DATA is set to {value}, and there is no such folder that you may enter. Correct it, or unset "
                    "it to download the data or use the stand-ins")


def cache_folder():
    """Where downloads and stand-ins are kept. It need not exist yet.

    Raises `CacheUnwritable` for a user without a home directory when `D2L_CACHE` names no folder either.
    """
    try:
        if chosen := os.environ.get("D2L_CACHE", "").strip():
            base = Path(chosen)
        elif sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return base.expanduser().absolute() / "d2lutils"
    except RuntimeError as error:
        raise CacheUnwritable("this user has no home directory to keep downloads and stand-ins in. Set D2L_CACHE to a "
                              "folder that you may write to") from error
