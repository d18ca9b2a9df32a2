"""BatchNorm against nn.BatchNorm1d, 2d and 3d in float64, and the mistakes that are often made in it."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.layers.batch_norm import BatchNorm, batch_norm_backward, batch_statistics, per_channel
from d2lutils.models.convolutional.lenet import LeNet

THEIRS = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}
KEYS = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]

# (B, C, …) with two values per channel or more
shapes = st.lists(st.integers(1, 5), min_size=2, max_size=5).filter(
    lambda s: torch.Size(s).numel() // s[1] > 1 and (len(s) > 2 or s[0] > 1)
)


def same(a, b):
    torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


def pair(ndim, channels, **settings):
    """Ours and PyTorch's with the same random scale and shift, in float64."""
    ours, theirs = BatchNorm(channels, **settings).double(), THEIRS[ndim](channels, **settings).double()
    with torch.no_grad():
        for p in (ours.weight, ours.bias):
            p.normal_()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


@settings(deadline=None, max_examples=40)
@given(shapes, st.sampled_from([0.1, 0.5, 1.0, None]), st.sampled_from([1e-5, 1e-3]), st.integers(0, 999))
def test_equals_pytorch_in_both_modes(shape, momentum, eps, seed):
    torch.manual_seed(seed)
    ours, theirs = pair(len(shape), shape[1], momentum=momentum, eps=eps)
    for mode in ("train", "train", "train", "eval", "train", "eval"):
        x = (3 * torch.randn(shape, dtype=torch.float64) + 2).requires_grad_()
        x_too = x.detach().clone().requires_grad_()
        probe = torch.randn(shape, dtype=torch.float64)
        results = []
        for layer, values in ((ours, x), (theirs, x_too)):
            getattr(layer, mode)()
            layer.zero_grad()
            y = layer(values)
            (y * probe).sum().backward()
            results.append((y.detach(), values.grad, layer.weight.grad, layer.bias.grad))
        for mine, reference in zip(*results):
            same(mine, reference)
        assert list(ours.state_dict()) == KEYS == list(theirs.state_dict())
        for key in KEYS:
            same(ours.state_dict()[key], theirs.state_dict()[key])


@pytest.mark.parametrize("training", [True, False])
def test_memory_format(training):
    x = torch.randn(4, 6, 5, 7, dtype=torch.float64)
    ours, theirs = (layer.train(training) for layer in pair(4, 6))
    for values in (
        x.contiguous(memory_format=torch.channels_last),
        x.transpose(2, 3),
        torch.randn(4, 1, 5, 7, dtype=torch.float64).expand(4, 6, 5, 7),
        torch.randn(4, 12, 5, 7, dtype=torch.float64)[:, ::2],
    ):
        mine, reference = ours(values), theirs(values)
        same(mine, reference)
        same(ours.running_var, theirs.running_var)
    last = x.contiguous(memory_format=torch.channels_last)
    assert ours(last).is_contiguous(memory_format=torch.channels_last)
    assert not ours(last).is_contiguous()


def test_state_dict_goes_both_ways():
    ours, theirs = BatchNorm(6), nn.BatchNorm2d(6)
    for _ in range(3):
        ours(torch.randn(8, 6, 4, 4) * 2 + 1)
    theirs.load_state_dict(ours.state_dict())
    fresh = BatchNorm(6)
    fresh.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 6, 4, 4)
    for layer in (ours, theirs, fresh):
        layer.eval()
    assert fresh.num_batches_tracked == 3
    torch.testing.assert_close(theirs(x), ours(x))
    assert torch.equal(fresh(x), ours(x))
    for key, value in theirs.state_dict().items():
        assert ours.state_dict()[key].dtype == value.dtype and ours.state_dict()[key].shape == value.shape


# The mistakes -----------------------------------------------------------------------------------------------------


def test_the_mode_is_self_training_and_nothing_else():
    """A layer that asks whether gradients are enabled learns from test data and evaluates with batch statistics."""
    layer = BatchNorm(3)
    layer(torch.randn(16, 3) * 4 + 2)
    before = copy.deepcopy(layer.state_dict())
    x = torch.randn(5, 3, requires_grad=True)

    layer.eval()
    assert torch.is_grad_enabled()
    y = layer(x)  # gradients on, evaluation mode
    assert all(torch.equal(before[key], value) for key, value in layer.state_dict().items())
    torch.testing.assert_close(y[:1], layer(x[:1]))  # an example's output does not depend on its companions
    y.sum().backward()
    expected = (layer.weight / (layer.running_var + layer.eps).sqrt()).expand(5, 3)
    torch.testing.assert_close(x.grad, expected)  # the statistics are constants

    layer.train()
    with torch.no_grad():  # gradients off, training mode
        y = layer(x)
    torch.testing.assert_close(y.mean(dim=0), torch.zeros(3), atol=1e-6, rtol=0)
    assert not torch.equal(before["running_mean"], layer.running_mean)
    assert layer.num_batches_tracked == 2


def test_the_running_statistics_are_buffers():
    layer = BatchNorm(4)
    assert [name for name, _ in layer.named_buffers()] == KEYS[2:]
    assert [name for name, _ in layer.named_parameters()] == KEYS[:2]
    assert set(KEYS) == set(layer.state_dict())
    assert layer.to(torch.float64).running_var.dtype == torch.float64
    assert layer.to("meta").running_mean.device.type == "meta"
    assert not any(b.requires_grad for b in layer.buffers())


def test_the_running_variance_is_unbiased():
    layer = BatchNorm(1, momentum=1.0)
    y = layer(torch.tensor([[9.0], [1.0], [3.0], [3.0]]))  # mean 4; Σ(x − 4)² = 36: variance 9, unbiased 12
    torch.testing.assert_close(layer.running_var, torch.tensor([12.0]))
    torch.testing.assert_close(y.ravel(), torch.tensor([5 / 3, -1, -1 / 3, -1 / 3]), atol=1e-4, rtol=0)


def test_statistics_do_not_hold_the_graph():
    layer = BatchNorm(2)
    layer(torch.randn(8, 2, requires_grad=True))
    assert layer.running_mean.grad_fn is None and layer.running_var.grad_fn is None
    copy.deepcopy(layer)  # fails for tensors that are part of a graph


def test_cumulative_average():
    layer = BatchNorm(3, momentum=None).double()
    layer(torch.randn(4, 3, dtype=torch.float64) + 100)
    layer.reset_running_stats()
    assert layer.num_batches_tracked == 0 and torch.equal(layer.running_var, torch.ones(3, dtype=torch.float64))
    batches = [torch.randn(4, 3, dtype=torch.float64) for _ in range(5)]
    for batch in batches:
        layer(batch)
    same(layer.running_mean, torch.stack([b.mean(0) for b in batches]).mean(0))
    same(layer.running_var, torch.stack([b.var(0) for b in batches]).mean(0))


# The backward pass ------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(shapes, st.integers(0, 999))
def test_backward_by_formula(shape, seed):
    torch.manual_seed(seed)
    _, theirs = pair(len(shape), shape[1])
    x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    grad = torch.randn(shape, dtype=torch.float64)
    expected = torch.autograd.grad(theirs(x), (x, theirs.weight, theirs.bias), grad)
    for mine, reference in zip(batch_norm_backward(grad, x.detach(), theirs.weight.detach()), expected):
        same(mine, reference)


def test_gradients_numerically():
    layer = BatchNorm(3).double()
    x = torch.randn(4, 3, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (x,))


def test_statistics_by_hand():
    x = torch.arange(24, dtype=torch.float64).reshape(2, 3, 4)
    mean, var = batch_statistics(x)
    rows = x.transpose(0, 1).reshape(3, -1)
    same(mean, rows.mean(1))
    same(var, rows.var(1, correction=0))
    assert per_channel(mean, x).shape == (1, 3, 1)


def test_statistics_far_from_zero():
    """The mean of squares less the square of the mean would be wrong in every digit here."""
    x = torch.randn(64, 2) + 3e4
    _, var = batch_statistics(x)
    torch.testing.assert_close(var, x.double().var(0, correction=0).float(), rtol=1e-3, atol=0)


# Precision and bad input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    ours, theirs = BatchNorm(4), nn.BatchNorm2d(4)
    x = (300 * torch.randn(8, 4, 6, 6) + 500).to(dtype)  # its squares overflow in float16
    y, reference = ours(x), theirs(x)
    assert y.dtype == dtype == reference.dtype
    torch.testing.assert_close(y, reference, rtol=1e-2, atol=1e-2)
    torch.testing.assert_close(ours.running_var, theirs.running_var, rtol=1e-3, atol=0)


def test_mixed_precision():
    net = nn.Sequential(nn.Conv2d(1, 4, 3), BatchNorm(4), nn.Flatten(), nn.Linear(4 * 36, 2))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        net(torch.randn(3, 1, 8, 8)).float().sum().backward()
    assert torch.isfinite(net[1].weight.grad).all() and net[1].running_mean.dtype == torch.float32


@pytest.mark.parametrize(
    ("x", "says"),
    [
        (torch.randn(4), r"x of shape \(B, C\) or \(B, C, …\), not \(4,\)"),
        (torch.randn(8, 5), "4 channels, but x .* has 5 on axis 1"),
        (torch.randn(2, 9, 9, 4), "channels seem to be last"),
        (torch.randn(4, 9, 9), "batch axis missing"),
        (torch.randn(1, 4), r"two values or more .* shape \(1, 4\).*drop_last"),
        (torch.randn(1, 4, 1, 1), "two values or more"),
        (torch.randn(0, 4), "two values or more"),
        (torch.randn(8, 4, dtype=torch.float64), r"x is float64, the layer's parameters are float32: .*x\.to\("),
        (torch.ones(8, 4, dtype=torch.int64), "x is int64"),
    ],
)
def test_bad_input(x, says):
    layer = BatchNorm(4)
    before = copy.deepcopy(layer.state_dict())
    with pytest.raises(ValueError, match=says):
        layer(x)
    assert all(torch.equal(before[key], value) for key, value in layer.state_dict().items())


@pytest.mark.parametrize("shape", [(1, 4), (1, 4, 1, 1), (0, 4)])
def test_single_values_are_fine_in_evaluation(shape):
    x = torch.randn(shape)
    assert BatchNorm(4).eval()(x).shape == shape
    if shape[0] == 1:
        assert BatchNorm(4)(torch.randn(1, 4, 2, 1)).shape == (1, 4, 2, 1)  # two positions are two values


# LeNet with it ----------------------------------------------------------------------------------------------------


def test_lenet_with_normalisation_starts_from_the_same_weights():
    torch.manual_seed(3)
    plain = LeNet()
    torch.manual_seed(3)
    normed = LeNet(norm=BatchNorm)
    own = [p for layer in normed if not isinstance(layer, BatchNorm) for p in layer.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(plain.parameters(), own))
    kinds = [type(layer).__name__ for layer in normed]
    assert [kinds[i - 1 : i + 2] for i, kind in enumerate(kinds) if kind == "BatchNorm"] == [
        [before, "BatchNorm", "Tanh"] for before in ("Conv2d", "Conv2d", "Linear", "Linear")
    ]
    assert [len(layer.weight) for layer in normed if isinstance(layer, BatchNorm)] == [6, 16, 120, 84]


def test_a_bias_before_batch_normalisation_does_nothing():
    net = LeNet(norm=BatchNorm).double()
    x = torch.rand(8, 1, 28, 28, dtype=torch.float64)
    before = net(x)
    before.square().sum().backward()
    for i in (0, 4, 9, 12):  # the layers before a BatchNorm
        assert isinstance(net[i + 1], BatchNorm)
        assert net[i].bias.grad.abs().max() < 1e-10 * net[i].weight.grad.abs().max()
        with torch.no_grad():
            net[i].bias += 7
    same(net(x), before)


def test_lenet_takes_group_normalisation_too():
    net = LeNet(norm=lambda channels: nn.GroupNorm(1, channels))
    assert net(torch.rand(1, 1, 28, 28)).shape == (1, 10)
