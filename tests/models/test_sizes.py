"""Shapes, parameters and multiplications by layer, against PyTorch's own counter."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import d2lutils as d2l

NETS = {
    "lenet": (d2l.LeNet, (1, 28, 28)), "vgg": (lambda: d2l.VGG(width=1 / 8, image_size=32), (1, 32, 32)),
    "resnet": (lambda: d2l.ResNet(width=1 / 4), (3, 40, 40)),
    "googlenet": (lambda: d2l.GoogLeNet(width=1 / 8), (1, 40, 40)),
    "groups": (lambda: nn.Sequential(nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=4), nn.Flatten()), (4, 9, 7)),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_the_sums_are_those_of_pytorchs_counter(name):
    make, shape = NETS[name]
    net = make()
    rows = d2l.layer_table(net, shape)
    assert sum(row["parameters"] for row in rows) == sum(p.numel() for p in net.parameters())
    with FlopCounterMode(display=False) as counter:
        net.eval()(torch.zeros(1, *shape))
    assert 2 * sum(row["multiplications"] for row in rows) == counter.get_total_flops()


def test_the_rows_of_lenet_are_the_papers():
    shapes = [row["output"] for row in d2l.layer_table(d2l.LeNet(), (1, 28, 28)) if row["multiplications"]]
    assert shapes == [(6, 28, 28), (16, 10, 10), (120,), (84,), (10,)]


def test_modes_and_statistics_stay_as_they_were():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout()).double()
    net[2].eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    d2l.layer_table(net, (1, 8, 8))
    assert net.training and net[1].training and not net[2].training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert not net[0]._forward_hooks


@pytest.mark.parametrize(("make", "shape", "said"), [
    (d2l.LeNet, (1, 27, 27), "27×27 are too small.*28×28"), (d2l.NiN, (1, 66, 66), r"66×66 are too small.*67×67"),
    (lambda: nn.Sequential(nn.Conv2d(1, 1, 5), nn.Conv2d(1, 1, 5)), (1, 7, 7), r"layer 1 \(Conv2d\).*9×9"),
])  # fmt: skip
def test_a_picture_that_is_too_small_is_refused_with_the_size_that_works(make, shape, said):
    with pytest.raises(ValueError, match=said):
        d2l.layer_table(make(), shape)


def test_an_error_that_no_size_mends_comes_through():
    with pytest.raises(RuntimeError, match="expected input"):
        d2l.layer_table(nn.Conv2d(3, 1, 3), (1, 8, 8))
