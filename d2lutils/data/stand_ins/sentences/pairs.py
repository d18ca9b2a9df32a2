"""English–French sentence pairs from a small grammar: the stand-in for Tatoeba's where there is no network.

Each function below draws one kind of sentence and says it in both languages. ``clauses.py`` has what they are made of,
``grammar.py`` the rules of clauses, ``french.py`` those of French words, ``lexicon.py`` the words.
"""

from d2lutils.data.stand_ins.sentences import french
from d2lutils.data.stand_ins.sentences.clauses import (
    ACTIONS,
    INTRANSITIVE,
    SOCIAL,
    STATES,
    TRANSITIVE,
    act,
    being,
    doing,
    doing_to,
    feeling,
    giving,
    liking,
    lying,
    place,
    to_somebody,
)
from d2lutils.data.stand_ins.sentences.grammar import (
    OBJECTS,
    PRONOUNS,
    Subject,
    am,
    english_clause,
    french_clause,
    progressive,
)
from d2lutils.data.stand_ins.sentences.lexicon import BELIEVING, GO, HAVE, LIKE, NAMES, PHRASES, VERBS
from d2lutils.data.stand_ins.sentences.speaker import MOVABLE, Speaker, nouns

MOST_WORDS = 12
MOST_PAIRS = 100_000
THEY = {"m": PRONOUNS[5], "f": PRONOUNS[5]._replace(french=["elles"], gender="f")}


def sentence_pairs(count: int, seed: int) -> list[tuple[str, str]]:
    """Make ``count`` different English sentences with their French translations, short ones first.

    The fixed phrases of the lexicon (*Go.*, *I lost.*, …) come along, the rest is drawn; the list is sorted by the
    length of the English: one word to twelve, four or five mostly. The French is typed as in Tatoeba's file: a straight
    apostrophe, a space before ``?`` and ``!``. The same ``count`` and ``seed`` give the same pairs on every machine.

    Args:
        count: how many pairs, at most 100,000.
        seed: from 0 to 2**32 - 1.

    Returns:
        (English, French) pairs, each with its capital and its punctuation, no English sentence twice.

    Raises:
        ValueError: when ``count`` or ``seed`` is out of range.
    """
    if not 0 <= count <= MOST_PAIRS:
        raise ValueError(f"count must be between 0 and {MOST_PAIRS:,}, got {count}")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be between 0 and 2**32 - 1, got {seed}")
    pairs, speaker = dict(PHRASES), Speaker(seed)
    while len(pairs) < count:
        english, translation = speaker.pick(KINDS)(speaker)
        if fit(english):
            pairs.setdefault(english, translation)
    # the alphabet decides between equal lengths, so the order does not depend on what was drawn first
    return sorted(pairs.items(), key=lambda pair: (len(pair[0]), pair[0]))[:count]


def fit(english: str) -> bool:
    """Not too long, nobody named twice, and *your* only where *you* is ``tu``."""
    words = english.replace(",", "").replace("'s", "").rstrip(".?").split()
    polite = words[-1] in ("sir", "madam") and "your" in [word.lower() for word in words]
    return len(words) <= MOST_WORDS and not polite and all(words.count(name) < 2 for name, _ in NAMES)


def finish(english: str, words: list[str], end: str) -> tuple[str, str]:
    """Capital letters and the end mark. French sets a space before ``?`` and ``!``; English orders get a full stop."""
    text = french.join(words).replace(" ,", ",")
    return (english[0].upper() + english[1:] + ("." if end == "!" else end),
            text[0].upper() + text[1:] + ("." if end == "." else " " + end))


def mark(mode: str) -> str:
    return "?" if mode == "ask" else "."


def statement(d: Speaker):
    """Any clause about somebody, as a statement, a denial or a question."""
    mode, kind = d.pick(("yes", "yes", "yes", "no", "ask")), d.pick((*ACTIONS, *ACTIONS, *STATES, giving, lying))
    return finish(*kind(d, d.subject(), mode), mark(mode))


def about_things(d: Speaker):
    """Things and animals: how they are and where, and what animals do."""
    mode = d.pick(("yes", "yes", "no", "ask"))
    kind = d.pick(("thing", "clothes", "vehicle", "animal", "text"))
    s = d.subject((kind,))
    if kind == "animal" and d.chance(0.4):
        return finish(*act(d, s, mode, d.pick([v for v in INTRANSITIVE if v.base in ("sleep", "run", "fall", "come")])),
                      mark(mode))
    fit_for = {"animal": "a", "text": "t"}.get(kind, "o")
    return finish(*(lying(d, s, mode) if d.chance(0.4) else being(d, s, mode, fit_for)), mark(mode))


def there_is(d: Speaker):
    """There is a cat under the chair: il y a, whatever the number."""
    mode = d.pick(("yes", "yes", "no", "ask"))
    what = d.phrase(("animal", "thing", "clothes", "text", "bite"), dets=("a",), plural=0.6)
    english, words = place(d)
    verb = "are" if what.many else "is"
    start = {"yes": f"there {verb}", "no": f"there {verb}n't", "ask": f"{verb} there"}[mode]
    début = {"yes": ["il", "y", "a"], "no": ["il", "ne", "y", "a", "pas"], "ask": ["y", "a-t-il"]}[mode]
    whatever = what.denied if mode == "no" else what.french
    return finish(f"{start} {what.english} {english}", [*début, *whatever, *words], mark(mode))


def pointing(d: Speaker):
    """This is Anne's car."""
    mode = d.pick(("yes", "yes", "no", "ask"))
    shown = d.phrase((*MOVABLE, "vehicle", "animal"), dets=("a", "my", "your", "his", "our"), plural=0)
    p = d.owned() if d.chance(0.4) else shown
    start = {"yes": "this is", "no": "this isn't", "ask": "is this"}[mode]
    début = {"yes": ["ce", "est"], "no": ["ce", "ne", "est", "pas"], "ask": ["est-ce"]}[mode]
    return finish(f"{start} {p.english}", [*début, *p.french], mark(mode))


def ordering(d: Speaker):
    """Open the door. Don't follow him. Let's eat."""
    please = d.chance(0.25)
    verb = d.pick([v for v in VERBS if "s" not in v.uses and v.base not in ("fall", "arrive", "lose")])
    english, clitic, rest = f"{verb.base} {verb.tail}".strip(), None, []
    if verb in SOCIAL and d.chance(0.6):
        clitic = d.pick([o for o in OBJECTS if o[5] != 1])
        english += " " + clitic[0]
    elif verb.takes:
        p = d.phrase(verb.takes, dets=("the", "my", "this"))
        english, rest = f"{english} {p.english}", p.french
    if not clitic and d.chance(0.15):
        return finish(f"let's {english}", [verb.present[3], *rest], "!")
    order = verb.present[1].removesuffix("s") if verb.present[1].endswith("es") else verb.present[1]
    if d.chance(0.25):
        english = f"don't {english}"
        rest = ["ne", *([clitic[1]] if clitic else []), order, "pas", *rest]
    else:
        rest = [f"{order}-{clitic[2]}" if clitic else order, *rest]
    return finish("please " * please + english, [*rest, *([", s'il te plaît"] if please else [])], "!")


def asking(d: Speaker):
    """Where is the key? What are you eating? Who left? Why did she laugh? How many keys does he have?"""
    which, s = d.pick(("where", "going", "what", "who", "who", "why", "why", "many")), d.pick(PRONOUNS[1:])
    if which == "where":
        p = d.phrase((*MOVABLE, "vehicle", "place", "animal", "family"), dets=("the", "my"))
        verb = ("are", "sont") if p.many else ("is", "est")
        return finish(f"where {verb[0]} {p.english}", ["où", verb[1], *p.french], "?")
    if which == "going":
        return finish(f"where {am(s, 'ask')} going", ["où", *french_clause(s, GO, "present", "ask")], "?")
    if which == "what":
        verb = d.pick([v for v in TRANSITIVE if ("s" not in v.uses and "person" not in v.takes) or v.tail])
        return finish(f"what {am(s, 'ask')} {progressive(verb.base)} {verb.tail}".strip(),
                      ["que", *french_clause(s, verb, "present", "ask")], "?")
    if which == "who":
        who = Subject("who", ["qui"], 2, "m")
        english, words = d.pick((doing, doing_to, to_somebody, liking))(d, who, "yes")
        return finish(english, words, "?")
    if which == "why":
        english, words = d.pick((doing, doing_to, to_somebody, being))(d, s, "ask")
        return finish(f"why {english}", ["pourquoi", *words], "?")
    noun = d.pick(nouns(HAVE.takes))
    do = "does" if s.person == 2 else "do"
    return finish(f"how many {noun.many} {do} {s.english} have",
                  ["combien", "de", french.plural(noun.french), *french_clause(s, HAVE, "present", "ask")], "?")


def joining(d: Speaker):
    """Two clauses: I think that …, … because …, …, but …"""
    s, other = d.subject(polite=0), d.subject(polite=0)
    first, second = d.pick((*ACTIONS, *STATES)), d.pick((*ACTIONS, *STATES))
    how = d.pick(("that", "that", "because", "but", "and"))
    if how == "that":
        believing, present = d.pick(BELIEVING)
        said, dit = second(d, other, d.pick(("yes", "yes", "no")))
        start = english_clause(s, LIKE._replace(base=believing), "present", "yes")
        return finish(f"{start} {'that ' * d.chance(0.5)}{said}", [*s.french, present[s.person], "que", *dit], ".")
    english, words = first(d, s, d.pick(("yes", "yes", "no")))
    if how == "because":  # the same person again, as a pronoun
        again = s if s.pronoun else THEY[s.gender] if s.many else PRONOUNS[2 if s.gender == "m" else 3]
        said, dit = d.pick((being, feeling))(d, again, "yes")
        return finish(f"{english} because {said}", [*words, "parce", "que", *dit], ".")
    said, dit = second(d, other, d.pick(("yes", "no")))
    return finish(f"{english}, {how} {said}", [*words, ",", {"but": "mais", "and": "et"}[how], *dit], ".")


KINDS = (*[statement] * 8, about_things, about_things, there_is, pointing, ordering, ordering, asking, asking, joining,
         joining)
