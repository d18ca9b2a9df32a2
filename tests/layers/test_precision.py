"""Half precision: each layer and loss is as near the exact result as one rounding allows, where torch's own is."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from d2lutils import layers

HALF = [torch.float16, torch.bfloat16]
labels = torch.tensor([0, 3, 1])
ENTRYWISE = {
    name: (function, derivative, torchs)
    for (name, (function, derivative)), torchs in zip(
        layers.ACTIVATIONS.items(), (torch.sigmoid, torch.tanh, F.relu, F.leaky_relu, F.elu, F.gelu)
    )
}
FUNCTIONS = {
    "softmax": layers.softmax, "log_sum_exp": layers.log_sum_exp, "jacobian": layers.softmax_jacobian,
    "cross_entropy": lambda x: layers.cross_entropy(x, labels),
    "squared": lambda x: layers.squared_loss(x, torch.zeros_like(x)),
    "absolute": lambda x: layers.absolute_loss(x, torch.zeros_like(x)),
    "huber": lambda x: layers.huber_loss(x, torch.zeros_like(x), 20.0),
}  # fmt: skip


def assert_rounded(found, exact, ulps=1.0):
    """`found` is `exact` (float64) rounded to its type, give or take `ulps` units in the last place, and float32's own
    rounding of differences of numbers near 1."""
    limits = torch.finfo(found.dtype)
    exact = exact.clamp(-limits.max, limits.max)  # beyond, an infinity is right, and so is the largest number
    room = ulps * limits.eps * exact.abs() + 4 * torch.finfo(torch.float32).eps
    off = (found.double().clamp(-limits.max, limits.max) - exact).abs()
    assert (off <= room).all(), f"{found} for {exact}"


@pytest.mark.parametrize("dtype", HALF)
@pytest.mark.parametrize("name", ENTRYWISE)
@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-60_000, 60_000) | st.floats(-12, 12), min_size=1, max_size=8))
def test_activations_and_their_derivatives_round_once(name, dtype, numbers):
    function, derivative, torchs = ENTRYWISE[name]
    x = torch.tensor(numbers).to(dtype).requires_grad_()
    exact = x.detach().double().requires_grad_()
    y, reference = function(x), torchs(exact)
    (slope,) = torch.autograd.grad(y.sum(), x)
    (expected,) = torch.autograd.grad(reference.sum(), exact)
    assert y.dtype == slope.dtype == dtype
    assert_rounded(y, reference.detach(), ulps=2)
    torch.testing.assert_close(slope.double(), expected, rtol=2 * torch.finfo(dtype).eps, atol=1e-6)
    torch.testing.assert_close(derivative(x).double(), expected, rtol=2 * torch.finfo(dtype).eps, atol=1e-6)


@pytest.mark.parametrize("dtype", HALF)
@pytest.mark.parametrize("name", FUNCTIONS)
@settings(deadline=None, max_examples=25)
@given(st.sampled_from([1e-2, 1.0, 30.0, 1000.0, 20_000.0]), st.integers(0, 999))
def test_sums_are_taken_in_float32(name, dtype, scale, seed):
    x = (scale * torch.randn(3, 5, generator=torch.Generator().manual_seed(seed))).clamp(-65_000, 65_000).to(dtype)
    y = FUNCTIONS[name](x)
    assert y.dtype == dtype
    assert_rounded(y, FUNCTIONS[name](x.double()), ulps=1)


@pytest.mark.parametrize("dtype", HALF)
def test_a_vocabulary_larger_than_the_largest_number(dtype):
    scores = torch.zeros(1, 70_000, dtype=dtype)
    torch.testing.assert_close(layers.softmax(scores), F.softmax(scores, -1))
    assert layers.cross_entropy(scores, torch.tensor([5])).item() == pytest.approx(11.156, rel=1e-2)


@pytest.mark.parametrize("dtype", HALF)
def test_gelu_of_the_largest_numbers(dtype):
    x = torch.tensor([32_752.0, 32_768.0, 65_504.0, -65_504.0]).to(dtype)
    assert torch.equal(layers.gelu(x), F.gelu(x))


@pytest.mark.parametrize("dtype", HALF)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(64, 3), (8, 3, 4, 4)])
@pytest.mark.parametrize(("spread", "offset"), [(1.0, 0.0), (300.0, 0.0), (200.0, 5000.0), (1e-3, 0.0)])
def test_a_layer_of_half_precision_normalises_in_float32(dtype, training, shape, spread, offset):
    torch.manual_seed(0)
    x = (spread * torch.randn(shape) + offset).to(dtype).requires_grad_()
    ours, exact = layers.BatchNorm(3).to(dtype).train(training), layers.BatchNorm(3).double().train(training)
    if not training:
        for layer in (ours, exact):
            layer.running_mean.fill_(offset)
            layer.running_var.fill_(min(spread**2, 30_000.0))
        exact.running_var.copy_(ours.running_var)
        exact.running_mean.copy_(ours.running_mean)
    wide = x.detach().double().requires_grad_()
    y, expected = ours(x), exact(wide)
    assert y.dtype == dtype
    torch.testing.assert_close(y.double(), expected, rtol=torch.finfo(dtype).eps, atol=1e-3)
    probe = torch.randn(shape).to(dtype)
    (slope,), (exact_slope,) = torch.autograd.grad(y, x, probe), torch.autograd.grad(expected, wide, probe.double())
    torch.testing.assert_close(slope.double(), exact_slope, rtol=2e-2, atol=2e-2 * exact_slope.abs().max().item())
    grads = layers.batch_norm_backward(probe, x.detach(), torch.ones(3, dtype=dtype))
    assert [g.dtype for g in grads] == [dtype] * 3 and all(g.isfinite().all() for g in grads)


@pytest.mark.parametrize("dtype", HALF)
def test_a_layer_of_half_precision_is_torchs(dtype):
    x = (300 * torch.randn(32, 4)).to(dtype)
    ours, theirs = layers.BatchNorm(4).to(dtype), nn.BatchNorm1d(4).to(dtype)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-2, atol=1e-2)
    torch.testing.assert_close(ours.running_mean, theirs.running_mean, rtol=1e-2, atol=1e-2)
    assert ours.running_var.dtype == theirs.running_var.dtype == dtype


@pytest.mark.parametrize("dtype", HALF)
def test_statistics_of_an_outlier(dtype):
    x = torch.zeros(100, 1, dtype=dtype)
    x[0] = 400.0  # its square overflows in float16, the variance does not
    mean, var = layers.batch_statistics(x)
    assert mean.item() == 4.0 and var.item() == pytest.approx(1584.0, rel=1e-2)


@pytest.mark.parametrize("dtype", HALF)
def test_scores_of_attention_do_not_round_to_whole_units(dtype):
    torch.manual_seed(0)
    queries, keys, values = ((size * torch.randn(2, 5, 64)).to(dtype) for size in (6, 6, 1))
    exact = F.scaled_dot_product_attention(queries.double(), keys.double(), values.double())
    ours = layers.DotProductAttention()(queries, keys, values)
    assert ours.dtype == dtype
    torch.testing.assert_close(ours.double(), exact, rtol=torch.finfo(dtype).eps, atol=torch.finfo(dtype).eps)
