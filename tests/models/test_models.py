"""The networks of linear layers against PyTorch's: shapes, values, gradients."""

from itertools import pairwise

import pytest
import torch
from helpers.nets.same import assert_same
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import d2lutils as d2l


def test_an_mlp_is_its_widths():
    net = d2l.MLP(784, 256, 10, dropout=0.5)
    assert [type(layer).__name__ for layer in net] == ["Flatten", "Linear", "ReLU", "Dropout", "Linear"]
    assert net(torch.zeros(3, 1, 28, 28)).shape == (3, 10)
    assert [type(layer).__name__ for layer in d2l.MLP(784, 10)] == ["Flatten", "Linear"]
    with pytest.raises(ValueError, match="input and an output width"):
        d2l.MLP(784)


@pytest.mark.parametrize("net", [d2l.MLP(4, 3, 2), d2l.LeNet()], ids=["MLP", "LeNet"])
def test_a_slice_of_a_model_is_its_layers(net):
    head = net[:-1]
    assert type(head) is nn.Sequential and list(head) == list(net)[:-1]
    assert net[-1] is list(net)[-1]
    x = torch.randn(2, 4) if len(net) == 4 else torch.randn(2, 1, 28, 28)
    torch.testing.assert_close(net[-1](head(x)), net(x))


few = st.integers(1, 6)


@settings(deadline=None, max_examples=25)
@given(few, st.lists(few, min_size=2, max_size=4), st.sampled_from([nn.ReLU, nn.Tanh, nn.GELU]), st.integers(0, 99))
def test_an_mlp_is_torchs_layers(B, widths, activation, seed):
    torch.manual_seed(seed)
    ours = d2l.MLP(*widths, activation=activation).double()
    layers = [nn.Flatten()]
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), activation()]
    theirs = nn.Sequential(*layers[:-1]).double()
    theirs.load_state_dict(ours.state_dict())
    assert_same(ours, theirs, torch.randn(B, widths[0], dtype=torch.float64, requires_grad=True))


class Product(nn.Module):
    """nn.Linear with its weight the other way round, as SoftmaxRegression keeps it."""

    def __init__(self, ours):
        super().__init__()
        self.W, self.b = (nn.Parameter(p.detach().clone()) for p in (ours.W, ours.b))

    def forward(self, x):
        return nn.functional.linear(x.flatten(1), self.W.T, self.b)


@settings(deadline=None, max_examples=25)
@given(few, st.lists(few, min_size=1, max_size=3), few, st.integers(0, 99))
def test_softmax_regression_is_torchs_linear_layer(B, shape, classes, seed):
    torch.manual_seed(seed)
    ours = d2l.SoftmaxRegression(torch.Size(shape).numel(), classes).double()
    assert_same(ours, Product(ours), torch.randn(B, *shape, dtype=torch.float64, requires_grad=True))


def test_softmax_regression_starts_small():
    assert d2l.SoftmaxRegression(784, 10).W.std().item() == pytest.approx(0.01, rel=0.05)
