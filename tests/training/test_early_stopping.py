"""Early stopping: which epoch's weights a run ends with, and when it ends."""

import pytest
import torch
from torch import nn

import d2lutils as d2l


class Watch:
    """An observer that counts its calls."""

    def __init__(self):
        self.updates = self.closed = 0

    def update(self, history, done):
        self.updates += 1

    def close(self, history):
        self.closed += 1


def follow(stopper, values, column="test loss", history=None):
    """Epochs whose column takes `values`; the weight in each is its number. Returns the epoch it stopped after."""
    history = history or d2l.History()
    stopper.update(history, 0.0)
    for epoch, value in enumerate(values, start=1):
        with torch.no_grad():
            stopper.net.weight.fill_(epoch - 0.5)
        stopper.update(history, 0.1)  # in the middle of the epoch
        with torch.no_grad():
            stopper.net.weight.fill_(epoch)
        history.add("epochs", {"epoch": epoch, column: value})
        try:
            stopper.update(history, 0.2)
        except d2l.StopTraining:
            return epoch
    return None


@pytest.mark.parametrize("values, patience, best, end", [
    ([5, 4, 3, 4, 5, 1], 2, 3, 5),
    ([5, 4, 3, 4, 5, 1], 3, 6, None),
    ([5, 6], 1, 1, 2),
    ([3, 3, 3, 2], 2, 1, 3),  # as good is no improvement
    ([4, 3, 2, 1], 1, 4, None),
])  # fmt: skip
def test_it_stops_after_patience_and_the_best_weights_come_back(values, patience, best, end):
    stopper = d2l.EarlyStopping(nn.Linear(1, 1), patience)
    assert follow(stopper, values) == end
    stopper.close(d2l.History())
    assert (stopper.best_epoch, stopper.best) == (best, values[best - 1])
    assert stopper.net.weight.item() == best


def test_larger_can_be_better():
    stopper = d2l.EarlyStopping(nn.Linear(1, 1), 2, column="test accuracy", larger_is_better=True)
    assert follow(stopper, [0.1, 0.5, 0.4, 0.5, 0.9], "test accuracy") == 4
    assert (stopper.best_epoch, stopper.best) == (2, 0.5)


def test_one_stopper_can_follow_a_second_run():
    stopper = d2l.EarlyStopping(nn.Linear(1, 1), 2)
    follow(stopper, [1, 2, 3])
    stopper.close(d2l.History())
    assert follow(stopper, [9, 8, 7]) is None
    assert (stopper.best_epoch, stopper.best) == (3, 7)


def test_a_resumed_run_is_judged_from_there_on():
    history = d2l.History()
    history.add("epochs", {"epoch": 1, "test loss": 0.0})  # weights that nobody has any more
    stopper = d2l.EarlyStopping(nn.Linear(1, 1), 2)
    stopper.update(history, 0.5)
    assert stopper.best_epoch == 0
    for value in (3.0, 2.0):
        history.add("epochs", {"epoch": len(history["epoch"]) + 1, "test loss": value})
        stopper.update(history, 0.6)
    assert (stopper.best_epoch, stopper.best) == (3, 2.0)


def test_it_hands_on_to_another_observer():
    watch = Watch()
    stopper = d2l.EarlyStopping(nn.Linear(1, 1), 1, plot=watch)
    assert follow(stopper, [1, 2]) == 2
    stopper.close(d2l.History())
    assert (watch.updates, watch.closed) == (5, 1)  # also the update that stopped the run


@pytest.mark.parametrize("patience", [0, -1, 1.5, True])
def test_patience_counts_epochs(patience):
    with pytest.raises(ValueError, match="patience"):
        d2l.EarlyStopping(nn.Linear(1, 1), patience)


def test_the_column_must_be_there():
    stopper = d2l.EarlyStopping(nn.Linear(1, 1), 1)
    with pytest.raises(ValueError, match="no 'test loss', only 'epoch', 'train loss'.*held-out"):
        follow(stopper, [1.0], "train loss")


def overfitting():
    """Data on which a network's held-out loss falls and then rises, and the network, in a fixed state."""
    torch.manual_seed(0)
    x, y = torch.randn(60, 20), torch.randn(60, 1)
    y += x[:, :1]
    data = [d2l.load_array((x[rows], y[rows]), 10, is_train=False) for rows in (slice(30), slice(30, 60))]
    return data, nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))


def test_fit_ends_with_the_weights_of_the_best_epoch():
    (train, test), net = overfitting()
    stopper = d2l.EarlyStopping(net, patience=4)
    history = d2l.fit(net, train, test, loss=nn.MSELoss(), optimizer=lambda p: torch.optim.SGD(p, lr=0.05),
                      epochs=60, step=d2l.regression, device="cpu", plot=stopper)  # fmt: skip
    losses = history["test loss"]
    assert history.stopped and 4 < len(losses) < 60
    assert stopper.best_epoch == len(losses) - 4 == 1 + min(range(len(losses)), key=losses.__getitem__)
    looked = d2l.evaluate(net, test, loss=nn.MSELoss(), step=d2l.regression)["loss"]
    assert looked == pytest.approx(stopper.best, rel=1e-6) == losses[stopper.best_epoch - 1]


def test_a_run_that_diverges_leaves_the_best_weights():
    (train, test), net = overfitting()
    stopper = d2l.EarlyStopping(net, patience=50)
    schedule = lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1e9 if epoch > 2 else 1)  # noqa: E731
    with pytest.raises(d2l.Diverged):
        d2l.fit(net, train, test, loss=nn.MSELoss(), optimizer=lambda p: torch.optim.SGD(p, lr=0.01), epochs=60,
                step=d2l.regression, scheduler=schedule, device="cpu", plot=stopper)  # fmt: skip
    looked = d2l.evaluate(net, test, loss=nn.MSELoss(), step=d2l.regression)["loss"]
    assert looked == pytest.approx(stopper.best, rel=1e-6)
