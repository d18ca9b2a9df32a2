"""BLEU: how many of a translation's n-grams stand in a reference, and whether it is long enough."""

import math
from collections import Counter
from collections.abc import Sequence

import torch

SMOOTHING = {"none": None, "floor": 0.1, "add-k": 1, "exp": None}  # the methods and their default values


def perplexity(mean_loss) -> float:
    """exp of the mean cross-entropy over tokens, in nats: how many equally likely tokens a guess is worth.

    1 for a model that is certain and right, V for one that finds all V tokens equally likely, inf where exp overflows.
    mean_loss: a number or a 0-d tensor. The mean must be over all tokens together: the mean of the perplexities of
    batches is larger (Jensen's inequality). Jelinek, Mercer, Bahl and Baker (1977).
    """
    try:
        return math.exp(mean_loss.item() if isinstance(mean_loss, torch.Tensor) else mean_loss)
    except OverflowError:
        return math.inf


def _tokens(text: str | Sequence[str]) -> list[str]:
    return text.split() if isinstance(text, str) else list(text)


def _ngrams(tokens: list[str], n: int) -> Counter:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def _references(reference, *others) -> list[list[str]]:
    references = [_tokens(text) for text in (reference, *others)]
    if not all(references):
        raise ValueError("a reference is empty: BLEU counts its n-grams, so give at least one token")
    return references


def bleu(prediction, reference, *references, max_order: int = 4, smooth: str = "exp", smooth_value=None,
         effective_order: bool = True) -> float:  # fmt: skip
    """The BLEU score of one sentence, in [0, 1] (Papineni et al., 2002).

    brevity penalty · (p_1 · … · p_N)^(1/N): p_n is the share of the prediction's n-grams that a reference has too, each
    counted at most as often as in the reference with the most of them; N = max_order.
    prediction, references: lists of tokens, or texts to be split at spaces. smooth: what to do with orders without a
    match, "none", "floor", "add-k" or "exp" (Chen and Cherry, 2014), with its value. effective_order: orders for which
    the prediction is too short are left out. Equals sacrebleu's sentence score / 100 under the same options.
    Raises ValueError for an empty reference, an unknown method, max_order below 1. An empty prediction scores 0.
    """
    if max_order < 1:
        raise ValueError(f"max_order is the longest n-gram to count, 1 or more, not {max_order}")
    if smooth not in SMOOTHING:
        raise ValueError(f"smooth={smooth!r} is none of {', '.join(SMOOTHING)}")
    prediction, references = _tokens(prediction), _references(reference, *references)
    k = SMOOTHING[smooth] if smooth_value is None else smooth_value
    length = len(prediction)

    matched, total = [], []
    for n in range(1, max_order + 1):
        found, wanted = _ngrams(prediction, n), Counter()
        for tokens in references:
            wanted |= _ngrams(tokens, n)  # | takes the larger of two counts
        matched.append((found & wanted).total())  # & the smaller
        total.append(found.total())
    if not any(matched):
        return 0.0

    logs, halving = [], 1.0
    for n, (hits, count) in enumerate(zip(matched, total), start=1):
        if smooth == "add-k" and n > 1:
            hits, count = hits + k, count + k
        if count == 0:
            break
        if hits == 0 and smooth == "exp":
            halving *= 2
            hits = 1 / halving
        elif hits == 0 and smooth == "floor":
            hits = k
        if hits == 0:
            return 0.0
        logs.append(math.log(hits / count))
    if len(logs) < max_order and not effective_order:
        return 0.0

    # of two references as near in length, the shorter one counts
    nearest = min((len(tokens) for tokens in references), key=lambda n: (abs(n - length), n))
    brevity = min(0.0, 1 - nearest / length)
    return math.exp(brevity + sum(logs) / len(logs))


def course_bleu(prediction, reference, *references, k: int = 2) -> float:
    """The score printed in the course *Dive into Deep Learning*: brevity penalty · ∏ over n ≤ k of p_n^(1/2^n).

    Not BLEU: the weights 1/2, 1/4, … are not equal and sum to less than one. With k = 2 it is never below the
    unsmoothed BLEU of the same orders. Orders for which the prediction is too short are left out; an empty prediction
    scores 0. Tokens and errors as for `bleu`; of several references the one that gives the highest score counts.
    """
    if k < 1:
        raise ValueError(f"k is the longest n-gram to count, 1 or more, not {k}")
    prediction = _tokens(prediction)
    if not prediction:
        _references(reference, *references)
        return 0.0
    scores = []
    for tokens in _references(reference, *references):
        score = math.exp(min(0.0, 1 - len(tokens) / len(prediction)))
        for n in range(1, min(k, len(prediction)) + 1):
            found = _ngrams(prediction, n)
            score *= ((found & _ngrams(tokens, n)).total() / found.total()) ** (0.5**n)
        scores.append(score)
    return max(scores)
