"""d2l.SGD against torch.optim.SGD: steps, groups, and each going on from the other's state."""

import copy
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import d2lutils as d2l


def twins(*widths):
    ours = d2l.MLP(*widths).double()
    return ours, copy.deepcopy(ours)


def walk(net, optimizer, steps=4, seed=0):
    """Some steps on random data, and the optimizer."""
    torch.manual_seed(seed)
    x, y = torch.randn(8, net[1].in_features, dtype=torch.float64), torch.randn(8, 2, dtype=torch.float64)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(net(x), y).backward()
        optimizer.step()
    return optimizer


def assert_same(ours, theirs):
    for a, b in zip(ours.parameters(), theirs.parameters()):
        torch.testing.assert_close(a, b)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 6), max_size=2), st.floats(1e-3, 0.5), st.sampled_from([0.0, 0.1, 2.0]),
       st.integers(0, 99))  # fmt: skip
def test_steps_and_groups_are_torchs(hidden, lr, weight_decay, seed):
    torch.manual_seed(seed)
    ours, theirs = twins(3, *hidden, 2)
    walk(ours, d2l.SGD(d2l.decay_groups(ours, weight_decay), lr), seed=seed)
    walk(theirs, torch.optim.SGD(d2l.decay_groups(theirs, weight_decay), lr), seed=seed)
    assert_same(ours, theirs)


def test_a_group_has_its_own_rate():
    ours, theirs = twins(3, 4, 2)
    for net, make in ((ours, d2l.SGD), (theirs, torch.optim.SGD)):
        groups = [{"params": net[1].parameters(), "lr": 0.01}, {"params": net[3].parameters(), "weight_decay": 0.3}]
        walk(net, make(groups, lr=0.2))
    assert_same(ours, theirs)


def test_decay_reaches_what_gets_no_gradient_from_the_data_and_spares_what_has_none_at_all():
    w, still = nn.Parameter(torch.tensor([2.0])), nn.Parameter(torch.tensor([2.0]))
    optimizer = d2l.SGD([{"params": [w, still], "weight_decay": 0.5}], lr=0.1)
    w.grad = torch.zeros(1)
    optimizer.step()
    assert w.item() == pytest.approx(1.9) and still.item() == 2.0


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_either_goes_on_from_the_others_state(first):
    makers = {"ours": d2l.SGD, "theirs": torch.optim.SGD}
    second = next(name for name in makers if name != first)
    net, twin = twins(3, 4, 2)
    saved = walk(net, makers[first](d2l.decay_groups(net, 0.5), 0.1)).state_dict()
    other = makers[second](d2l.decay_groups(net, 0.0), 0.9)
    other.load_state_dict(saved)
    walk(net, other, seed=1)
    whole = walk(twin, torch.optim.SGD(d2l.decay_groups(twin, 0.5), 0.1))
    walk(twin, whole, seed=1)
    assert_same(net, twin)


def test_it_is_copied_pickled_and_scheduled_as_torchs():
    net, _ = twins(3, 2)
    optimizer = walk(net, d2l.SGD(net.parameters(), 0.1))
    for again in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        again.step()
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: epoch)  # a warm-up begins at 0
    assert optimizer.param_groups[0]["lr"] == 0
    optimizer.load_state_dict(optimizer.state_dict())
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1)


@pytest.mark.parametrize("options", [
    {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"maximize": True},
])  # fmt: skip
def test_what_it_does_not_do_is_refused_in_groups_and_states(options):
    net, _ = twins(3, 2)
    with pytest.raises(ValueError, match=r"d2l\.SGD has no .*torch\.optim\.SGD"):
        d2l.SGD([{"params": net.parameters(), **options}], lr=0.1)
    saved = walk(net, torch.optim.SGD(net.parameters(), 0.1, **options)).state_dict()
    ours = d2l.SGD(net.parameters(), lr=0.2)
    with pytest.raises(ValueError, match=r"d2l\.SGD has no"):
        ours.load_state_dict(saved)
    assert ours.param_groups[0]["lr"] == 0.2 and not ours.state, "half of it was loaded"


def test_rates_and_decays_out_of_range_are_refused():
    w = nn.Parameter(torch.ones(1))
    for lr in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="learning rate"):
            d2l.SGD([w], lr=lr)
    for group in ({"lr": -0.1}, {"lr": float("nan")}, {"weight_decay": -0.1}, {"weight_decay": float("nan")}):
        with pytest.raises(ValueError, match=f"{next(iter(group))} of a group must be 0 or above"):
            d2l.SGD([{"params": [w], **group}], lr=0.1)


def test_it_evaluates_a_closure():
    w = nn.Parameter(torch.tensor(3.0))
    optimizer = d2l.SGD([w], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = w**2
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9.0
    assert w.item() == 0.0


@pytest.mark.parametrize("other", [torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad,
                                   torch.optim.Adadelta, torch.optim.Rprop, torch.optim.ASGD])  # fmt: skip
def test_the_state_of_another_optimizer_is_refused(other):
    net, _ = twins(3, 2)
    saved, ours = walk(net, other(net.parameters(), lr=0.1)).state_dict(), d2l.SGD(net.parameters(), lr=0.2)
    with pytest.raises(ValueError, match="state is of another optimizer than SGD: it holds"):
        ours.load_state_dict(saved)
    assert ours.param_groups[0]["lr"] == 0.2


def test_a_net_in_place_of_its_parameters_is_refused():
    with pytest.raises(TypeError, match=r"params are what net.parameters\(\) gives, not a Linear itself"):
        d2l.SGD(nn.Linear(2, 2), lr=0.1)
