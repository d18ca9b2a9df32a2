"""Batches and outputs in whatever holds them: the type stays, the tensors change."""

from collections import OrderedDict, UserDict, defaultdict, namedtuple
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_sequence

import d2lutils as d2l
from d2lutils.training.containers import to_device, without_graph

Pair = namedtuple("Pair", "x y")
META = torch.device("meta")  # a device that every machine has


@dataclass
class Outputs:
    scores: torch.Tensor
    hidden: tuple = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    scores: torch.Tensor


class Moves:
    def __init__(self, x):
        self.x = x

    def to(self, device):
        return Moves(self.x.to(device))


class Words(UserDict):
    pass


T = torch.ones(2, 3)
HELD = [
    (T, T),
    [T, [T, "a word"]],
    Pair(T, T),
    {"x": T, "more": {"y": T}},
    OrderedDict(x=T),
    defaultdict(list, x=T),
    Words(x=T),
    Outputs(T, (T,)),
    Fixed(T),
    SimpleNamespace(x=T),
    torch.ones(2, 3).max(dim=1),
]


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (str, int)):
        return []
    if isinstance(value, Fixed):
        return [value.scores]
    held = value.values() if hasattr(value, "values") and not isinstance(value, tuple) else (
        value if isinstance(value, (tuple, list)) else vars(value).values())  # fmt: skip
    return [tensor for part in held for tensor in tensors(part)]


@pytest.mark.parametrize("held", HELD, ids=lambda held: type(held).__name__)
def test_every_container_moves_and_keeps_its_type(held):
    moved = to_device(held, META)
    assert type(moved) is type(held)
    assert len(tensors(moved)) == len(tensors(held)) > 0
    assert all(tensor.device == META for tensor in tensors(moved))
    assert all(tensor.device.type == "cpu" for tensor in tensors(held)), "the caller's own is left as it was"


@pytest.mark.parametrize("make", [
    lambda t: (t, t), lambda t: [t, (t, 3)], lambda t: Pair(t, t), lambda t: {"x": t}, lambda t: OrderedDict(x=[t]),
    lambda t: Outputs(t, (t, t)), Fixed, lambda t: SimpleNamespace(x=t), lambda t: t.max(dim=1), Words,
], ids=lambda held: type(held).__name__)  # fmt: skip
def test_outputs_are_detached_whatever_holds_them(make):
    t = torch.ones(2, 3, requires_grad=True) * 2
    output = make({"x": t}) if make is Words else make(t)
    plain = without_graph(output)
    assert type(plain) is type(output)
    assert not any(tensor.requires_grad for tensor in tensors(plain))
    assert any(tensor.requires_grad for tensor in tensors(output)), "the graph is still there for backward()"


def test_a_distribution_is_detached():
    plain = without_graph(torch.distributions.Normal(torch.zeros(2, requires_grad=True), torch.ones(2)))
    assert not plain.loc.requires_grad and plain.mean.shape == (2,)


def test_what_can_move_itself_does():
    moved = to_device((Moves(T), "word", None), META)
    assert moved[0].x.device == META and moved[1:] == ("word", None)


def test_a_packed_sequence_stays_one():
    packed = pack_sequence([torch.ones(3, 2), torch.ones(1, 2)])
    same = to_device([packed, T], torch.device("cpu"))
    assert isinstance(same[0], PackedSequence) and isinstance(same, list)
    plain = without_graph(PackedSequence(packed.data * torch.ones(2, requires_grad=True), packed.batch_sizes))
    assert isinstance(plain, PackedSequence) and not plain.data.requires_grad


def test_fit_hands_packed_sequences_and_named_tuples_to_the_step_and_plain_outputs_to_the_metrics():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.out = nn.GRU(2, 4, batch_first=True), nn.Linear(4, 2)

        def forward(self, packed):
            states, last = self.rnn(packed)
            return Outputs(self.out(last[-1]), (states, last))

    def step(net, batch, loss):
        assert isinstance(batch, Pair) and isinstance(batch.x, PackedSequence)
        output = net(batch.x)
        return d2l.StepOutput(loss(output.scores, batch.y), output, batch.y, len(batch.y))

    def right(output, target):
        held = [output.scores, output.hidden[0].data, output.hidden[1]]
        assert isinstance(output.hidden[0], PackedSequence) and not any(tensor.requires_grad for tensor in held)
        return d2l.accuracy(output.scores, target)

    loader = [Pair(pack_sequence([torch.randn(n, 2) for n in (4, 2, 1)]), torch.tensor([0, 1, 0])) for _ in range(3)]
    history = d2l.fit(Net(), loader, loader, loss=nn.CrossEntropyLoss(), step=step, metrics={"right": right}, epochs=2,
                      optimizer=lambda p: torch.optim.SGD(p, 0.1), plot=False, device="cpu")  # fmt: skip
    assert 0 <= history.last("test right") <= 1
