"""Softmax, cross-entropy and the linear classifier from scratch: equal to PyTorch's, values and gradients."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import d2lutils as d2l

scales = st.sampled_from([1e-3, 1.0, 50.0, 2000.0])
shapes = st.tuples(st.integers(1, 6), st.integers(1, 8), scales, st.integers(0, 999))


def scores_and_labels(batch, classes, scale, seed):
    torch.manual_seed(seed)
    scores = (scale * torch.randn(batch, classes, dtype=torch.float64)).requires_grad_()
    return scores, torch.randint(classes, (batch,))


@settings(deadline=None, max_examples=60)
@given(shapes)
def test_values_and_gradients_are_torchs(shape):
    scores, labels = scores_and_labels(*shape)
    upstream = torch.randn(scores.shape, dtype=torch.float64)
    pairs = [
        (d2l.softmax(scores), F.softmax(scores, -1), upstream),
        (d2l.log_sum_exp(scores), torch.logsumexp(scores, -1), upstream[:, 0]),
        (d2l.cross_entropy(scores, labels), F.cross_entropy(scores, labels), torch.ones((), dtype=torch.float64)),
    ]
    for ours, theirs, g in pairs:
        torch.testing.assert_close(ours, theirs)
        ours_grad, theirs_grad = (torch.autograd.grad(y, scores, g)[0] for y in (ours, theirs))
        torch.testing.assert_close(ours_grad, theirs_grad, rtol=1e-7, atol=1e-9)


def test_scores_of_a_thousand_neither_overflow_nor_vanish():
    scores = torch.tensor([[1000.0, 0.0], [-1000.0, -1000.0]])
    assert torch.equal(d2l.log_sum_exp(scores), torch.logsumexp(scores, -1))
    assert d2l.cross_entropy(scores, torch.tensor([1, 0])).isfinite()


def test_the_linear_model_is_torchs_linear_layer():
    ours, theirs = d2l.SoftmaxRegression(12, 3).double(), nn.Linear(12, 3).double()
    with torch.no_grad():
        theirs.weight.copy_(ours.W.T)
        theirs.bias.copy_(ours.b)
    x = torch.randn(5, 1, 3, 4, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x.flatten(1)))
    assert ours.W.std().item() == pytest.approx(0.01, rel=0.5)


def test_sgd_takes_torchs_steps():
    torch.manual_seed(0)
    ours, theirs = nn.Linear(4, 2).double(), nn.Linear(4, 2).double()
    theirs.load_state_dict(ours.state_dict())
    x, y = torch.randn(8, 4, dtype=torch.float64), torch.randn(8, 2, dtype=torch.float64)
    for net, optimizer in (
        (ours, d2l.SGD(ours.parameters(), lr=0.3)),
        (theirs, torch.optim.SGD(theirs.parameters(), lr=0.3)),
    ):
        for _ in range(5):
            optimizer.zero_grad()
            F.mse_loss(net(x), y).backward()
            optimizer.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


def test_sgd_evaluates_a_closure_and_refuses_a_rate_of_zero():
    w = nn.Parameter(torch.tensor(3.0))
    optimizer = d2l.SGD([w], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = w**2
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9.0
    assert w.item() == 0.0
    with pytest.raises(ValueError, match="learning rate"):
        d2l.SGD([w], lr=0.0)
