"""Made data for regression: what is true of them is what was asked for."""

import pytest
import torch

from d2lutils.data import synthetic_data


def test_without_noise_the_weights_are_found_exactly():
    w = torch.tensor([2.0, -3.4], dtype=torch.float64)
    X, y = synthetic_data(w, 4.2, 50, noise=0)
    assert X.shape == (50, 2) and y.shape == (50, 1) and X.dtype == torch.float64
    found = torch.linalg.lstsq(torch.cat([X, torch.ones(50, 1, dtype=torch.float64)], 1), y).solution
    torch.testing.assert_close(found[:, 0], torch.tensor([2.0, -3.4, 4.2], dtype=torch.float64))


def test_the_noise_has_the_deviation_that_was_asked_for():
    X, y = synthetic_data([1.0], 0.0, 20_000, noise=0.5, generator=torch.Generator().manual_seed(0))
    assert (y - X).std() == pytest.approx(0.5, rel=0.03)


def test_the_inputs_follow_the_generator_whatever_the_noise():
    first, second = (synthetic_data([1.0, 2.0], 0, 5, noise, torch.Generator().manual_seed(3))[0] for noise in (0, 9))
    assert torch.equal(first, second)


@pytest.mark.parametrize("arguments, error, words", [
    ({"w": torch.ones(2, 2)}, ValueError, r"w, the weights, .* not \(2, 2\)"), ({"n": 0}, ValueError, "n, the number"),
    ({"noise": -1}, ValueError, "noise"), ({"noise": float("nan")}, ValueError, "noise"),
    ({"generator": 42}, TypeError, "generator must be a torch.Generator on the CPU, not 42")])
def test_arguments_that_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        synthetic_data(**{"w": [1.0], "b": 0.0, "n": 3} | arguments)
