"""Several small batches make the step of one large one."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

CE = nn.CrossEntropyLoss()


def data(n=60):
    g = torch.Generator().manual_seed(0)
    x = torch.randn(n, 4, generator=g, dtype=torch.float64)
    return x, (x[:, 0] > 0).long() + (x[:, 1] > 0).long()


def trained(size, accumulate, tensors=None, **options):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    loader = DataLoader(TensorDataset(*(tensors or data())), size)
    options = {"loss": CE, "optimizer": lambda p: torch.optim.SGD(p, 0.3, momentum=0.9), "epochs": 3, **options}
    history = d2l.fit(net, loader, accumulate=accumulate, plot=False, device="cpu", **options)
    return net.state_dict(), history


@pytest.mark.parametrize("small, k, large", [
    (10, 3, 30),
    (20, 3, 60),
    (8, 3, 24),  # the last batch of an epoch has 4 items, its step 12
    (7, 4, 28),  # … and here the last batch is alone in its step
    (60, 5, 60),  # one batch an epoch: no step waits for the next epoch
    (10, 1, 10),
])  # fmt: skip
def test_k_small_batches_give_the_parameters_of_one_large_one(small, k, large):
    (ours, history), (theirs, other) = trained(small, k), trained(large, 1)
    torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)
    assert history["train accuracy"] == pytest.approx(other["train accuracy"])
    assert history["train loss"] == pytest.approx(other["train loss"])


@pytest.mark.parametrize("options", [
    {"clip": 0.05},
    {"loss": nn.CrossEntropyLoss(weight=torch.tensor([1.0, 7.0, 0.1], dtype=torch.float64))},
    {"loss": nn.CrossEntropyLoss(ignore_index=1)},
    {"scheduler": lambda o: torch.optim.lr_scheduler.StepLR(o, 1, 0.5), "schedule_every": "step"},
])  # fmt: skip
def test_clipping_class_weights_ignored_items_and_schedules_come_out_alike(options):
    torch.testing.assert_close(trained(8, 3, **options)[0], trained(24, 1, **options)[0], rtol=1e-9, atol=1e-12)


def test_a_batch_in_which_nothing_counts_takes_no_part():
    x, y = data()
    y[:10], y[30:40] = -100, -100
    torch.testing.assert_close(trained(10, 3, (x, y))[0], trained(30, 1, (x, y))[0], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("accumulate", [0, -1, 1.5, True])
def test_accumulate_counts_batches(accumulate):
    with pytest.raises(ValueError, match="accumulate must be an int, 1 or more"):
        trained(10, accumulate)


def test_half_precision_accumulates_too():
    ours, _ = trained(10, 3, precision=torch.bfloat16)
    theirs, _ = trained(30, 1, precision=torch.bfloat16)
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name], rtol=0.05, atol=0.05)
