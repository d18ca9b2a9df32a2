"""Clipping against torch.nn.utils.clip_grad_norm_, in every precision and without gradients."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.optim.clipping import grad_clipping


@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 100), st.integers(0, 99))
def test_clipping_equals_torch_and_keeps_the_direction(theta, seed):
    torch.manual_seed(seed)
    net, other = nn.Linear(4, 3).double(), nn.Linear(4, 3).double()
    for p, q in zip(net.parameters(), other.parameters()):
        p.grad = torch.randn_like(p) * 5
        q.grad = p.grad.clone()
    before = torch.cat([p.grad.flatten() for p in net.parameters()])
    norm, expected = grad_clipping(net, theta), nn.utils.clip_grad_norm_(other.parameters(), theta)
    after = torch.cat([p.grad.flatten() for p in net.parameters()])
    torch.testing.assert_close(norm, expected)
    torch.testing.assert_close(after, torch.cat([q.grad.flatten() for q in other.parameters()]), rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(torch.cosine_similarity(before, after, dim=0), torch.tensor(1.0).double())
    assert after.norm() <= theta * (1 + 1e-12) or torch.equal(before, after)
    if norm <= theta:
        assert torch.equal(before, after)


def test_clipping_passes_over_parameters_without_a_gradient():
    net = nn.Linear(2, 2)
    net.weight.grad = torch.full((2, 2), 3.0)
    grad_clipping(net, 1.0)
    torch.testing.assert_close(net.weight.grad.norm(), torch.tensor(1.0))
    assert net.bias.grad is None


@pytest.mark.parametrize("theta", [0, -1, float("nan")])
def test_clipping_to_nothing(theta):
    with pytest.raises(ValueError, match="theta is the largest norm to allow, above 0"):
        grad_clipping(nn.Linear(2, 2), theta)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("size", [300.0, 30_000.0, 1e-4])
def test_sixteen_bits_are_added_up_in_thirty_two(dtype, size):
    ours, theirs = nn.Linear(40, 30, bias=False).to(dtype), nn.Linear(40, 30, bias=False).double()
    ours.weight.grad = (size * torch.rand(30, 40)).to(dtype)
    theirs.weight.grad = ours.weight.grad.double()
    for theta in (size, size / 100):
        norm, expected = grad_clipping(ours, theta), nn.utils.clip_grad_norm_(theirs.parameters(), theta)
        torch.testing.assert_close(norm.double(), expected, rtol=2e-3 if dtype == torch.float16 else 2e-2, atol=0)
        torch.testing.assert_close(ours.weight.grad.double(), theirs.weight.grad, rtol=2e-2, atol=1e-7)


def test_a_net_of_several_types_has_one_norm():
    net = nn.ModuleList([nn.Linear(2, 2, bias=False).half(), nn.Linear(2, 2, bias=False).double()])
    net[0].weight.grad = torch.full((2, 2), 1.5, dtype=torch.float16)
    net[1].weight.grad = torch.full((2, 2), 2.0, dtype=torch.float64)
    assert grad_clipping(net, 1.0).item() == 5.0
    torch.testing.assert_close(net[1].weight.grad, torch.full((2, 2), 0.4, dtype=torch.float64))


@pytest.mark.filterwarnings("ignore:`parameters` is an empty generator")
@pytest.mark.parametrize("net", [nn.Linear(2, 2), nn.ReLU()])
def test_without_a_gradient_the_norm_is_zero(net):
    assert grad_clipping(net, 1.0).item() == nn.utils.clip_grad_norm_(net.parameters(), 1.0).item() == 0


def test_an_infinite_theta_never_clips():
    net = nn.Linear(2, 1)
    (1e10 * net(torch.ones(1, 2))).sum().backward()
    before = net.weight.grad.clone()
    grad_clipping(net, math.inf)
    assert torch.equal(before, net.weight.grad)
