"""Whatever draws random numbers in a run goes on where it was; what cannot is refused in words."""

import random
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
)

import d2lutils as d2l

N = 40
X = torch.randn(N, 4, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()
DATA = TensorDataset(X, Y)
GLOBAL = torch.Generator()


def new():
    return torch.Generator().manual_seed(1)


class Noisy(Dataset):
    """Draws from whatever it is given for each example."""

    def __init__(self, draw):
        self.draw = draw

    def __len__(self):
        return N

    def __getitem__(self, i):
        return X[i] + self.draw(), Y[i]


class InAClass(Dataset):
    generator = torch.Generator()

    def __len__(self):
        return N

    def __getitem__(self, i):
        return X[i] + torch.rand((), generator=self.generator), Y[i]


class Slotted:
    __slots__ = ("generator",)

    def __init__(self):
        self.generator = new()

    def __call__(self):
        return torch.rand((), generator=self.generator)


def from_global():
    return torch.rand((), generator=GLOBAL)


def closure():
    generator = new()
    return lambda: torch.rand((), generator=generator)


def with_default():
    own = new()

    def transform(x, y, generator=own):
        return x + torch.rand(x.shape, generator=generator), y

    return transform


class Counting:
    """A loader that knows how to save its place."""

    def __init__(self):
        self.batches = 0

    def state_dict(self):
        return {"batches": self.batches}

    def load_state_dict(self, state):
        self.batches = state["batches"]

    def __iter__(self):
        for rows in range(0, N, 10):
            self.batches += 1
            yield X[rows : rows + 10] + self.batches, Y[rows : rows + 10]


LOADERS = {
    "DataLoader": lambda: DataLoader(DATA, 10, shuffle=True, generator=new()),
    "RandomSampler": lambda: DataLoader(DATA, 10, sampler=RandomSampler(DATA, generator=new())),
    "BatchSampler": lambda: DataLoader(
        DATA, batch_sampler=BatchSampler(RandomSampler(DATA, generator=new()), 10, False)),
    "WeightedRandomSampler": lambda: DataLoader(DATA, 10, sampler=WeightedRandomSampler([1.0] * N, N, generator=new())),
    "TensorLoader": lambda: d2l.TensorLoader(X, Y, batch_size=10, shuffle=True, generator=new()),
    "default": lambda: d2l.TensorLoader(X, Y, batch_size=10, transform=with_default()),
    "closure": lambda: DataLoader(Noisy(closure()), 10),
    "partial": lambda: DataLoader(Noisy(partial(torch.rand, (), generator=new())), 10),
    "method": lambda: DataLoader(Noisy(random.Random(1).random), 10),
    "numpy Generator": lambda: DataLoader(Noisy(np.random.default_rng(1).normal), 10),
    "numpy MT19937": lambda: DataLoader(Noisy(np.random.Generator(np.random.MT19937(1)).normal), 10),
    "numpy RandomState": lambda: DataLoader(Noisy(np.random.RandomState(1).normal), 10),
    "global": lambda: DataLoader(Noisy(from_global), 10),
    "class": lambda: DataLoader(InAClass(), 10),
    "slots": lambda: DataLoader(Noisy(Slotted()), 10),
    "Subset": lambda: DataLoader(Subset(Noisy(closure()), range(30)), 10),
    "state_dict": Counting,
}  # fmt: skip


class Drawing(nn.Module):
    """A loss and a net may draw, too."""

    def __init__(self, net=None):
        super().__init__()
        self.net, self.generator = net, new()

    def forward(self, *inputs):
        noise = torch.rand((), generator=self.generator)
        return self.net(*inputs) + noise if self.net is not None else F.cross_entropy(*inputs) * (1 + noise)


def trained(path, make, *epochs, test=None, loss=nn.CrossEntropyLoss, wrap=lambda net: net):
    """The parameters after runs to each of `epochs`, every one in what might be a new process."""
    for upto in epochs:
        torch.manual_seed(0)
        GLOBAL.manual_seed(2)
        InAClass.generator.manual_seed(2)
        net = wrap(nn.Linear(4, 2))
        history = d2l.fit(net, make(), test and test(), loss=loss(), epochs=upto, plot=False, device="cpu",
                          optimizer=lambda p: torch.optim.SGD(p, 0.1), checkpoint=path)  # fmt: skip
    return net.state_dict(), history.epochs


def same(tmp_path, make, **options):
    whole = trained(tmp_path / "a.pt", make, 4, **options)
    torch.testing.assert_close(trained(tmp_path / "b.pt", make, 1, 3, 4, **options), whole, rtol=0, atol=0)


@pytest.mark.parametrize("name", LOADERS)
def test_a_resumed_run_draws_what_the_unbroken_run_draws(tmp_path, name):
    same(tmp_path, LOADERS[name])


@pytest.mark.parametrize("name", ["RandomSampler", "closure", "numpy Generator"])
def test_so_does_the_test_data(tmp_path, name):
    same(tmp_path, lambda: DataLoader(DATA, 10), test=LOADERS[name])


def test_so_do_a_loss_and_a_net(tmp_path):
    same(tmp_path, lambda: DataLoader(DATA, 10), loss=Drawing, wrap=Drawing)


def test_one_generator_in_many_places_is_saved_once(tmp_path):
    def make():
        generator = new()
        data = Noisy(lambda: torch.rand((), generator=generator))
        return DataLoader(data, 10, sampler=RandomSampler(data, generator=generator), generator=generator)

    same(tmp_path, make)
    assert len(torch.load(tmp_path / "a.pt", weights_only=True)["generators"]) == 1


def test_a_run_that_draws_from_something_else_is_refused(tmp_path):
    trained(tmp_path / "c.pt", LOADERS["closure"], 1)
    with pytest.raises(d2l.CheckpointError, match="random state of torch.Generator, and this run draws from numpy"):
        trained(tmp_path / "c.pt", LOADERS["numpy Generator"], 2)


def endless():
    while True:
        yield 0.1


class Endless(Dataset):
    def __init__(self):
        self.numbers = endless()

    def __len__(self):
        return N

    def __getitem__(self, i):
        return X[i] + next(self.numbers), Y[i]


@pytest.mark.parametrize("make, words", [
    (lambda: DataLoader(Noisy(random.SystemRandom().random), 10), "SystemRandom"),
    (lambda: DataLoader(Endless(), 10), "Python generator endless"),
    (lambda: DataLoader(DATA, 10, num_workers=1, persistent_workers=True), "persistent_workers=True"),
])  # fmt: skip
def test_what_cannot_be_saved_is_refused_before_the_run(tmp_path, make, words):
    with pytest.raises(d2l.CheckpointError, match=words):
        trained(tmp_path / "c.pt", make, 1)
    assert not list(tmp_path.iterdir())


def test_a_data_set_of_many_examples_is_not_walked_through(tmp_path, monkeypatch):
    from d2lutils.training.checkpoint import generators

    looked = []
    monkeypatch.setattr(generators, "_refuse", looked.append)
    trained(tmp_path / "c.pt", lambda: DataLoader([(X[i % N], Y[i % N]) for i in range(100_000)], 50_000), 1)
    assert len(looked) < 10_000
