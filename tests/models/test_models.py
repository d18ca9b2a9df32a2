"""The architectures: shapes, sizes, and the tables of their papers."""

import pytest
import torch
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
