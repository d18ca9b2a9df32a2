"""Data: found, downloaded or stood in for (`files`, `stand_ins`), and served in minibatches of whole tensors."""

from d2lutils.data.features import legendre
from d2lutils.data.files import (
    CacheUnwritable,
    CorruptData,
    DataError,
    DownloadFailed,
    Source,
    cache_folder,
    data_folder,
    extract,
    fetch,
    read_idx,
    sources_used,
)
from d2lutils.data.folds import k_folds
from d2lutils.data.images import FASHION_LABELS, fashion_mnist_labels, load_data_fashion_mnist, load_data_mnist
from d2lutils.data.loaders import TensorLoader, load_array
from d2lutils.data.made import synthetic_data
from d2lutils.data.photographs import PATCH_LABELS, load_data_patches, photographs
from d2lutils.data.preprocessing import MISSING, OneHot, Standardizer, TablePreprocessor, as_words
from d2lutils.data.tables import load_house_prices
from d2lutils.data.text import (
    RandomLoader,
    SequentialLoader,
    TranslationData,
    Vocab,
    build_array,
    load_data_nmt,
    load_data_time_machine,
    normalize,
    preprocess,
    random_batches,
    read_fra_eng,
    read_time_machine,
    sequential_batches,
    tokenize,
)

__all__ = [
    "FASHION_LABELS", "MISSING", "PATCH_LABELS", "CacheUnwritable", "CorruptData", "DataError",
    "DownloadFailed", "OneHot", "RandomLoader", "SequentialLoader", "Source", "Standardizer", "TablePreprocessor",
    "TensorLoader", "TranslationData", "Vocab", "as_words", "build_array", "cache_folder", "data_folder", "extract",
    "fashion_mnist_labels", "fetch", "k_folds", "legendre", "load_array", "load_data_fashion_mnist",
    "load_data_mnist", "load_data_nmt", "load_data_patches", "load_data_time_machine", "load_house_prices",
    "normalize", "photographs", "preprocess", "random_batches", "read_fra_eng", "read_idx",
    "read_time_machine", "sequential_batches", "sources_used", "synthetic_data", "tokenize",
]
