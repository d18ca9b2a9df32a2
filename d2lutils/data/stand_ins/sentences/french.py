"""The rules of French that the little grammar needs: elision, contraction, gender, number, conjugation.

Sentences are lists of words in their full forms (``je ne ai pas le eau``); :func:`join` makes French of them.
Persons are numbered 0 to 5: je, tu, il or elle, nous, vous, ils or elles.
"""

PRONOUNS = ("je", "tu", "il", "nous", "vous", "ils")
VOWELS = set("aàâæeéèêëiîïoôœuùûü")
# "le hibou", not "l'hibou"
ASPIRATED = {"haut", "haute", "hauts", "hautes", "héros", "hibou", "hiboux", "huit", "onze"}
ELIDED = {"je", "me", "te", "se", "le", "la", "de", "ne", "que"}
CONTRACTED = {("à", "le"): "au", ("à", "les"): "aux", ("de", "le"): "du", ("de", "les"): "des"}


def vowel(word: str) -> bool:
    """Whether a word begins with a vowel sound, so that the word before it elides."""
    word = word.lower()
    return word == "y" or (word[0] in VOWELS and word not in ASPIRATED) or (word[0] == "h" and word not in ASPIRATED)


def join(words: list[str]) -> str:
    """Contract (``à le`` to ``au``), elide (``je ai`` to ``j'ai``) and join words into running text."""
    words = " ".join(words).split()
    result, k = [], 0
    while k < len(words):
        word, after = words[k], words[k + 1 : k + 3]
        # "de le eau" is "de l'eau": the article elides before it can contract
        if after and (word, after[0]) in CONTRACTED and not (after[0] == "le" and len(after) > 1 and vowel(after[1])):
            word, k = CONTRACTED[word, after[0]], k + 1
        elif after and ((word in ELIDED and vowel(after[0])) or (word == "ce" and after[0] == "est")):
            words[k + 1] = word[:-1] + "'" + after[0]
            k += 1
            continue
        result.append(word)
        k += 1
    return " ".join(result)


def plural(word: str) -> str:
    """The plural of a noun or a masculine adjective."""
    if word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return word[:-2] + "aux"
    return word + ("x" if (word.endswith(("eau", "eu")) and word != "bleu") or word == "hibou" else "s")


def agree(adjective: tuple[str, ...], gender: str, many: bool) -> str:
    """An adjective, given as (masculine, feminine, …), in gender ``"m"`` or ``"f"`` and number."""
    if gender == "f":
        return adjective[1] + ("s" if many and adjective[1][-1] not in "sx" else "")
    return plural(adjective[0]) if many else adjective[0]


def participle(word: str, gender: str, many: bool) -> str:
    """A past participle that agrees, as it does after *être* or with an object that stands before it."""
    return agree((word, word + "e"), gender, many)


def regular(infinitive: str) -> tuple[str, ...]:
    """The present tense of a verb in -er, with the changes of spelling in -ger, -cer, -eter, -eler and -oyer."""
    stem = infinitive[:-2]
    heavy = stem
    if stem.endswith(("chet", "lev")):
        heavy = stem[: stem.rindex("e")] + "è" + stem[stem.rindex("e") + 1 :]
    elif stem.endswith("ppel"):
        heavy = stem + "l"
    elif stem.endswith("oy"):
        heavy = stem[:-1] + "i"
    soft = stem[:-1] + "ç" if stem.endswith("c") else stem + "e" if stem.endswith("g") else stem
    return heavy + "e", heavy + "es", heavy + "e", soft + "ons", stem + "ez", heavy + "ent"


def determiner(kind: str, gender: str, many: bool, following: str) -> list[str]:
    """The French of an English determiner before a word: the possessives and *this* look at gender and sound."""
    owners = {"my": "m", "your": "t", "his": "s", "her": "s"}
    if kind in owners:
        feminine = gender == "f" and not vowel(following)  # mon amie, but ma grande amie
        return [owners[kind] + ("es" if many else "a" if feminine else "on")]
    if kind in ("our", "their"):
        one, more = {"our": ("notre", "nos"), "their": ("leur", "leurs")}[kind]
        return [more if many else one]
    if kind == "this":
        return ["ces" if many else "cette" if gender == "f" else "cet" if vowel(following) else "ce"]
    if kind == "a":
        return ["une" if gender == "f" else "un"]
    article = ["les" if many else "la" if gender == "f" else "le"]
    return ["de", *article] if kind == "some" else article


def inverted(verb: str, person: int, gender: str) -> str:
    """Verb and pronoun turned round for a question: ``as-tu``, ``parle-t-elle``."""
    pronoun = PRONOUNS[person].replace("il", "elle") if gender == "f" else PRONOUNS[person]
    link = "-t-" if person == 2 and verb[-1] in "ea" else "-"
    return verb + link + pronoun
