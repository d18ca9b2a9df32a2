"""The perceptron's rule is scikit-learn's, keeps Novikoff's promise, and says what it cannot take."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.models.perceptron import margin, perceptron

OR = torch.tensor([[1.0, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]], dtype=torch.float64)


def separable(n, d, gap, seed):
    """Points of the unit ball at least `gap` away from a plane through 0, with the side each lies on, and the plane."""
    generator = torch.Generator().manual_seed(seed)
    u = torch.randn(d, dtype=torch.float64, generator=generator)
    u = u / u.norm()
    X = torch.randn(n, d, dtype=torch.float64, generator=generator)
    X = 0.8 * X / X.norm(dim=1, keepdim=True).clamp(min=1)
    y = torch.where(X @ u >= 0, 1.0, -1.0).double()
    return X + gap * y[:, None] * u, y, u


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 30), st.integers(1, 5), st.sampled_from([0.05, 0.2, 1.0]), st.integers(0, 999))
def test_novikoffs_bound_holds(n, d, gap, seed):
    X, y, u = separable(n, d, gap, seed)
    path = perceptron(X, y)
    assert margin(X, y, path[-1]) > 0
    mistakes, radius = len(path) - 1, X.norm(dim=1).max()
    assert 1 <= mistakes <= (radius / margin(X, y, u)) ** 2 + 1e-9


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 25), st.integers(1, 4), st.integers(1, 4), st.integers(0, 999))
def test_the_rule_is_scikit_learns(n, d, epochs, seed):
    linear_model = pytest.importorskip("sklearn.linear_model")
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(n, d, dtype=torch.float64, generator=generator)
    y = torch.where(torch.arange(n) % 2 == 0, 1.0, -1.0).double()  # mostly not separable
    theirs = linear_model.Perceptron(fit_intercept=False, shuffle=False, max_iter=epochs, tol=None).fit(X, y)
    torch.testing.assert_close(perceptron(X, y, epochs)[-1], torch.from_numpy(theirs.coef_[0]))


def test_or_by_hand():
    path = perceptron(OR, torch.tensor([-1.0, 1, 1, 1]).double())
    assert path.tolist()[:5] == [[0, 0, 0], [-1, 0, 0], [0, 0, 1], [1, 1, 1], [0, 1, 1]]
    assert path[-1].tolist() == [-1, 2, 2] and len(path) - 1 == 9


def test_exclusive_or_comes_back_to_zero_at_every_pass():
    path = perceptron(OR, torch.tensor([-1.0, 1, 1, -1]).double(), epochs=5)
    assert len(path) - 1 == 20 and not path[::4].any()


def test_margin_has_the_sign_of_the_worst_example():
    y = torch.tensor([-1.0, 1, 1, 1]).double()
    assert margin(OR, y, torch.tensor([-1.0, 2, 2]).double()).item() == pytest.approx(1 / 3)
    assert margin(OR, y, torch.tensor([1.0, 2, 2]).double()) < 0


@pytest.mark.parametrize("X, y, words", [
    (OR, torch.tensor([0.0, 1, 1, 1]), "2 \\* y - 1"),
    (OR, torch.tensor([-1.0, 1]), "4 rows"),
    (OR[0], torch.tensor([-1.0]), "table"),
    (OR.long(), torch.tensor([-1, 1, 1, 1]), "floats"),
])  # fmt: skip
def test_refuses(X, y, words):
    with pytest.raises(ValueError, match=words):
        perceptron(X, y)
