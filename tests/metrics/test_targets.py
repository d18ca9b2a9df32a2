"""What a target may be: classes of any type, one-hot rows, mixed probabilities, ignored items."""

import functools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

import d2lutils as d2l

METRICS = {
    "accuracy": d2l.accuracy, "top 2": functools.partial(d2l.top_k_accuracy, k=2), "confusion": d2l.confusion_matrix
}  # fmt: skip
TYPES = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64]


@pytest.fixture(params=METRICS)
def metric(request):
    return METRICS[request.param]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(2, 6), st.lists(st.integers(1, 3), max_size=2), st.integers(0, 999))
def test_one_hot_rows_are_their_classes(n, classes, more, seed):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(n, *more, classes, generator=generator)
    target = torch.randint(classes, (n, *more), generator=generator)
    hot = F.one_hot(target, classes)
    smooth = 0.9 * hot + 0.1 / classes
    for metric in METRICS.values():
        for rows in (hot, hot.bool(), hot.to(torch.uint8), hot.float(), hot.half(), smooth, smooth.double(),
                     smooth.bfloat16()):  # fmt: skip
            assert torch.equal(metric(scores, rows), metric(scores, target))


def test_mixed_targets_count_by_their_likeliest_class():
    scores, mixed = torch.tensor([[2.0, 1.0, 0.0], [0.0, 2.0, 1.0]]), torch.tensor([[0.7, 0.3, 0.0], [0.6, 0.4, 0.0]])
    assert d2l.accuracy(scores, mixed) == 0.5
    assert d2l.confusion_matrix(scores, mixed).tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]
    data = d2l.load_array((scores, mixed), 2, is_train=False)
    assert d2l.evaluate_accuracy(torch.nn.Identity(), data) == 0.5


@pytest.mark.parametrize("target", [
    torch.tensor([[1.0, 1.0], [0.0, 1.0]]), torch.tensor([[0.2, 0.2], [0.5, 0.5]]),
    torch.tensor([[2.0, -1.0], [1.0, 0.0]]), torch.tensor([[math.nan, 1.0], [1.0, 0.0]]),
    torch.tensor([[3, 5], [1, 0]]), torch.zeros(2, 2),
])  # fmt: skip
def test_rows_that_are_no_probabilities_are_refused(metric, target):
    with pytest.raises(ValueError, match="its rows are no probabilities"):
        metric(torch.randn(2, 2), target)


def test_one_score_a_row_is_no_choice_between_classes(metric):
    with pytest.raises(ValueError, match="probabilities"):
        metric(torch.randn(4, 1), torch.tensor([[0.0], [1.0], [1.0], [0.0]]))


@pytest.mark.parametrize("dtype", TYPES)
def test_classes_may_have_any_type(metric, dtype):
    scores, target = torch.randn(200, 100), torch.randint(100, (200,))
    assert torch.equal(metric(scores, target.to(dtype)), metric(scores, target))


@pytest.mark.parametrize("dtype", TYPES[:1] + TYPES[2:])
def test_cells_are_counted_in_int64(dtype):
    target, guess = torch.arange(200), torch.arange(200).flip(0)
    found = d2l.confusion_matrix(guess.to(dtype), target.to(dtype), 200)
    assert found.dtype == torch.int64 and torch.equal(found, torch.eye(200).flip(0).long())
    if dtype.is_floating_point or dtype == torch.uint8:
        assert d2l.accuracy(guess.to(dtype), target) == 0
    assert d2l.confusion_matrix(guess[:0], target[:0], 3).tolist() == [[0] * 3] * 3


@pytest.mark.parametrize("dtype", [torch.int64, torch.int16, torch.float32])
def test_ignored_items_do_not_count(metric, dtype):
    scores = torch.randn(6, 3)
    target = torch.tensor([0, -100, 2, 1, -100, 0])
    kept = target != -100
    assert torch.equal(metric(scores, target.to(dtype)), metric(scores[kept], target[kept]))
    padded = torch.where(kept, target, 2)
    kept = padded != 2
    assert torch.equal(metric(scores, padded, ignore_index=2), metric(scores[kept], padded[kept]))


def test_no_class_of_a_small_type_is_taken_for_an_ignored_one():
    target = torch.tensor([156])  # −100 modulo 256
    assert d2l.accuracy(F.one_hot(target, 200).float(), target.to(torch.uint8)) == 1


def test_where_nothing_counts_there_is_no_share():
    scores, ignored = torch.randn(2, 3), torch.full((2,), -100)
    assert d2l.accuracy(scores, ignored).isnan() and d2l.top_k_accuracy(scores, ignored, 2).isnan()
    assert d2l.accuracy(scores[:0], ignored[:0]).isnan()
    assert d2l.confusion_matrix(scores, ignored).sum() == 0


def test_scores_handed_over_as_classes_are_refused():
    with pytest.raises(ValueError, match=r"output \(4,\) float32 holds numbers that are no classes"):
        d2l.accuracy(torch.tensor([0.3, -1.2, 2.2, 0.1]), torch.tensor([0, 0, 1, 1]))
    with pytest.raises(ValueError, match=r"target \(2,\) float32 holds numbers that are no classes"):
        d2l.accuracy(torch.randn(2, 3), torch.tensor([0.5, math.inf]))
    with pytest.raises(ValueError, match=r"needs scores \(..., C\), not predicted classes"):
        d2l.top_k_accuracy(torch.tensor([1, 2]), torch.tensor([1, 2]))
    assert d2l.accuracy(torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0])) == 0.5


def test_shapes_that_do_not_fit_name_both(metric):
    for output, target in (((4, 3), (5,)), ((4, 3), (4, 2)), ((2, 3, 4), (2, 4)), ((3,), (3, 3))):
        with pytest.raises(ValueError, match=rf"{output[0]}.*target \({target[0]}"):
            metric(torch.zeros(output), torch.zeros(target, dtype=torch.long))
