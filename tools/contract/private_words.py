"""Words that the field does not use for its things, and turns that are no plain English: how often a text has them.

A measure and no rule: a bridge may be a road, and a shop may send a bill.
"""

import re

FIGURATIVE = ("strip", "bill", "tent", "referee", "knob", "road", "walk(?:s|ed|ing)? back", "pull", "bend", "toll")
TURNS = (r"one (?:weight|number|bias|score|entry|column|row|file|line|step) an? \w+", "behind (?:a|the|each) layer",
         "(?:is|are) another one", "can(?:not)? be had", "whoever", "shall", "goes as it went")
PATTERN = re.compile(rf"\b(?:(?:{'|'.join(FIGURATIVE)})s?|{'|'.join(TURNS)})\b", flags=re.IGNORECASE)


def private_words(text: str) -> list[str]:
    """Every such word of a text, as it stands there."""
    return [" ".join(found.split()) for found in PATTERN.findall(text)]
