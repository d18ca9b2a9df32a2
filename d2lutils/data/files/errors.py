"""What can go wrong with data. Everything is a `DataError`, so one `except` catches it all."""


class DataError(RuntimeError):
    """A data set cannot be had. The message names the file or address, and what to do about it."""


class CorruptData(DataError):
    """A file that is present is damaged, cut short, or not the published one. It is never deleted for you."""


class DownloadFailed(DataError):
    """A file could not be downloaded. Loaders fall back to a stand-in and say so."""


class CacheUnwritable(DataError):
    """The cache folder is full or cannot be written to. Loaders fall back to a stand-in that is kept in memory."""
