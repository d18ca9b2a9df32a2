"""Texts: read, cut into tokens, numbered, and served in windows or as padded pairs."""

from d2lutils.data.text.corpora import read_fra_eng, read_time_machine
from d2lutils.data.text.sequences import RandomLoader, SequentialLoader, random_batches, sequential_batches
from d2lutils.data.text.time_machine import load_data_time_machine
from d2lutils.data.text.translation import TranslationData, build_array, load_data_nmt, preprocess, tokenized
from d2lutils.data.text.vocab import Vocab, normalize, tokenize

__all__ = [
    "RandomLoader", "SequentialLoader", "TranslationData", "Vocab", "build_array", "load_data_nmt",
    "load_data_time_machine", "normalize", "preprocess", "random_batches", "read_fra_eng", "read_time_machine",
    "sequential_batches", "tokenize", "tokenized",
]
