"""Metrics against scikit-learn and against arithmetic."""

import functools
import math
import warnings

import numpy as np
import pytest
import sklearn.metrics as sk
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score

import d2lutils as d2l


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 40), st.integers(2, 12), st.integers(0, 2**31))
def test_accuracy_is_scikit_learns(n, classes, seed):
    rng = np.random.default_rng(seed)
    scores, labels = rng.normal(size=(n, classes)), rng.integers(0, classes, n)
    expected = accuracy_score(labels, scores.argmax(1))
    scores, labels = torch.tensor(scores), torch.tensor(labels)
    assert d2l.accuracy(scores, labels).item() == pytest.approx(expected, abs=1e-6)
    assert d2l.accuracy(scores.argmax(1), labels).item() == pytest.approx(expected, abs=1e-6)


def test_accuracy_takes_sequences_and_refuses_shapes_that_do_not_fit():
    scores = torch.eye(3).expand(2, 3, 3)  # (B, T, C)
    assert d2l.accuracy(scores, torch.tensor([[0, 1, 2], [0, 0, 0]])).item() == pytest.approx(4 / 6)
    with pytest.raises(ValueError, match=r"\(3, 2\).*\(4,\)"):
        d2l.accuracy(torch.zeros(3, 2), torch.zeros(4))


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(-100, 100)), max_size=20))
def test_the_accumulator_adds_up(rows):
    total = d2l.Accumulator(2)
    for a, b in rows:
        total.add(torch.tensor(a), b)
    assert [total[0], total[1]] == [sum(a for a, _ in rows), sum(b for _, b in rows)]
    total.reset()
    assert (total[0], total[1], len(total)) == (0, 0, 2)


def test_the_accumulator_names_what_does_not_fit():
    with pytest.raises(ValueError, match="keeps 2 sums"):
        d2l.Accumulator(2).add(1)
    with pytest.raises(ValueError, match="n is how many"):
        d2l.Accumulator(0)


def random_classes(n, classes, seed):
    """Scores (n, classes) and labels (n,), often right, some classes rare; as NumPy arrays."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(classes, n, p=rng.dirichlet(np.full(classes, 0.5)))
    return rng.normal(size=(n, classes)) + 1.5 * np.eye(classes)[labels], labels


CASES = (st.integers(1, 60), st.integers(2, 8), st.integers(0, 2**31))


@settings(deadline=None, max_examples=50)
@given(*CASES)
def test_the_confusion_matrix_is_scikit_learns(n, classes, seed):
    scores, labels = random_classes(n, classes, seed)
    expected = sk.confusion_matrix(labels, scores.argmax(1), labels=range(classes))
    scores, labels = torch.tensor(scores), torch.tensor(labels)
    found = d2l.confusion_matrix(scores, labels)
    assert found.dtype == torch.int64 and found.tolist() == expected.tolist()
    assert torch.equal(found, d2l.confusion_matrix(scores.argmax(1), labels, classes))
    half = n // 2  # matrices of batches add up
    parts = [d2l.confusion_matrix(scores[part], labels[part]) for part in (slice(half), slice(half, None))]
    assert torch.equal(found, sum(parts))


def test_the_confusion_matrix_refuses_what_it_cannot_count():
    one = torch.tensor([1])
    with pytest.raises(ValueError, match="pass classes="):
        d2l.confusion_matrix(one, one)
    with pytest.raises(ValueError, match=r"target must hold classes 0 … 2; it holds 3 … 3"):
        d2l.confusion_matrix(torch.eye(3)[:1], torch.tensor([3]))
    with pytest.raises(ValueError, match="output must hold classes"):
        d2l.confusion_matrix(-one, one, 3)
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(1,\)"):
        d2l.confusion_matrix(torch.zeros(2, 3), one)
    twice = torch.eye(3).expand(2, 3, 3)  # (B, T, C)
    assert d2l.confusion_matrix(twice, torch.zeros(2, 3, dtype=torch.long))[0].tolist() == [2, 2, 2]


@settings(deadline=None, max_examples=100)
@example(n=1, classes=2, seed=3, average="weighted", undefined=math.nan)  # every defined class has the weight 0
@given(n=CASES[0], classes=CASES[1], seed=CASES[2], average=st.sampled_from([None, "macro", "weighted", "micro"]),
       undefined=st.sampled_from([0.0, 1.0, math.nan]))  # fmt: skip
def test_precision_recall_and_f1_are_scikit_learns(n, classes, seed, average, undefined):
    scores, labels = random_classes(n, classes, seed)
    guess = scores.argmax(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of empty means as well
        expected = sk.precision_recall_fscore_support(
            labels, guess, labels=range(classes), average=average, zero_division=undefined
        )[:3]
    confusion = d2l.confusion_matrix(torch.tensor(scores), torch.tensor(labels))
    found = d2l.precision_recall_f1(confusion, average, undefined)
    for ours, theirs in zip(found, expected):
        assert ours.dtype == torch.float64
        np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-12)


def test_f1_of_the_hundred_trousers():
    precision, recall, f1 = d2l.precision_recall_f1(torch.tensor([[89, 6], [1, 4]]))
    assert (precision[1].item(), recall[1].item(), f1[1].item()) == pytest.approx((0.4, 0.8, 8 / 15))
    never = d2l.precision_recall_f1(torch.tensor([[95, 0], [5, 0]]), undefined=math.nan)
    assert never.precision[1].isnan() and never.recall[1] == 0 and never.f1[1] == 0
    with pytest.raises(ValueError, match="average is None"):
        d2l.precision_recall_f1(torch.eye(2).long(), "mean")


def test_what_is_no_table_of_counts_is_refused():
    for table in (torch.ones(2, 3), torch.ones(4), torch.tensor([[1, -1], [0, 2]]), torch.full((2, 2), math.nan)):
        with pytest.raises(ValueError, match="confusion is a square table of counts"):
            d2l.precision_recall_f1(table)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int32, torch.float32])
def test_counts_of_any_type_give_the_same_scores(dtype):
    table = torch.tensor([[100, 20], [30, 120]])
    for ours, theirs in zip(d2l.precision_recall_f1(table.to(dtype)), d2l.precision_recall_f1(table)):
        assert torch.equal(ours, theirs)


@settings(deadline=None, max_examples=50)
@given(*CASES, st.integers(1, 8))
def test_top_k_accuracy_is_scikit_learns(n, classes, seed, k):
    scores, labels = random_classes(n, classes, seed)
    k = min(k, classes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # k = classes is 1 always
        if classes == 2:  # there scikit-learn wants one score
            expected = 1.0 if k == 2 else accuracy_score(labels, scores.argmax(1))
        else:
            expected = sk.top_k_accuracy_score(labels, scores, k=k, labels=range(classes))
    found = d2l.top_k_accuracy(torch.tensor(scores), torch.tensor(labels), k)
    assert found.shape == () and found.item() == pytest.approx(expected, abs=1e-6)


def test_top_k_accuracy_is_a_metric_of_fit_and_refuses_what_does_not_fit():
    x, y = torch.eye(6), torch.arange(6)
    metrics = {"top 3": functools.partial(d2l.top_k_accuracy, k=3)}
    found = d2l.evaluate(torch.nn.Identity(), d2l.load_array((x, (y + 1) % 6), 4, is_train=False), metrics=metrics)
    whole = d2l.top_k_accuracy(x, (y + 1) % 6, 3)
    assert found["top 3"] == pytest.approx(whole.item())
    with pytest.raises(ValueError, match="k must be 1"):
        d2l.top_k_accuracy(x, y, 7)
    with pytest.raises(ValueError, match="needs scores"):
        d2l.top_k_accuracy(y, y)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10**6), st.floats(0, 1), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_wilson_interval_is_scipys(n, share, level):
    hits = round(share * n)
    expected = binomtest(hits, n).proportion_ci(level, method="wilson")
    assert d2l.wilson_interval(hits, n, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_wilson_interval_refuses_impossible_counts():
    for hits, n, level in ((3, 2, 0.95), (-1, 2, 0.95), (0, 0, 0.95), (1, 2, 1.0)):
        with pytest.raises(ValueError, match="expected 0 <= hits <= n"):
            d2l.wilson_interval(hits, n, level)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.float16])
def test_the_wilson_interval_of_counts_in_tensors(dtype):
    counts = torch.tensor([200, 250], dtype=dtype)
    assert d2l.wilson_interval(*counts) == d2l.wilson_interval(200, 250)


def test_an_interval_is_of_hits_and_not_of_their_share():
    with pytest.raises(ValueError, match="hits is how many .*not 0.83: is it their share"):
        d2l.wilson_interval(0.83, 100)
    assert d2l.wilson_interval(83.0, 100) == d2l.wilson_interval(torch.tensor(83), torch.tensor(100))
