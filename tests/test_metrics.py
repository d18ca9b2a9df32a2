"""Metrics against scikit-learn and against arithmetic."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
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
