"""The stand-ins: data that is there without a network, made or already on the machine, the same every time.

Each is a function that writes nothing and opens no socket. What they stand in for is said where it is loaded
(`images`, `text.corpora`, `tables`); what takes seconds to make is kept there, through `kept_arrays`.
"""

from d2lutils.data.stand_ins.cache import kept_arrays
from d2lutils.data.stand_ins.digits import digits, digits_at_hand
from d2lutils.data.stand_ins.garments import garments
from d2lutils.data.stand_ins.houses import EFFECTS, houses, true_log_price
from d2lutils.data.stand_ins.prose import topics
from d2lutils.data.stand_ins.sentences import Speaker, about_things, sentence_pairs

__all__ = [
    "EFFECTS", "Speaker", "about_things", "digits", "digits_at_hand", "garments", "houses",
    "kept_arrays", "sentence_pairs", "topics", "true_log_price",
]
