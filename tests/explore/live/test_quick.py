"""Where a run is quick, the panel trains as its sliders move: a moment after the last move, and the latest wins."""

import time

import pytest
import torch

import d2lutils as d2l
from d2lutils.explore import Axis, Panel, Sweep
from d2lutils.explore.live import panels

pytest.importorskip("ipywidgets", reason="the live panel needs ipywidgets")


class Watched:
    """A training function of a known duration that keeps what it was called with."""

    def __init__(self, seconds=0.0):
        self.seconds, self.calls = seconds, []

    def __call__(self, lr, plot=False):
        self.calls.append(lr)
        history = d2l.History(seed=0)
        for epoch in range(1, 6):
            time.sleep(self.seconds / 5)
            history.add("epochs", {"epoch": epoch, "train loss": lr / epoch})
            plot.update(history, epoch / 5)
        return history


def made(tmp_path, train):
    sweep = Sweep("quick", train, [Axis("lr", [0, 5, 10], start=0)], curves=["train loss"])
    sweep.folder = tmp_path
    return Panel(sweep)


def settled(panel, seconds=10):
    """Wait until neither a run nor a move is waiting."""
    deadline = time.time() + seconds
    while time.time() < deadline:
        time.sleep(2 * panels.PAUSE)
        if panel.wait(seconds) and not (panel._soon and panel._soon.is_alive()):
            return
    raise AssertionError("it goes on and on")


def test_a_move_trains_once_a_run_was_seen_to_be_quick(tmp_path):
    train = Watched()
    panel = made(tmp_path, train)
    panel.controls["lr"].value = 3
    settled(panel)
    assert train.calls == [], "nothing is known of its time yet"
    panel.run()
    settled(panel)
    assert panel.quick and "move a slider" in panel.status.value
    panel.controls["lr"].value = 7
    settled(panel)
    assert train.calls == [3, 7] and panel.runs[0]["settings"] == {"lr": 7}
    assert "lr 7: train loss ends at 1.4" in panel.status.value


def test_many_moves_are_one_run_of_the_last(tmp_path):
    train = Watched()
    panel = made(tmp_path, train)
    panel.run()
    settled(panel)
    for value in range(1, 10):
        panel.controls["lr"].value = value
    settled(panel)
    assert train.calls == [0, 9] and len(panel.runs) == 2


def test_a_run_for_an_earlier_place_gives_way(tmp_path):
    train = Watched(seconds=1.5)
    panel = made(tmp_path, train)
    panel.run()
    settled(panel)
    panel.controls["lr"].value = 5
    time.sleep(panels.PAUSE + 0.5)
    assert train.calls == [0, 5] and panel.running
    panel.controls["lr"].value = 8
    settled(panel)
    assert train.calls == [0, 5, 8]
    assert [entry["settings"]["lr"] for entry in panel.runs] == [8, 0], "what gave way is no run of yours"
    assert panel.stop_button.disabled and not panel.run_button.disabled


def test_stop_ends_it_and_nothing_follows(tmp_path):
    train = Watched(seconds=1.5)
    panel = made(tmp_path, train)
    panel.run()
    settled(panel)
    panel.controls["lr"].value = 5
    panel.stop()
    settled(panel)
    assert train.calls == [0]
    panel.controls["lr"].value = 6
    time.sleep(panels.PAUSE + 0.5)
    panel.controls["lr"].value = 7
    panel.stop()
    settled(panel)
    assert train.calls == [0, 6] and panel.runs[0]["note"] == "stopped"


def test_a_slow_function_waits_for_the_button(tmp_path, monkeypatch):
    monkeypatch.setattr(panels, "QUICK", 0.2)
    train = Watched(seconds=0.4)
    panel = made(tmp_path, train)
    panel.run()
    settled(panel)
    panel.controls["lr"].value = 5
    settled(panel)
    assert not panel.quick and train.calls == [0] and "move a slider" not in panel.status.value


# one training at a time


def test_the_panel_waits_for_a_cell_that_trains(tmp_path):
    from d2lutils.machine import turn

    train = Watched()
    panel = made(tmp_path, train)
    with turn():
        panel.run()
        time.sleep(0.8)
        assert "waiting until the cell that is training has finished" in panel.status.value and not train.calls
        panel.stop()
        assert panel.wait(2) and "stopped before there was anything to see" in panel.status.value
        panel.run()
        time.sleep(0.3)
    assert panel.wait(5) and train.calls == [0] and "ends at" in panel.status.value


def test_a_panel_leaves_the_random_numbers_of_a_cell_as_they_were(tmp_path):
    def draws(lr, plot=False):
        d2l.seed_everything(3)
        torch.rand(1000)
        return d2l.History(epochs={"epoch": [1.0], "train loss": [1.0]})

    torch.manual_seed(0)
    want = torch.rand(3)
    torch.manual_seed(0)
    panel = made(tmp_path, draws)
    panel.run()
    assert panel.wait(5) and torch.equal(torch.rand(3), want)
