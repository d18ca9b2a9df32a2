"""Sentence pairs from a small grammar of English and French."""

from d2lutils.data.stand_ins.sentences.pairs import about_things, sentence_pairs
from d2lutils.data.stand_ins.sentences.speaker import Speaker

__all__ = [
    "Speaker", "about_things", "sentence_pairs",
]
