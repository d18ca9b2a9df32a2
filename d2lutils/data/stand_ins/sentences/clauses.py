"""Clauses about somebody or something, in both languages: what is done, had, liked, given, and how and where it is.

Those that take a `mode` draw one kind of clause about the subject `s`, as a statement, a denial or a question, and
return its English and its French words.
"""

from d2lutils.data.stand_ins.sentences import french
from d2lutils.data.stand_ins.sentences.grammar import (
    OBJECTS,
    Phrase,
    Subject,
    english_clause,
    french_clause,
    noun_phrase,
)
from d2lutils.data.stand_ins.sentences.lexicon import (
    BE,
    GIVE,
    GO,
    HAVE,
    JOBS,
    LIKE,
    MOODS,
    NAMES,
    NOUNS,
    VERBS,
    WHEN,
    WHERE,
)
from d2lutils.data.stand_ins.sentences.speaker import MOVABLE, PEOPLE, Speaker, adjectives, nouns

INTRANSITIVE = [v for v in VERBS if not v.takes]
TRANSITIVE = [v for v in VERBS if v.takes]
SOCIAL = [v for v in VERBS if "person" in v.takes]


def tense(d: Speaker, verb) -> str:
    """A tense that the verb has in both languages."""
    if verb in (LIKE, HAVE) or verb.base == "know":
        return "present"
    options = ["present", "want", "can", "must"]
    if verb is not GO:
        options += ["future"]
    if "s" not in verb.uses:
        options += ["progressive"] * 3
    if "-" not in verb.uses:
        options += ["past"] * 4
    return d.pick(options)


def act(d: Speaker, s: Subject, mode: str, verb, time=None, phrase: Phrase | None = None, to="", clitic=None):
    """A clause with a verb: its tense drawn unless given, its object or goal, sometimes a time."""
    time = time or tense(d, verb)
    english, words = "", []
    if phrase:
        denied = mode == "no" and not to
        english = to + phrase.english
        if denied and english.startswith("some "):
            english = "any " + english[5:]
        words = [*(["à"] if to else []), *(phrase.denied if denied else phrase.french)]
    elif clitic:
        english = clitic[0]
    if time in WHEN and "s" not in verb.uses and d.chance(0.25):
        said, dit = d.pick(WHEN[time])
        english, words = f"{english} {said}", [*words, dit]
    return english_clause(s, verb, time, mode, english), french_clause(s, verb, time, mode, words, clitic)


def doing(d: Speaker, s: Subject, mode: str):
    """Tom is sleeping."""
    return act(d, s, mode, d.pick(INTRANSITIVE))


def doing_to(d: Speaker, s: Subject, mode: str):
    """Tom opened the window."""
    verb = d.pick(TRANSITIVE)
    return act(d, s, mode, verb, phrase=d.phrase(verb.takes))


def to_somebody(d: Speaker, s: Subject, mode: str):
    """Tom helps us."""
    near = {0: (0, 3), 1: (1,), 3: (0, 3), 4: (1,)}.get(s.person, ())
    return act(d, s, mode, d.pick(SOCIAL), clitic=d.pick([o for o in OBJECTS if o[5] not in near]))


def going(d: Speaker, s: Subject, mode: str):
    """Tom goes to the market."""
    return act(d, s, mode, GO, phrase=d.phrase(("place",), dets=("the",), adjective=0), to="to ")


def having(d: Speaker, s: Subject, mode: str):
    """Tom has a dog."""
    return act(d, s, mode, HAVE, phrase=d.phrase(HAVE.takes, dets=("a", "a", "my", "the"), plural=0.3))


def liking(d: Speaker, s: Subject, mode: str):
    """Tom likes birds: English says no article, French a definite one."""
    noun = d.pick(nouns(("animal", "bite", "vehicle", "food", "drink", "text")))
    several = noun.kind not in ("food", "drink")
    chosen = d.pick([a for a in adjectives("o") if not a.before]) if noun.kind == "vehicle" and d.chance(0.5) else None
    p = noun_phrase(noun, "the", chosen, many=several)
    words = p.english.removeprefix("the ")
    return english_clause(s, LIKE, "present", mode, words), french_clause(s, LIKE, "present", mode, p.french)


def giving(d: Speaker, s: Subject, mode: str):
    """Tom gives the book to Anne."""
    verb, what = d.pick(GIVE), d.phrase(MOVABLE, dets=("the", "my", "this", "his"), adjective=0.1)
    name, whom = d.pick(NAMES)[0], d.phrase(PEOPLE, dets=("the", "this"), adjective=0.1)
    english, words = (name, [name]) if d.chance(0.4) else (whom.english, whom.french)
    time = d.pick(("present", "past", "progressive", "future", "want", "must"))
    return (english_clause(s, verb, time, mode, f"{what.english} to {english}"),
            french_clause(s, verb, time, mode, [*what.french, "à", *words]))


def being(d: Speaker, s: Subject, mode: str, kind: str = "p"):
    """Tom is very tired."""
    adjective = d.pick(adjectives(kind))
    degree = d.pick((("very ", ["très"]), ("too ", ["trop"]), ("so ", ["si"]))) if d.chance(0.35) else ("", [])
    form = french.agree(adjective.french, s.gender, s.many)
    return (english_clause(s, BE, "present", mode, degree[0] + adjective.english),
            french_clause(s, BE, "present", mode, [*degree[1], form]))


def feeling(d: Speaker, s: Subject, mode: str):
    """Tom is hungry: French *has* hunger."""
    english, word = d.pick(MOODS)
    very = d.chance(0.2) and english not in ("right", "wrong")
    return (english_clause(s, BE, "present", mode, "very " * very + english),
            french_clause(s, HAVE, "present", mode, ["très"] * very + [word]))


def working_as(d: Speaker, s: Subject, mode: str):
    """Tom is a baker: French says no article."""
    english, masculine, feminine = d.pick([job for job in JOBS if job[0] not in s.english])
    article = "an " if english[0] in "aeiou" else "a "
    return (english_clause(s, BE, "present", mode, english + "s" if s.many else article + english),
            french_clause(s, BE, "present", mode, [french.agree((masculine, feminine), s.gender, s.many)]))


def comparing(d: Speaker, s: Subject, mode: str):
    """Tom is as tall as Anne."""
    adjective, (name, _) = d.pick([a for a in adjectives("p") if a.english != "alone"]), d.pick(NAMES)
    form = french.agree(adjective.french, s.gender, s.many)
    return (english_clause(s, BE, "present", mode, f"as {adjective.english} as {name}"),
            french_clause(s, BE, "present", mode, ["aussi", form, "que", name]))


def place(d: Speaker) -> tuple[str, list[str]]:
    """Under the table, next to the car, in the kitchen."""
    if d.chance(0.3):
        p = d.phrase(("room", "transport"), dets=("the",), plural=0, adjective=0.1)
        return f"in {p.english}", ["dans", *p.french]
    english, words, landmarks = d.pick(WHERE)
    noun = d.pick([n for n in NOUNS if n.one in landmarks])
    p = noun_phrase(noun, d.pick(("the", "the", "my", "this")), d.pick(adjectives("o")) if d.chance(0.15) else None)
    return f"{english} {p.english}", [*words, *p.french]


def lying(d: Speaker, s: Subject, mode: str):
    """The key is under the lamp."""
    english, words = place(d)
    return english_clause(s, BE, "present", mode, english), french_clause(s, BE, "present", mode, words)


ACTIONS = (doing, doing_to, doing_to, to_somebody, going, having, liking)
STATES = (being, being, feeling, working_as, comparing)
