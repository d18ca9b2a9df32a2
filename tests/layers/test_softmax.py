"""Softmax, cross-entropy and the linear classifier from scratch: equal to PyTorch's, values and gradients."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

import d2lutils as d2l

scales = st.sampled_from([1e-3, 1.0, 50.0, 2000.0])
shapes = st.tuples(st.integers(1, 6), st.integers(1, 8), scales, st.integers(0, 999))


def scores_and_labels(batch, classes, scale, seed):
    torch.manual_seed(seed)
    scores = (scale * torch.randn(batch, classes, dtype=torch.float64)).requires_grad_()
    return scores, torch.randint(classes, (batch,))


@settings(deadline=None, max_examples=60)
@given(shapes)
def test_values_and_gradients_are_torchs(shape):
    scores, labels = scores_and_labels(*shape)
    upstream = torch.randn(scores.shape, dtype=torch.float64)
    pairs = [
        (d2l.softmax(scores), F.softmax(scores, -1), upstream),
        (d2l.log_sum_exp(scores), torch.logsumexp(scores, -1), upstream[:, 0]),
        (d2l.cross_entropy(scores, labels), F.cross_entropy(scores, labels), torch.ones((), dtype=torch.float64)),
    ]
    for ours, theirs, g in pairs:
        torch.testing.assert_close(ours, theirs)
        ours_grad, theirs_grad = (torch.autograd.grad(y, scores, g)[0] for y in (ours, theirs))
        torch.testing.assert_close(ours_grad, theirs_grad, rtol=1e-7, atol=1e-9)


def test_scores_of_a_thousand_neither_overflow_nor_vanish():
    scores = torch.tensor([[1000.0, 0.0], [-1000.0, -1000.0]])
    assert torch.equal(d2l.log_sum_exp(scores), torch.logsumexp(scores, -1))
    assert d2l.cross_entropy(scores, torch.tensor([1, 0])).isfinite()


@pytest.mark.parametrize("row", [
    [-math.inf, -math.inf], [math.inf, 0.0], [-math.inf, 0.0], [math.inf, math.inf], [math.inf, -math.inf],
    [math.nan, 0.0], [-math.inf], [math.inf],
])  # fmt: skip
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_infinite_scores_are_torchs_in_value_and_gradient(row, dtype):
    x = torch.tensor([row, [1.0] * len(row)], dtype=dtype, requires_grad=True)
    ours, theirs = d2l.log_sum_exp(x), torch.logsumexp(x, -1)
    torch.testing.assert_close(ours, theirs, equal_nan=True)
    slopes = [torch.autograd.grad(y.sum(), x)[0] for y in (ours, theirs)]
    torch.testing.assert_close(*slopes, equal_nan=True)
    torch.testing.assert_close(d2l.softmax(x), F.softmax(x, -1), equal_nan=True)


def test_a_class_that_is_ruled_out_costs_nothing_and_as_the_truth_everything():
    scores = torch.tensor([[-math.inf, 1.0, 2.0]])
    for label in range(3):
        loss = d2l.cross_entropy(scores, torch.tensor([label]))
        torch.testing.assert_close(loss, F.cross_entropy(scores, torch.tensor([label])))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64])
def test_labels_are_classes_whatever_their_type(dtype):
    scores, labels = 9 * torch.eye(9), torch.arange(9)  # as many rows as classes: uint8 could pass for a mask
    ours = d2l.cross_entropy(scores, labels.flip(0).to(dtype))
    torch.testing.assert_close(ours, F.cross_entropy(scores, labels.flip(0)))


@pytest.mark.parametrize(("labels", "words"), [
    (torch.tensor([0, 1, -1]), "from -1 to 1"), (torch.tensor([0, 1, 4]), "from 0 to 4"),
    (torch.tensor([0, -100, 1]), "from -100 to 1"), (torch.tensor([[0], [1], [2]]), "(3, 1) int64"),
    (torch.tensor([1]), "(1,) int64"), (torch.tensor(1), "() int64"), (torch.tensor([0.0, 1.0, 2.0]), "(3,) float32"),
    (torch.tensor([True, False, True]), "(3,) bool: turn them into whole numbers with labels.long()"),
    (torch.eye(3, 4), "(3, 4) float32"), ([0, 1, 2], "list: make a tensor of them with torch.tensor(labels)"),
    (torch.eye(3, 4).long(), "argmax"), (torch.tensor([], dtype=torch.int64), "(0,) int64"),
])  # fmt: skip
def test_what_is_no_label_is_refused_in_words(labels, words):
    with pytest.raises(ValueError) as error:
        d2l.cross_entropy(torch.zeros(3, 4), labels)
    assert words in str(error.value)


@pytest.mark.parametrize("scores", [torch.zeros(3), torch.zeros(3, 4, 2), torch.zeros(3, 4).long(), [[0.0] * 4] * 3])
def test_scores_are_a_table(scores):
    with pytest.raises(ValueError, match="a row for each example"):
        d2l.cross_entropy(scores, torch.tensor([0, 1, 2]))


def test_an_empty_batch_has_no_mean():
    assert d2l.cross_entropy(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)).isnan()


def test_scores_with_strides_are_read_as_they_stand():
    scores = torch.randn(4, 12, dtype=torch.float64).T[::2]  # (6, 4)
    labels = torch.arange(12)[::2] % 4
    torch.testing.assert_close(d2l.cross_entropy(scores, labels), F.cross_entropy(scores, labels))
