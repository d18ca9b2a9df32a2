"""Every module has a mode of its own, and gets it back; what is frozen stays frozen."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l


def data(n=32, size=8):
    x = torch.randn(n, 4)
    return DataLoader(TensorDataset(x, (x[:, 0] > 0).long()), size)


def network():
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 2))


def fit(net, train=None, test=None, **options):
    options = {"epochs": 2, "optimizer": lambda p: torch.optim.SGD(p, 0.1), **options}
    return d2l.fit(net, train or data(), test, loss=nn.CrossEntropyLoss(), plot=False, device="cpu", **options)


def modes(net):
    return [module.training for module in net.modules()]


def frozen_batch_norm(net):
    net[1].eval()


def whole(net):
    net.eval()


def frozen_body(net):
    net[0].eval()
    net[1].eval()
    net[2].eval()


@pytest.mark.parametrize("prepare", [frozen_batch_norm, whole, frozen_body, lambda net: None])
@pytest.mark.parametrize("call", [
    lambda net: d2l.evaluate_accuracy(net, data()),
    lambda net: d2l.evaluate(net, data(), loss=nn.CrossEntropyLoss()),
    lambda net: fit(net, test=data()),
])  # fmt: skip
def test_each_module_gets_its_own_mode_back(prepare, call):
    net = network()
    prepare(net)
    before = modes(net)
    call(net)
    assert modes(net) == before


def test_modes_come_back_after_a_failure_too():
    net = network()
    net[1].eval()
    before = modes(net)
    with pytest.raises(ValueError, match="metric"):
        fit(net, metrics={"bad": lambda o, t: "great"})
    with pytest.raises(ValueError, match="metric"):
        d2l.evaluate(net, data(), metrics={"bad": lambda o, t: "great"})
    assert modes(net) == before


def test_a_frozen_batch_norm_stays_frozen_and_the_rest_trains():
    net = network()
    net[1].eval()
    mean, weight = net[1].running_mean.clone(), net[0].weight.clone()
    seen = []
    net[2].register_forward_hook(lambda *_: seen.append((net[1].training, net[2].training)))
    fit(net, test=data())
    assert torch.equal(net[1].running_mean, mean) and not torch.equal(net[0].weight, weight)
    assert seen == ([(False, True)] * 4 + [(False, False)] * 4) * 2


def test_a_net_in_evaluation_mode_trains_whole():
    net = network().eval()
    mean = net[1].running_mean.clone()
    fit(net)
    assert not torch.equal(net[1].running_mean, mean)


def test_a_net_that_freezes_parts_of_itself_is_asked():
    class Own(nn.Sequential):
        def train(self, mode=True):
            super().train(mode)
            self[1].eval()
            return self

    net = Own(*network())
    mean = net[1].running_mean.clone()
    fit(net)
    assert torch.equal(net[1].running_mean, mean)


@pytest.mark.parametrize("layer", [lambda: nn.BatchNorm1d(6), lambda: d2l.BatchNorm(6)])
def test_a_last_batch_of_one_example_is_explained(layer):
    net = nn.Sequential(nn.Linear(4, 6), layer(), nn.Linear(6, 2))
    with pytest.raises(ValueError, match="drop_last=True"):
        fit(net, data(33))
    assert fit(net, DataLoader(data(33).dataset, 8, drop_last=True)).examples == 64
