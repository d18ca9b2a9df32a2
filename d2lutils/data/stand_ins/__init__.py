"""The stand-ins: data that is there without a network, made or already on the machine, the same every time.

Each is a function that writes nothing and opens no socket. What they stand in for is said where it is loaded
(`images`, `text.corpora`, `tables`).
"""

from d2lutils.data.stand_ins.digits import digits
from d2lutils.data.stand_ins.garments import garments
from d2lutils.data.stand_ins.houses import EFFECTS, houses, true_log_price
from d2lutils.data.stand_ins.prose import topics
from d2lutils.data.stand_ins.sentences import Speaker, about_things, sentence_pairs

__all__ = [
    "EFFECTS", "Speaker", "about_things", "digits", "garments", "houses",
    "sentence_pairs", "topics", "true_log_price",
]
