"""Folds: what partitions what, beside scikit-learn's KFold."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold

import d2lutils as d2l


@st.composite
def sizes(draw):
    n = draw(st.integers(2, 60))
    return n, draw(st.integers(2, n))


@settings(deadline=None, max_examples=60)
@given(size=sizes(), seed=st.integers(0, 2**31))
def test_folds_have_the_properties_of_scikit_learns(size, seed):
    n, k = size
    ours = d2l.k_folds(n, k, torch.Generator().manual_seed(seed))
    theirs = list(KFold(k, shuffle=True, random_state=seed).split(np.zeros(n)))
    assert [(len(a), len(b)) for a, b in ours] == [(len(a), len(b)) for a, b in theirs]
    assert all(rows.dtype == torch.int64 for pair in ours for rows in pair)
    assert sorted(torch.cat([held_out for _, held_out in ours]).tolist()) == list(range(n))
    for train, held_out in ours:
        assert sorted(torch.cat([train, held_out]).tolist()) == list(range(n))


def test_the_generator_alone_decides():
    def folds(generator):
        return [held_out.tolist() for _, held_out in d2l.k_folds(50, 5, generator)]

    first = folds(torch.Generator().manual_seed(1))
    torch.manual_seed(9)
    before = torch.get_rng_state()
    assert folds(torch.Generator().manual_seed(1)) == first
    assert torch.equal(torch.get_rng_state(), before)
    assert folds(torch.Generator().manual_seed(2)) != first
    torch.manual_seed(1)  # without one, the global generator does
    assert folds(None) == first


def test_rows_are_shuffled():
    held_out = torch.stack([fold for _, fold in d2l.k_folds(1000, 5, torch.Generator().manual_seed(0))])
    assert held_out.double().mean(1).sub(499.5).abs().max() < 60  # a block of 200 in order would be off by 400


@pytest.mark.parametrize("n, k, error, words", [
    (10, 1, ValueError, "k must be .* nothing left to train on"),
    (10, 11, ValueError, "k must be .* n = 10"),
    (1, 1, ValueError, "k must be"),
    (0, 2, ValueError, "n must be"),
    (10.0, 2, TypeError, "n must be an int"),
    (10, "2", TypeError, "k must be an int"),
])  # fmt: skip
def test_errors_name_the_argument(n, k, error, words):
    with pytest.raises(error, match=words):
        d2l.k_folds(n, k)


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="generator must be"):
        d2l.k_folds(10, 2, 0)
