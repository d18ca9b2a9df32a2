"""Made data and the three losses of linear regression: the promised shapes and moments, and PyTorch's own numbers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from d2lutils.data.made import synthetic_data
from d2lutils.layers.losses import absolute_loss, huber_loss, squared_loss


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 6), st.integers(1, 9), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_the_data_lie_on_the_plane_when_there_is_no_noise(d, n, column, dtype):
    w = torch.arange(1.0, d + 1, dtype=dtype)
    X, y = synthetic_data(w.reshape(-1, 1) if column else w, -2.0, n, noise=0)
    assert X.shape == (n, d) and y.shape == (n, 1) and X.dtype == y.dtype == dtype
    torch.testing.assert_close(y, X @ w.reshape(-1, 1) - 2.0)


def test_the_noise_and_the_inputs_have_the_promised_moments():
    X, y = synthetic_data([2.0, -3.4], 4.2, 20_000, noise=0.5, generator=torch.Generator().manual_seed(0))
    away = y - X @ torch.tensor([[2.0], [-3.4]]) - 4.2
    assert away.std().item() == pytest.approx(0.5, rel=0.03)
    assert away.mean().item() == pytest.approx(0.0, abs=0.02)
    torch.testing.assert_close(X.T @ X / len(X), torch.eye(2), atol=0.05, rtol=0)


def test_the_generator_decides_and_the_noise_does_not_change_the_inputs():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first, again, quiet = (synthetic_data([1, 2], 0, 5, noise, torch.Generator().manual_seed(1)) for noise in (1, 1, 0))
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])
    assert torch.equal(first[0], quiet[0]) and not torch.equal(first[1], quiet[1])
    assert torch.equal(before, torch.get_rng_state())
    assert first[0].dtype == torch.float32  # whole numbers as weights


@pytest.mark.parametrize("arguments, words", [
    (([[1.0, 2.0]], 0, 5), "w, the weights"), ((torch.tensor(1.0), 0, 5), "w, the weights"), (([], 0, 5), "w, the w"),
    (([1.0], 0, 0), "number of examples"), (([1.0], 0, 5, -0.1), "standard deviation"),
])  # fmt: skip
def test_arguments_that_make_no_sense(arguments, words):
    with pytest.raises(ValueError, match=words):
        synthetic_data(*arguments)


PAIRS = [
    (squared_loss, lambda a, b: F.mse_loss(a, b) / 2),
    (absolute_loss, F.l1_loss),
    (huber_loss, F.huber_loss),
    (lambda a, b: huber_loss(a, b, 0.3), nn.HuberLoss(delta=0.3)),
]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 4), max_size=3), st.sampled_from([1e-3, 1.0, 1e3]), st.integers(0, 999))
def test_losses_are_torchs_in_values_gradients_and_curvature(shape, scale, seed):
    torch.manual_seed(seed)
    output = (scale * torch.randn(shape, dtype=torch.float64)).requires_grad_()
    target = torch.randn(shape, dtype=torch.float64)
    for ours, theirs in PAIRS:
        values = ours(output, target), theirs(output, target)
        torch.testing.assert_close(*values)
        slopes = [torch.autograd.grad(value, output, create_graph=True)[0] for value in values]
        torch.testing.assert_close(*slopes)
    bent = huber_loss(output, target) + 0 * output.sum()
    (slope,) = torch.autograd.grad(bent, output, create_graph=True)
    inside = ((output - target).abs() <= 1).to(torch.float64)
    torch.testing.assert_close(torch.autograd.grad(slope.sum(), output)[0], inside / output.numel())


@pytest.mark.parametrize("r", [-1.0, 0.0, 1.0])
def test_the_corners_have_torchs_slopes(r):
    """Where |r| = δ, and where the absolute value has its corner."""
    output, target = torch.tensor([r], requires_grad=True), torch.zeros(1)
    for ours, theirs in PAIRS:
        slopes = [torch.autograd.grad(loss(output, target), output)[0] for loss in (ours, theirs)]
        torch.testing.assert_close(*slopes)


def test_a_distant_outlier_does_not_overflow_hubers_loss():
    r = torch.tensor([1e30, -1e30], requires_grad=True)
    loss = huber_loss(r, torch.zeros(2), 2.0)
    loss.backward()
    assert loss.isfinite() and r.grad.tolist() == [1.0, -1.0]


@pytest.mark.parametrize("loss", [squared_loss, absolute_loss, huber_loss])
def test_a_target_that_would_broadcast_is_refused(loss):
    with pytest.raises(ValueError, match=r"\(4, 1\) and target \(4,\)"):
        loss(torch.zeros(4, 1), torch.zeros(4))
