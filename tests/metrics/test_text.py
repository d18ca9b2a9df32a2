"""BLEU against sacrebleu's sentence score, and the course's score against its formula."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU

from d2lutils.metrics.text import bleu, course_bleu

sentences = st.lists(st.sampled_from("abcd"), min_size=1, max_size=9)
several = st.lists(sentences, min_size=1, max_size=3)
methods = [("none", None), ("floor", None), ("floor", 0.3), ("add-k", None), ("add-k", 2), ("exp", None)]


@given(sentences, several, st.integers(1, 5), st.sampled_from(methods), st.booleans())
@settings(deadline=None, max_examples=300)
def test_bleu_equals_sacrebleu(prediction, references, order, method, effective):
    oracle = BLEU(tokenize="none", max_ngram_order=order, smooth_method=method[0], smooth_value=method[1],
                  effective_order=effective)  # fmt: skip
    expected = oracle.sentence_score(" ".join(prediction), [" ".join(tokens) for tokens in references]).score
    score = bleu(prediction, *references, max_order=order, smooth=method[0], smooth_value=method[1],
                 effective_order=effective)  # fmt: skip
    assert abs(100 * score - expected) < 1e-9


def test_texts_are_split_at_spaces():
    assert bleu("the cat sat", "the cat sat") == bleu(["the", "cat", "sat"], ["the", "cat", "sat"]) == 1
    assert course_bleu("il est calme .", "il est calme .") == 1


def test_by_hand():
    # 3 of 4 words, 2 of 3 pairs of words are in the reference, which is one word longer
    assert math.isclose(bleu("a b c x", "a b c d e", max_order=2), math.exp(-1 / 4) * (3 / 4 * 2 / 3) ** 0.5)
    assert math.isclose(course_bleu("a b c x", "a b c d e"), math.exp(-1 / 4) * (3 / 4) ** 0.5 * (2 / 3) ** 0.25)
    assert math.isclose(bleu("the the the", "the cat", max_order=1), 1 / 3)  # counted at most as often as it is there
    assert bleu("x y", "a b") == course_bleu("x y", "a b") == 0


@given(sentences, sentences)
@settings(deadline=None, max_examples=100)
def test_the_course_score_is_never_below_unsmoothed_bleu(prediction, reference):
    assert course_bleu(prediction, reference) >= bleu(prediction, reference, max_order=2, smooth="none") - 1e-12


def test_one_token_has_no_pairs_to_divide_by():
    assert course_bleu("va", "va") == 1 and bleu("va", "va") == 1
    assert course_bleu("va", "va !", k=4) == pytest.approx(math.exp(-1))
    assert bleu("va", "va !", effective_order=False) == 0


def test_nothing_predicted_scores_nothing():
    assert bleu("", "va !") == course_bleu([], "va !") == 0


def test_the_course_score_takes_the_best_reference():
    assert course_bleu("a b", "x y z", "a b") == 1


@pytest.mark.parametrize("score", [bleu, course_bleu])
def test_bad_arguments(score):
    for references in ([""], ["va !", "  "], [[]]):
        with pytest.raises(ValueError, match="a reference is empty"):
            score("va !", *references)
        with pytest.raises(ValueError, match="a reference is empty"):
            score("", *references)
    with pytest.raises(ValueError, match="the longest n-gram to count, 1 or more, not 0"):
        score("a", "a", **({"k": 0} if score is course_bleu else {"max_order": 0}))


def test_unknown_smoothing():
    with pytest.raises(ValueError, match="smooth='magic' is none of none, floor, add-k, exp"):
        bleu("a", "a", smooth="magic")
