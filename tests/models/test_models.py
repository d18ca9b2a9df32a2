"""The architectures: shapes, sizes, and the tables of their papers."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import d2lutils as d2l


def test_lenet_has_the_layers_and_sizes_of_the_paper():
    net = d2l.LeNet()
    assert sum(p.numel() for p in net.parameters()) == 61_706
    x, sizes = torch.zeros(2, 1, 28, 28), []
    for layer in net:
        x = layer(x)
        if isinstance(layer, (nn.Conv2d, nn.AvgPool2d, nn.Linear)):
            sizes.append(tuple(x.shape[1:]))
    assert sizes == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,), (84,), (10,)]
    assert sum(isinstance(layer, nn.Tanh) for layer in net) == 4


def test_lenet_takes_other_activations_and_pools():
    net = d2l.LeNet(classes=3, activation=nn.ReLU, pool=nn.MaxPool2d)
    assert net(torch.zeros(1, 1, 28, 28)).shape == (1, 3)
    assert {type(layer) for layer in net} >= {nn.ReLU, nn.MaxPool2d}


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


def assert_same(ours, theirs, x):
    """Equal values, and gradients by the input and by all parameters, of two nets with parameters in one order."""
    outputs = ours(x), theirs(x)
    torch.testing.assert_close(*outputs)
    probe = torch.randn_like(outputs[0])
    slopes = [torch.autograd.grad(y, (x, *net.parameters()), probe) for net, y in zip((ours, theirs), outputs)]
    for mine, other in zip(*slopes):
        torch.testing.assert_close(mine, other)


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


@settings(deadline=None, max_examples=5)
@given(st.integers(1, 3), st.integers(1, 10), st.sampled_from([nn.ReLU, nn.Sigmoid]), st.integers(0, 99))
def test_lenet_is_torchs_layers(B, classes, activation, seed):
    torch.manual_seed(seed)
    ours = d2l.LeNet(classes, activation).double()
    theirs = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), activation(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), activation(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, classes),
    ).double()  # fmt: skip
    theirs.load_state_dict(ours.state_dict())
    assert_same(ours, theirs, torch.randn(B, 1, 28, 28, dtype=torch.float64, requires_grad=True))


def test_softmax_regression_starts_small():
    assert d2l.SoftmaxRegression(784, 10).W.std().item() == pytest.approx(0.01, rel=0.05)
