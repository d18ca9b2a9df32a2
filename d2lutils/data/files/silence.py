"""Servers that did not answer are not asked again for a while: not by the next kernel either."""

import contextlib
import json
import os
import time
from urllib.parse import urlsplit

from d2lutils.data.files.errors import CacheUnwritable
from d2lutils.data.files.folders import cache_folder

PAUSE = 600  # seconds


def note_path():
    """The file in the cache folder that remembers them: {host: when it did not answer, in seconds since 1970}."""
    return cache_folder() / "silent-servers.json"


def was_silent(url):
    """True when the server of `url` was found silent in the last ten minutes."""
    return 0 <= time.time() - _read().get(urlsplit(url).netloc, 0) < PAUSE


def remember_silence(url):
    """Note that the server of `url` does not answer. Where the note cannot be kept, it is not: that only costs time."""
    with contextlib.suppress(OSError, CacheUnwritable):
        path = note_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_text(json.dumps(_read() | {urlsplit(url).netloc: time.time()}))
        os.replace(part, path)


def _read():
    try:
        found = dict(json.loads(note_path().read_text()))
    except (OSError, ValueError, TypeError, CacheUnwritable):  # not there, not readable, or not ours
        return {}
    return {host: when for host, when in found.items() if isinstance(when, float)}
