"""Clauses and noun phrases of the little grammar, built in English and in French from the same choices.

English leaves open what French must say, so a few conventions decide: *you* is ``tu``, or ``vous`` to a *sir* or a
*madam*; *I*, *we* and *they* are masculine; a progressive is the simple present; a simple past is the passé composé.
"""

from typing import NamedTuple

from d2lutils.data.stand_ins.sentences import french
from d2lutils.data.stand_ins.sentences.lexicon import BE, GO, HAVE, MODALS, Adjective, Noun, Verb


class Phrase(NamedTuple):
    """A noun phrase: English, French words, the French after a negation, gender, plural or not."""

    english: str
    french: list[str]
    denied: list[str]
    gender: str
    many: bool


class Subject(NamedTuple):
    """Who does it; ``address`` is how a *vous* is called: (", sir", ", monsieur")."""

    english: str
    french: list[str]
    person: int
    gender: str
    many: bool = False
    pronoun: bool = False
    address: tuple[str, str] = ("", "")


PRONOUNS = (Subject("I", ["je"], 0, "m", False, True), Subject("you", ["tu"], 1, "m", False, True),
            Subject("he", ["il"], 2, "m", False, True), Subject("she", ["elle"], 2, "f", False, True),
            Subject("we", ["nous"], 3, "m", True, True), Subject("they", ["ils"], 5, "m", True, True))
POLITE = (Subject("you", ["vous"], 4, "m", False, True, (", sir", ", monsieur")),
          Subject("you", ["vous"], 4, "f", False, True, (", madam", ", madame")))
# objects: English, French before the verb, after an imperative, gender, plural, the person
OBJECTS = (("me", "me", "moi", "m", False, 0), ("you", "te", "toi", "m", False, 1),
           ("him", "le", "le", "m", False, 2), ("her", "la", "la", "f", False, 2),
           ("us", "nous", "nous", "m", True, 3), ("them", "les", "les", "m", True, 5))
DOUBLED = {"run": "running", "swim": "swimming"}


def third(base: str) -> str:
    """The English verb after he, she, it."""
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "ch", "sh", "o")):
        return base + "es"
    return base[:-1] + "ies" if base[-1] == "y" and base[-2] not in "aeiou" else base + "s"


def progressive(base: str) -> str:
    """The English -ing form."""
    stem = base[:-1] if base[-1] == "e" and base[-2] != "e" else base
    return DOUBLED.get(base, stem + "ing")


def be(s: Subject) -> str:
    """am, are or is."""
    return "am" if s.person == 0 else "is" if s.person == 2 else "are"


def am(s: Subject, mode: str) -> str:
    """Subject and *to be*: contracted after a pronoun, turned round for a question."""
    if mode == "ask":
        return f"{be(s)} {s.english}"
    if s.pronoun and (mode == "yes" or s.person == 0):
        joined = s.english + {"am": "'m", "is": "'s", "are": "'re"}[be(s)]
        return joined + (" not" if mode == "no" else "")
    return f"{s.english} {be(s)}" + ("n't" if mode == "no" else "")


def english_clause(s: Subject, verb: Verb, tense: str, mode: str, rest: str = "") -> str:
    """An English clause; ``mode`` is "yes", "no" or "ask", ``tense`` as in :func:`french_clause`."""
    base = verb.base
    if verb is BE:
        words = am(s, mode)
    elif tense in ("progressive", "future"):
        words = am(s, mode) + (f" going to {base}" if tense == "future" else f" {progressive(base)}")
    elif tense in ("can", "must"):
        denied = {"can": "can't", "must": "must not"}[tense]
        words = {"yes": f"{s.english} {tense} {base}", "no": f"{s.english} {denied} {base}",
                 "ask": f"{tense} {s.english} {base}"}[mode]
    else:
        if tense == "want":
            base, rest = "want", f"to {verb.base} {verb.tail} {rest}"
        do = "did" if tense == "past" else "does" if s.person == 2 else "do"
        plain = verb.past if tense == "past" else third(base) if s.person == 2 else base
        words = {"yes": f"{s.english} {plain}", "no": f"{s.english} {do}n't {base}",
                 "ask": f"{do} {s.english} {base}"}[mode]
    tail = "" if tense == "want" else verb.tail
    return " ".join(f"{words} {tail} {rest}".split()) + s.address[0]


def french_clause(s: Subject, verb: Verb, tense: str, mode: str, rest=(), clitic=None, lead=()) -> list[str]:
    """A French clause as a list of words.

    ``tense`` is present, progressive, past, future or a modal; ``clitic`` a row of ``OBJECTS``, which stands before
    the verb; ``lead`` a question word, which comes first.
    """
    before = [clitic[1]] if clitic else []
    if tense == "past":
        finite = (BE if verb.with_être else HAVE).present[s.person]
        agreeing = (s.gender, s.many) if verb.with_être else clitic[3:5] if clitic else ("m", False)
        after = [french.participle(verb.participle, *agreeing)]
    elif tense in ("present", "progressive"):
        finite, after = verb.present[s.person], []
    else:
        modals = {english: present for english, _, present in MODALS}
        finite = GO.present[s.person] if tense == "future" else modals[tense][s.person]
        before, after = [], [*before, verb.infinitive]
    never = (["ne"], ["pas"]) if mode == "no" else ([], [])
    if mode == "ask" and s.pronoun and s.person != 0:
        words = [*before, french.inverted(finite, s.person, s.gender), *after, *rest]
    else:
        words = [*s.french, *never[0], *before, finite, *never[1], *after, *rest]
        if mode == "ask":
            words = ["est-ce", "que", *words]
    return [*lead, *words] + ([s.address[1]] if s.address[1] else [])


def noun_phrase(noun: Noun, kind: str, adjective: Adjective | None = None, number=None, many=False) -> Phrase:
    """A noun with a determiner ("the", "a", "some", "my", …) or a number (English, French), perhaps an adjective."""
    many = many or number is not None
    name = french.plural(noun.french) if many else noun.french
    front, back, described = [], [], noun.many if many else noun.one
    if adjective:
        described = f"{adjective.english} {described}"
        forms = adjective.french
        form = french.agree(forms, noun.gender, many)
        if adjective.before:
            sounds = noun.gender == "m" and not many and len(forms) > 2 and french.vowel(name)
            front = [forms[2] if sounds else form]
        else:
            back = [form]
    core = [*front, name, *back]
    if number:
        return Phrase(f"{number[0]} {described}", [number[1], *core], [number[1], *core], noun.gender, True)
    words = french.determiner(kind, noun.gender, many, core[0]) + core
    denied = ["de", *core] if kind in ("a", "some") else words
    shown = {"a": "an" if described[0] in "aeiou" else "a", "this": "these" if many else "this"}.get(kind, kind)
    return Phrase(f"{shown} {described}", words, denied, noun.gender, many)
