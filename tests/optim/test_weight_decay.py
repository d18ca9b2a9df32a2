"""Penalties, soft thresholding and parameter groups, against torch and scikit-learn, and the published norms."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso
from torch import nn
from torch.nn import functional as F

from d2lutils.data.made import synthetic_data
from d2lutils.optim.weight_decay import decay_groups, l1_penalty, l2_penalty, soft_threshold


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 5), max_size=3), st.sampled_from([0.0, 0.3, 2.0]), st.integers(0, 99))
def test_soft_threshold_is_softshrink(shape, t, seed):
    x = normal(*shape, seed=seed).requires_grad_()
    probe = normal(*shape, seed=seed + 100)
    both = soft_threshold(x, t), F.softshrink(x, t)
    results = [(y.detach(), *torch.autograd.grad((y * probe).sum(), x)) for y in both]
    for ours, theirs in zip(*results):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def test_soft_threshold_minimises_what_it_says():
    x = torch.tensor([-2.0, -0.4, 0.0, 0.7, 3.0], dtype=torch.float64)
    u = torch.linspace(-4, 4, 80_001, dtype=torch.float64)
    best = u[((u - x[:, None]) ** 2 / 2 + 0.5 * u.abs()).argmin(dim=1)]
    torch.testing.assert_close(soft_threshold(x, 0.5), best, rtol=0, atol=1e-4)


def test_penalties_and_their_gradients():
    w = normal(3, 4).requires_grad_()
    torch.testing.assert_close(torch.autograd.grad(l2_penalty(w), w)[0], w.detach())
    torch.testing.assert_close(torch.autograd.grad(l1_penalty(w), w)[0], w.detach().sign())
    torch.testing.assert_close(l2_penalty(w), torch.linalg.vector_norm(w) ** 2 / 2)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_penalty_in_the_loss_is_torchs_weight_decay(momentum):
    X, y = synthetic_data(normal(30, 1), 0.5, 12, generator=torch.Generator().manual_seed(0))
    nets = [nn.Linear(30, 1).double() for _ in range(2)]
    nets[1].load_state_dict(nets[0].state_dict())
    plain = torch.optim.SGD(nets[0].parameters(), 0.02, momentum=momentum)
    decayed = torch.optim.SGD(decay_groups(nets[1], 0.7), 0.02, momentum=momentum)
    for _ in range(50):
        for net, optimizer, lam in ((nets[0], plain, 0.7), (nets[1], decayed, 0.0)):
            optimizer.zero_grad()
            (F.mse_loss(net(X), y) / 2 + lam * l2_penalty(net.weight)).backward()
            optimizer.step()
        for a, b in zip(nets[0].parameters(), nets[1].parameters()):
            torch.testing.assert_close(a, b)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 4)
        self.layers = nn.Sequential(nn.Conv1d(4, 4, 3), nn.BatchNorm1d(4), nn.LayerNorm((4, 5)), nn.GroupNorm(2, 4))
        self.out = nn.Linear(4, 7)
        self.out.weight = self.embed.weight
        self.rnn = nn.LSTM(4, 4)
        self.scale = nn.Parameter(torch.ones(()))


def test_groups_hold_each_trained_parameter_once():
    net = Tied()
    net.layers[0].weight.requires_grad_(False)
    decayed, spared = (group["params"] for group in decay_groups(net, 0.1))
    assert {id(p) for p in decayed} == {id(p) for p in (net.embed.weight, net.rnn.weight_ih_l0, net.rnn.weight_hh_l0)}
    everything = [p for p in net.parameters() if p.requires_grad]
    assert len(decayed) + len(spared) == len(everything) and {map(id, decayed)}.isdisjoint({map(id, spared)})
    assert any(p is net.layers[2].weight for p in spared)  # a scale of layer normalisation with two dimensions
    assert [group["weight_decay"] for group in decay_groups(net, 0.1)] == [0.1, 0.0]
    with pytest.raises(ValueError, match="weight_decay"):
        decay_groups(net, -1.0)


def published(lam, seed):
    """The course's experiment: 200 inputs, 20 examples, batches of 5, rate 0.003, 100 epochs."""
    generator = torch.Generator().manual_seed(seed)
    X, y = synthetic_data(torch.full((200, 1), 0.01), 0.05, 20, generator=generator)
    w, b = torch.randn(200, 1, generator=generator).requires_grad_(), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [w], "weight_decay": lam}, {"params": [b]}], 0.003)
    basis = torch.linalg.qr(X.T.double())[0]  # the span of the examples

    def unseen():
        v = w.detach().double()
        return v - basis @ (basis.T @ v)

    before = unseen()
    for _ in range(100):
        for rows in torch.randperm(20, generator=generator).split(5):
            optimizer.zero_grad()
            (F.mse_loss(X[rows] @ w + b, y[rows]) / 2).backward()
            optimizer.step()
    return w.detach().norm().item(), before, unseen()


@pytest.mark.parametrize(("lam", "low", "high"), [(0.0, 11.0, 16.0), (3.0, 0.28, 0.46)])
def test_published_norms(lam, low, high):
    """Published: 12.96 at λ = 0 and .36 at λ = 3. What no example sees shrinks by 1 − lr·λ in each of 400 steps."""
    for seed in range(2):
        norm, before, after = published(lam, seed)
        assert low < norm < high
        torch.testing.assert_close(after, (1 - 0.003 * lam) ** 400 * before, rtol=1e-3, atol=1e-4)


def test_proximal_steps_reach_the_lasso():
    X, y = normal(40, 10), normal(40, 1, seed=1)
    w = torch.zeros(10, 1, dtype=torch.float64)
    for _ in range(3000):
        w = soft_threshold(w - 0.1 * X.T @ (X @ w - y) / 40, 0.1 * 0.15)
    theirs = Lasso(alpha=0.15, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X.numpy(), y.numpy().ravel())
    np.testing.assert_allclose(w.numpy().ravel(), theirs.coef_, atol=1e-7)
    assert 0 < (w == 0).sum() < 10
