"""Common mistakes are named in one sentence, before anything is trained."""

import functools

import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

X = torch.randn(65, 8)
Y = (X[:, 0] > 0).long()


def fit(net=None, train=None, test=None, **options):
    options = {"loss": nn.CrossEntropyLoss(), "optimizer": lambda p: torch.optim.SGD(p, lr=0.1), **options}
    train = d2l.load_array((X, Y), 16) if train is None else train
    return d2l.fit(net or nn.Linear(8, 2), train, test, epochs=1, plot=False, device="cpu", **options)


NO_LOADERS = [
    (TensorDataset(X, Y), "TensorDataset is a data set, which gives single examples.*DataLoader"),
    ((X, Y), r"is a tuple of tensors: d2l\.load_array"),
    ([X, Y], r"is a list of tensors: d2l\.load_array"),
    ({"x": X, "y": Y}, r"is a dict \('x', 'y'\).*load_array"),
    (X, r"not be \(65, 8\) float32: d2l\.load_array"),
    (pd.DataFrame({"a": [1.0]}), "not be DataFrame"),
    (DataLoader, "not the class DataLoader"),
    (0.5, "something to iterate over for batches, not float"),
]


@pytest.mark.parametrize("data, words", NO_LOADERS, ids=[words[:20] for _, words in NO_LOADERS])
def test_what_is_no_loader_is_named(data, words):
    with pytest.raises(ValueError, match=f"^train .*{words}"):
        fit(train=data)
    with pytest.raises(ValueError, match=f"^test .*{words}"):
        fit(test=data)
    with pytest.raises(ValueError, match=f"^data .*{words}"):
        d2l.evaluate(nn.Linear(8, 2), data)


def test_a_list_of_batches_is_a_loader():
    assert fit(train=[(X[:32], Y[:32]), (X[32:], Y[32:])]).examples == 65


NO_LOSSES = [
    (nn.CrossEntropyLoss, r"not the class CrossEntropyLoss: write CrossEntropyLoss\(\)"),
    ("cross entropy", "not str"),
    (nn.CrossEntropyLoss(reduction="sum"), "reduction='sum'.*reduction='mean'"),
    (nn.MSELoss(reduction="sum"), "reduction='sum'"),
    (functools.partial(F.cross_entropy, reduction="sum"), "reduction='sum'"),
]


@pytest.mark.parametrize("loss, words", NO_LOSSES, ids=lambda value: getattr(value, "__name__", type(value).__name__))
def test_what_is_no_mean_loss_is_named(loss, words):
    with pytest.raises(ValueError, match=f"^loss must be.*{words}"):
        fit(loss=loss)
    with pytest.raises(ValueError, match=f"^loss must be.*{words}"):
        d2l.evaluate(nn.Linear(8, 2), d2l.load_array((X, Y), 16), loss=loss)


@pytest.mark.parametrize("metrics, words", [
    ([d2l.accuracy], "must be a dict {name: function}.*not list"),
    (d2l.accuracy, "must be a dict.*not function"),
    ({"accuracy": 0.5}, "'accuracy' must name a function"),
    ({"loss": d2l.accuracy}, "the name 'loss' is taken"),
])  # fmt: skip
def test_what_are_no_metrics_is_named(metrics, words):
    with pytest.raises(ValueError, match=f"^metrics.*{words}"):
        fit(metrics=metrics)
    with pytest.raises(ValueError, match=f"^metrics.*{words}"):
        d2l.evaluate(nn.Linear(8, 2), d2l.load_array((X, Y), 16), metrics=metrics)


def test_the_metric_that_failed_is_named():
    def wrong(output, target):
        return output.no_such_thing

    with pytest.raises(AttributeError) as caught:
        fit(metrics={"mine": wrong})
    assert "in the metric 'mine'" in caught.value.__notes__[0]


def test_nothing_is_changed_by_a_refused_call():
    net = nn.Linear(8, 2).eval()
    weights = net.weight.clone()
    with pytest.raises(ValueError):
        fit(net, metrics=[])
    assert torch.equal(net.weight, weights) and not net.training


def test_the_repr_of_a_history_is_short():
    history = fit(test=d2l.load_array((X, Y), 16))
    text = repr(history)
    assert len(text) < 150 and "\n" not in text
    assert "1 epoch" in text and f"test accuracy {history.last('test accuracy'):.3g}" in text
    history.stopped = True
    assert "stopped" in repr(history)
    assert repr(d2l.History()) == "<History: 0 epochs>"
