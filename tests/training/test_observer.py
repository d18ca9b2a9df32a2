"""Those who follow a run: they see it, may end it, and can do it no harm."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l


def data(n=64):
    x = torch.randn(n, 3)
    return DataLoader(TensorDataset(x, (x[:, 0] > 0).long()), 4)


def run(train=None, test=None, **options):
    options = {"epochs": 3, "plot": False, **options}
    return d2l.fit(nn.Linear(3, 2), train or data(), test, loss=nn.CrossEntropyLoss(), device="cpu",
                   optimizer=lambda p: torch.optim.SGD(p, lr=0.1), **options)  # fmt: skip


class Watch:
    every_epoch = True

    def __init__(self, error=None, closing=None, interrupt=None):
        self.error, self.closing, self.interrupt, self.updates, self.closed = error, closing, interrupt, 0, 0

    def update(self, history, done):
        self.updates += 1
        if self.error is not None:
            raise self.error
        if self.interrupt is not None and len(history.epochs.get("epoch", ())) >= self.interrupt:
            raise KeyboardInterrupt

    def close(self, history):
        self.closed += 1
        if self.closing is not None:
            raise self.closing


def test_several_follow_one_run():
    watches = [Watch(), Watch(), Watch()]
    run(plot=watches[0], observers=watches[1:])
    assert len({watch.updates for watch in watches}) == 1 and watches[0].updates >= 3
    assert [watch.closed for watch in watches] == [1, 1, 1]


FAULTS = [ValueError("shape mismatch (3,) (0,)"), KeyError("test loss"), d2l.Diverged("", None, 1, 1)]


@pytest.mark.parametrize("error", FAULTS, ids=repr)
def test_one_that_fails_is_reported_once_and_the_run_goes_on(capsys, error):
    bad, good = Watch(error), Watch()
    history = run(plot=bad, observers=[good])
    said = capsys.readouterr().err
    assert len(history["epoch"]) == 3 and not history.stopped
    assert said.count("the observer Watch failed") == 1 and type(error).__name__ in said
    assert bad.updates == 1 and bad.closed == 1 and good.updates >= 3


def test_one_that_fails_at_the_end_is_reported(capsys):
    history = run(plot=Watch(closing=OSError("no display")))
    assert len(history["epoch"]) == 3
    assert capsys.readouterr().err.count("OSError: no display") == 1


def test_a_failing_close_does_not_hide_the_error_of_the_run(capsys):
    with pytest.raises(ValueError, match="metric"):
        run(plot=Watch(closing=OSError("no display")), metrics={"bad": lambda o, t: "great"})


def test_all_are_told_before_one_of_them_stops_the_run():
    stop, watch = Watch(d2l.StopTraining()), Watch()
    assert run(observers=[stop, watch]).stopped
    assert (stop.updates, watch.updates) == (1, 1)


def test_a_fault_in_what_early_stopping_shows_does_not_end_early_stopping(capsys):
    stopper = d2l.EarlyStopping(net := nn.Linear(3, 2), patience=1, plot=Watch(ValueError("no picture")))
    history = d2l.fit(net, data(), data(), loss=nn.CrossEntropyLoss(), epochs=4, plot=False, observers=[stopper],
                      optimizer=lambda p: torch.optim.SGD(p, lr=1e-30), device="cpu")  # fmt: skip
    assert history.stopped and stopper.best_epoch == 1
    assert capsys.readouterr().err.count("no picture") == 1


def test_early_stopping_without_its_column_is_refused_before_anything_is_trained():
    net = nn.Linear(3, 2)
    weights = net.weight.clone()
    for stopper, test in ((d2l.EarlyStopping(net), None), (d2l.EarlyStopping(net, column="val loss"), data())):
        with pytest.raises(ValueError, match="EarlyStopping needs the column.*'train loss'.*held-out"):
            d2l.fit(net, data(), test, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, 0.1),
                    epochs=2, plot=stopper, device="cpu")  # fmt: skip
    assert torch.equal(net.weight, weights)


def test_ctrl_c_gives_the_history_back():
    watch = Watch(interrupt=2)
    history = run(plot=watch, epochs=50)
    assert history.stopped and len(history["epoch"]) == 2
    assert watch.closed == 1


def test_ctrl_c_in_the_middle_of_a_batch_loses_no_epoch(monkeypatch):
    from d2lutils.training import recorder

    monkeypatch.setattr(recorder, "SECONDS_BETWEEN_READS", 1e9)  # nothing is read before the end
    class Interrupted(nn.Linear):
        batches = 0

        def forward(self, x):
            self.batches += 1
            if self.batches == 40:
                raise KeyboardInterrupt
            return super().forward(x)

    net = Interrupted(3, 2).eval()
    history = d2l.fit(net, data(), loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, 0.1), epochs=9,
                      plot=False, device="cpu")  # fmt: skip
    assert history.stopped and history["epoch"] == [1, 2]
    assert history.examples == 39 * 4 and not net.training


@pytest.mark.parametrize("observer, words", [
    (d2l.HistoryPlot, "not the class HistoryPlot"),
    (print, r"update\(history, done\).*builtin_function"),
    ("curves", "str has not"),
])  # fmt: skip
def test_what_is_no_observer_is_named(observer, words):
    with pytest.raises(ValueError, match=words):
        run(plot=observer)
    with pytest.raises(ValueError, match=words):
        run(observers=[observer])


def test_one_observer_alone_is_no_list_of_them():
    with pytest.raises(ValueError, match="observers must be a list of Observers, not Watch"):
        run(observers=Watch())
