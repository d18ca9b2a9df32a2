"""Files of data sets: found, downloaded, unpacked, verified."""

from d2lutils.data.files.archives import extract
from d2lutils.data.files.errors import CacheUnwritable, CorruptData, DataError, DownloadFailed
from d2lutils.data.files.idx import read_idx
from d2lutils.data.files.store import Source, cache_folder, data_folder, fetch

__all__ = [
    "CacheUnwritable", "CorruptData", "DataError", "DownloadFailed", "Source", "cache_folder", "data_folder",
    "extract", "fetch", "read_idx",
]
