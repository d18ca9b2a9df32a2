"""Draws what a sentence is about: subjects, noun phrases, somebody's things."""

from functools import cache

import numpy as np

from d2lutils.data.stand_ins.sentences import french
from d2lutils.data.stand_ins.sentences.grammar import POLITE, PRONOUNS, Phrase, Subject, noun_phrase
from d2lutils.data.stand_ins.sentences.lexicon import ADJECTIVES, NAMES, NOUNS, NUMBERS, PREDICATE_ONLY

PEOPLE = ("person", "family")
MOVABLE = ("thing", "text", "clothes", "bite")


@cache
def nouns(kinds: tuple[str, ...]) -> list:
    """The nouns of these kinds, in the lexicon's order."""
    return [noun for noun in NOUNS if noun.kind in kinds]


@cache
def adjectives(fits: str, beside: bool = False) -> list:
    """The adjectives for persons ("p"), animals ("a"), things ("o", "t"); ``beside`` a noun, or said of it."""
    return [a for a in ADJECTIVES if fits in a.kinds and not (beside and a.english in PREDICATE_ONLY)]


class Speaker:
    """Draws sentences. Its numbers come from ``RandomState.random_sample``, whose stream never changes."""

    def __init__(self, seed: int):
        self.rng = np.random.RandomState(seed)

    def pick(self, options):
        return options[int(self.rng.random_sample() * len(options))]

    def chance(self, p: float) -> bool:
        return self.rng.random_sample() < p

    def phrase(self, kinds, dets=("the", "my", "this", "his", "her", "our", "a"), plural=0.2, adjective=0.2) -> Phrase:
        """A noun phrase about one of these kinds of things."""
        noun = self.pick(nouns(tuple(kinds)))
        if noun.kind in ("food", "drink"):
            return noun_phrase(noun, self.pick(("some", "the")))
        if noun.kind == "family":
            dets, adjective = ("my", "your", "his", "her", "our", "their"), 0
        if noun.kind == "person" and noun.one not in ("friend", "neighbor", "teacher", "doctor"):
            dets = tuple(kind for kind in dets if kind in ("the", "this", "a")) or ("the",)
        fits = {"person": "p", "animal": "a", "text": "t", "place": "", "bite": ""}.get(noun.kind, "o")
        chosen = self.pick(adjectives(fits, beside=True)) if fits and self.chance(adjective) else None
        kind = self.pick(dets)
        if self.chance(plural) and noun.kind not in ("place", "room") and noun.one not in ("mother", "father"):
            if self.chance(0.3) and kind in ("the", "a"):
                return noun_phrase(noun, kind, chosen, number=self.pick(NUMBERS))
            if kind != "a":
                return noun_phrase(noun, kind, chosen, many=True)
        return noun_phrase(noun, kind, chosen)

    def owned(self) -> Phrase:
        """Somebody's thing: *Anne's car*, ``la voiture d'Anne``."""
        noun, (name, _) = self.pick(nouns(MOVABLE)), self.pick(NAMES)
        words = [*french.determiner("the", noun.gender, False, noun.french), noun.french, "de", name]
        return Phrase(f"{name}'s {noun.one}", words, words, noun.gender, False)

    def subject(self, kinds=PEOPLE, polite=0.06) -> Subject:
        """A pronoun, a name, two names, or a noun phrase of these kinds; never a pronoun for mere things."""
        if set(kinds) & set(PEOPLE):
            if self.chance(polite):
                return self.pick(POLITE)
            if self.chance(0.55):
                return self.pick(PRONOUNS)
            if self.chance(0.5):
                name, gender = self.pick(NAMES)
                if self.chance(0.8):
                    return Subject(name, [name], 2, gender)
                other, also = self.pick([n for n in NAMES if n[0] != name])
                gender = "f" if gender == also == "f" else "m"
                return Subject(f"{name} and {other}", [name, "et", other], 5, gender, True)
        p = self.phrase(kinds, dets=("the", "the", "my", "this", "our"))
        return Subject(p.english, p.french, 5 if p.many else 2, p.gender, p.many)
