"""Files of data sets: one catalog of them, found, downloaded, unpacked, verified; and what was used, to be asked."""

from d2lutils.data.files.archives import extract
from d2lutils.data.files.catalog import FASHION_MNIST, FRA_ENG, MOBILENET_V2, TIME_MACHINE, DataSet, Source
from d2lutils.data.files.errors import CacheUnwritable, CorruptData, DataError, DownloadFailed
from d2lutils.data.files.folders import cache_folder, data_folder
from d2lutils.data.files.idx import read_idx
from d2lutils.data.files.notices import sources_used
from d2lutils.data.files.store import fetch, obtain, stands_in

__all__ = [
    "FASHION_MNIST",
    "FRA_ENG", "MOBILENET_V2", "TIME_MACHINE", "CacheUnwritable", "CorruptData", "DataError", "DataSet",
    "DownloadFailed", "Source", "cache_folder", "data_folder", "extract", "fetch", "obtain", "read_idx",
    "sources_used", "stands_in",
]
