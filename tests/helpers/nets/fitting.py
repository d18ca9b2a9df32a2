"""A task that a linear model learns in a few steps, run through `fit`, and an observer of the run."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

CE = nn.CrossEntropyLoss()


def blobs(n=200, classes=3, seed=0):
    """Points around three corners: a task that a linear model learns in a few steps."""
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(classes, (n,), generator=g)
    return F.one_hot(y, classes).float() * 2 + torch.randn(n, classes, generator=g), y


def loader(n=200, batch_size=32, shuffle=True, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(*blobs(n)), batch_size, shuffle=shuffle, generator=generator)


def sgd(params):
    return torch.optim.SGD(params, lr=0.1)


def run(net=None, train=None, test=None, **options):
    options = {"loss": CE, "optimizer": sgd, "epochs": 2, "plot": False, **options}
    return d2l.fit(net or nn.Linear(3, 3), loader() if train is None else train, test, **options)


class Watch:
    """An observer that remembers what it was told."""

    def __init__(self, stop_at=None):
        self.done, self.closed, self.stop_at = [], 0, stop_at

    def update(self, history, done):
        self.done.append(done)
        if self.stop_at is not None and done >= self.stop_at:
            raise d2l.StopTraining

    def close(self, history):
        self.closed += 1
