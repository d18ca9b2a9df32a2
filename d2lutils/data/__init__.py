"""Data: found, downloaded or stood in for (`store`), and served in minibatches of whole tensors (`loaders`)."""

from .archives import extract
from .errors import CacheUnwritable, CorruptData, DataError, DownloadFailed
from .idx import read_idx
from .images import FASHION_LABELS, fashion_mnist_labels, load_data_fashion_mnist, load_data_mnist
from .loaders import TensorLoader, load_array
from .store import Source, cache_folder, data_folder, fetch
from .tables import load_house_prices
from .text import read_fra_eng, read_time_machine

__all__ = [
    "FASHION_LABELS", "CacheUnwritable", "CorruptData", "DataError", "DownloadFailed", "Source", "TensorLoader",
    "cache_folder", "data_folder", "extract", "fashion_mnist_labels", "fetch", "load_array", "load_data_fashion_mnist",
    "load_data_mnist", "load_house_prices", "read_fra_eng", "read_idx", "read_time_machine",
]
