"""Reliability against scikit-learn, the calibration error against arithmetic, the temperature against a minimiser."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve
from torch.nn import functional as F

import d2lutils as d2l


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 200), st.integers(1, 20), st.integers(0, 2**31), st.booleans())
def test_reliability_is_scikit_learns(n, bins, seed, on_edges):
    rng = np.random.default_rng(seed)
    bins = 2 ** (bins % 5) if on_edges else bins  # edges that no rounding moves
    claims = rng.integers(0, bins + 1, n) / bins if on_edges else rng.random(n)
    came_true = rng.random(n) < claims
    came_true[0] = not came_true[-1] if n > 1 else came_true[0]
    true, claimed = calibration_curve(came_true, claims, n_bins=bins) if len(set(came_true)) > 1 else (None, None)
    found = d2l.reliability(torch.tensor(claims), torch.tensor(came_true), bins)
    assert found.count.sum() == n and len(found.count) == bins
    assert torch.equal(found.count == 0, found.accuracy.isnan())
    if true is not None:  # scikit-learn wants both outcomes, and leaves out empty bins
        np.testing.assert_allclose(found.confidence[found.count > 0], claimed)
        np.testing.assert_allclose(found.accuracy[found.count > 0], true)
        share = found.count[found.count > 0] / n
        by_hand = (share.numpy() * abs(true - claimed)).sum()
        error = d2l.expected_calibration_error(torch.tensor(claims), torch.tensor(came_true), bins)
        assert error == pytest.approx(by_hand, abs=1e-6)


def test_the_calibration_error_of_ten_claims():
    claims = torch.full((10,), 0.9)
    assert d2l.expected_calibration_error(claims, torch.arange(10) < 7) == pytest.approx(0.2, abs=1e-6)
    assert d2l.expected_calibration_error(claims, torch.arange(10) < 9) == pytest.approx(0.0, abs=1e-6)
    halves = torch.tensor([0.6, 0.8]), torch.tensor([True, False])  # in one bin the errors cancel, in two they add up
    assert d2l.expected_calibration_error(*halves, bins=1) == pytest.approx(0.2, abs=1e-6)
    assert d2l.expected_calibration_error(*halves, bins=10) == pytest.approx(0.6, abs=1e-6)


def test_reliability_refuses_what_is_no_probability():
    hit = torch.ones(2)
    with pytest.raises(ValueError, match="apply softmax"):
        d2l.reliability(torch.tensor([0.5, 3.0]), hit)
    with pytest.raises(ValueError, match="apply softmax"):
        d2l.reliability(torch.tensor([0.5, math.nan]), hit)
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        d2l.reliability(torch.rand(2, 3), hit)


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 6), st.floats(0.2, 5), st.integers(0, 2**31))
def test_the_temperature_is_the_minimum(classes, heat, seed):
    g = torch.Generator().manual_seed(seed)
    scores = torch.randn(400, classes, generator=g, dtype=torch.float64)
    labels = torch.multinomial(F.softmax(scores, dim=1), 1, generator=g).squeeze(1)
    scores = heat * scores
    found = d2l.fit_temperature(scores, labels)
    at = lambda log_t: F.cross_entropy(scores / math.exp(log_t), labels).item()  # noqa: E731
    best = minimize_scalar(at, bounds=(-4, 4), method="bounded", options={"xatol": 1e-8})
    assert math.log(found) == pytest.approx(best.x, abs=1e-4)
    assert abs(math.log(found / heat)) < 1  # the labels were drawn at that temperature
    assert d2l.fit_temperature(scores.float(), labels) == pytest.approx(found, rel=1e-4)


def test_without_a_minimum_the_temperature_is_an_end_of_the_interval():
    scores = torch.eye(3)
    assert d2l.fit_temperature(scores, torch.arange(3)) == pytest.approx(0.01)  # always right: never too sure
    assert d2l.fit_temperature(scores, (torch.arange(3) + 1) % 3, high=50.0) == pytest.approx(50.0)


def test_calibration_of_nothing_and_into_no_bins_is_refused():
    nothing = torch.zeros(0)
    for function in (d2l.reliability, d2l.expected_calibration_error):
        with pytest.raises(ValueError, match="there is no item"):
            function(nothing, nothing)
        for bins in (0, -3):
            with pytest.raises(ValueError, match="bins is how many bins"):
                function(torch.tensor([0.5]), torch.tensor([1]), bins)
        for hit in ([2.0], [-1.0], [0.5], [math.nan]):
            with pytest.raises(ValueError, match="hit must hold 0 and 1"):
                function(torch.tensor([0.5]), torch.tensor(hit))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_claims_of_any_type_are_sorted_in_float64(dtype):
    claims, hit = torch.tensor([0.25, 0.5, 1.0, 0.0, 0.75]).to(dtype), torch.tensor([0, 1, 1, 0, 1], dtype=torch.uint8)
    found = d2l.reliability(claims, hit, 4)
    assert found.accuracy.dtype == torch.float64 and found.count.tolist() == [2, 1, 1, 1]
    assert d2l.expected_calibration_error(claims[:1], hit[:1], 1) == 0.25


SCORES, LABELS = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]]), torch.tensor([0, 1, 1])


@pytest.mark.parametrize(("scores", "labels", "words"), [
    (SCORES[:0], LABELS[:0], "one row or more"), (SCORES * math.nan, LABELS, "6 infinite or nan"),
    (SCORES.masked_fill(SCORES == 3, math.inf), LABELS, "1 infinite or nan"),
    (SCORES.masked_fill(SCORES == 0, -math.inf), LABELS, "2 infinite or nan"),
    (SCORES, LABELS - 1, "from -1 to 0"), (SCORES, LABELS + 1, "from 1 to 2"), (SCORES, LABELS[:, None], "(3, 1)"),
    (SCORES, LABELS[:1], "(1,)"), (SCORES, LABELS.float(), "float32"), (SCORES[0], LABELS, "a row for each example"),
])  # fmt: skip
def test_a_temperature_of_what_has_none_is_refused(scores, labels, words):
    with pytest.raises(ValueError) as error:
        d2l.fit_temperature(scores, labels)
    assert words in str(error.value)


@pytest.mark.parametrize(("low", "high"), [
    (0, 1), (-1, 1), (2, 1), (1, 1), (math.nan, 1), (0.1, math.nan), (1, math.inf),
])  # fmt: skip
def test_the_ends_of_the_search_are_checked(low, high):
    with pytest.raises(ValueError, match="0 < low < high"):
        d2l.fit_temperature(SCORES, LABELS, low, high)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32])
def test_labels_of_a_temperature_may_have_any_type(dtype):
    scores = torch.tensor([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    assert d2l.fit_temperature(scores, LABELS.to(dtype)) == d2l.fit_temperature(scores, LABELS)


def test_lists_and_parts_of_bins_are_refused_by_name():
    with pytest.raises(ValueError, match="confidence and hit must both be tensors .*list, list"):
        d2l.reliability([0.5], [1])
    with pytest.raises(ValueError, match="bins is how many .*not 1.5"):
        d2l.expected_calibration_error(torch.tensor([0.5]), torch.tensor([1]), bins=1.5)
    with pytest.raises(ValueError, match="scores are a table of floats"):
        d2l.fit_temperature([[1.0, 2.0]], [1])
