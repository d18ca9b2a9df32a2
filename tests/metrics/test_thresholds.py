"""Thresholds and the curves over them, against scikit-learn."""

import math

import numpy as np
import pytest
import sklearn.metrics as sk
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import d2lutils as d2l


@st.composite
def binary(draw):
    """Scores with many ties (n,) and labels 0/1 with both classes."""
    n, seed, levels = draw(st.integers(2, 60)), draw(st.integers(0, 2**31)), draw(st.integers(1, 40))
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    labels[:2] = 0, 1
    return rng.integers(0, levels, n) / levels + 0.2 * labels, labels


@settings(deadline=None, max_examples=60)
@given(binary())
def test_the_curves_are_scikit_learns(case):
    scores, labels = case
    threshold, hits, alarms = d2l.threshold_counts(torch.tensor(scores), torch.tensor(labels))
    precision, recall, thresholds = sk.precision_recall_curve(labels, scores)  # from the lowest threshold
    np.testing.assert_allclose(threshold.flip(0), thresholds)
    np.testing.assert_allclose((hits / (hits + alarms)).flip(0), precision[:-1], rtol=1e-6)
    np.testing.assert_allclose((hits / hits[-1]).flip(0), recall[:-1], rtol=1e-6)
    alarm_rate, recall, _ = sk.roc_curve(labels, scores, drop_intermediate=False)
    np.testing.assert_allclose(alarms / alarms[-1], alarm_rate[1:], rtol=1e-6)
    np.testing.assert_allclose(hits / hits[-1], recall[1:], rtol=1e-6)
    area = d2l.roc_auc(torch.tensor(scores), torch.tensor(labels))
    assert area == pytest.approx(sk.roc_auc_score(labels, scores), abs=1e-12)


def test_the_area_under_the_roc_curve_needs_both_classes():
    for labels in (torch.ones(3), torch.zeros(3)):
        assert math.isnan(d2l.roc_auc(torch.rand(3), labels))
    assert math.isnan(d2l.roc_auc(torch.zeros(0), torch.zeros(0)))
    with pytest.raises(ValueError, match=r"\(n,\)"):
        d2l.threshold_counts(torch.zeros(3, 2), torch.zeros(3))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.int64])
def test_scores_of_any_type_and_stride(dtype):
    scores, positive = torch.tensor([3, 1, 2, 2, 5, 0]).to(dtype), torch.tensor([1, 0, 0, 1, 1, 0])
    assert d2l.roc_auc(scores, positive) == pytest.approx(sk.roc_auc_score(positive, scores.double()))
    wide = torch.stack([scores, scores], dim=1)[:, 0]
    assert d2l.roc_auc(wide, positive.bool()) == d2l.roc_auc(scores, positive.to(torch.uint8))


def test_infinite_scores_have_an_order_and_nan_has_none():
    positive = torch.tensor([1, 0, 1])
    assert d2l.roc_auc(torch.tensor([math.inf, -math.inf, 0.0]), positive) == 1.0
    for function in (d2l.roc_auc, d2l.threshold_counts):
        with pytest.raises(ValueError, match="1 of 3 scores are nan"):
            function(torch.tensor([0.1, math.nan, 0.3]), positive)


@pytest.mark.parametrize("positive", [[1, -1, 1], [0, 1, 2], [0.5, 0.0, 1.0], [math.nan, 0.0, 1.0]])
def test_what_is_neither_positive_nor_negative_is_refused(positive):
    with pytest.raises(ValueError, match="positive must hold 0 and 1"):
        d2l.roc_auc(torch.tensor([0.1, 0.2, 0.3]), torch.tensor(positive))


@pytest.mark.parametrize("scores", [[0.2, 0.9], np.array([0.2, 0.9]), torch.tensor([[0.2], [0.9]])],
                         ids=["list", "array", "column"])  # fmt: skip
@pytest.mark.parametrize("function", [d2l.threshold_counts, d2l.roc_auc])
def test_what_is_no_tensor_of_one_dimension_is_refused_by_name(scores, function):
    with pytest.raises(ValueError, match=r"scores and positive must both be tensors of one shape \(n,\), not "):
        function(scores, torch.tensor([0, 1]))
