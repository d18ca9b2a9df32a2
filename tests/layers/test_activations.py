"""The activation functions and their derivatives are torch's, and autograd's, at every number one may feed them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from d2lutils.layers import activations
from d2lutils.layers.activations import ACTIVATIONS

THEIRS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu, "leaky ReLU": F.leaky_relu, "ELU": F.elu,
          "GELU": F.gelu}  # fmt: skip
EDGES = [0.0, -0.0, 1e-300, -1e-300, 1e-9, -1e-9, 0.5, -0.5, 20.0, -20.0, 89.0, -89.0, 800.0, -800.0, 1e30, -1e30]


def slopes(function, x):
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(function(x).sum(), x)[0]


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(deadline=None, max_examples=25)
@given(numbers=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12))
def test_values_and_slopes_are_torchs(name, numbers):
    ours, derivative = ACTIVATIONS[name]
    x = torch.tensor(numbers + EDGES, dtype=torch.float64)
    torch.testing.assert_close(ours(x), THEIRS[name](x))
    wanted = slopes(THEIRS[name], x)
    torch.testing.assert_close(derivative(x), wanted)
    torch.testing.assert_close(slopes(ours, x), wanted)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shape_and_dtype_stay_and_nothing_overflows(name, dtype):
    x = torch.tensor([[-1e4, -100.0, 0.0], [1.0, 100.0, 1e4]], dtype=dtype)
    for function in ACTIVATIONS[name]:
        out = function(x)
        assert out.shape == x.shape and out.dtype == dtype and out.isfinite().all()
    assert slopes(ACTIVATIONS[name][0], x).isfinite().all()
    assert ACTIVATIONS[name][0](torch.tensor(float("nan"))).isnan()


def test_no_digit_is_lost_at_the_ends():
    far = torch.tensor([-40.0, 40.0], dtype=torch.float64)
    torch.testing.assert_close(activations.sigmoid(far), torch.sigmoid(far), rtol=1e-14, atol=0)
    torch.testing.assert_close(activations.sigmoid_derivative(far), torch.exp(-far.abs()), rtol=1e-14, atol=0)
    near = torch.tensor([1e-12, -3e-9], dtype=torch.float64)
    torch.testing.assert_close(activations.tanh(near), torch.tanh(near), rtol=1e-14, atol=0)


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_leaky_relu_takes_its_slope(slope):
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    torch.testing.assert_close(activations.leaky_relu(x, slope), F.leaky_relu(x, slope))
    torch.testing.assert_close(activations.leaky_relu_derivative(x, slope),
                               slopes(lambda x: F.leaky_relu(x, slope), x))  # fmt: skip


def test_elu_takes_its_alpha():
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    torch.testing.assert_close(activations.elu(x, 0.3), F.elu(x, 0.3))
    torch.testing.assert_close(activations.elu_derivative(x, 0.3), slopes(lambda x: F.elu(x, 0.3), x))


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 6), st.sampled_from([0.1, 1.0, 500.0]), st.integers(0, 99))
def test_the_jacobian_of_softmax_is_autograds(classes, scale, seed):
    x = scale * torch.randn(3, classes, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    ours = activations.softmax_jacobian(x)
    assert ours.shape == (3, classes, classes)
    for row, jacobian in zip(x, ours):
        theirs = torch.autograd.functional.jacobian(lambda r: F.softmax(r, dim=0), row)
        torch.testing.assert_close(jacobian, theirs)
    torch.testing.assert_close(ours.sum(-1), torch.zeros_like(x))  # a constant added to all scores changes nothing
