"""LeNet: the table of its paper, and PyTorch's layers."""

import torch
from helpers.nets.same import assert_same
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
