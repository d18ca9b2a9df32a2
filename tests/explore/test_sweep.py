"""Sweeps: their arguments, and several seeds of one setting."""

import json
import math
import re
from urllib.parse import unquote

import pytest
from helpers.toy_sweep import train

import d2lutils as d2l
from d2lutils.explore import Axis, Panel, Sweep


def test_a_sweep_says_what_is_wrong_with_it():
    with pytest.raises(ValueError, match="file name"):
        Sweep("../up", train, [("lr", [1])], curves=["train loss"])
    with pytest.raises(TypeError, match="needs a function"):
        Sweep("a", 3, [("lr", [1])], curves=["train loss"])
    with pytest.raises(ValueError, match="of different names"):
        Sweep("a", train, [("lr", [1]), ("lr", [2])], curves=["train loss"])
    with pytest.raises(ValueError, match="one curve or more"):
        Sweep("a", train, [("lr", [1])], curves=["a", "a"])
    with pytest.raises(ValueError, match="no panel x: the panels are loss"):
        Sweep("a", train, [("lr", [1])], curves={"loss": ["train loss"]}, yscale={"x": "log"})
    with pytest.raises(ValueError, match='"epochs" or "steps"'):
        Sweep("a", train, [("lr", [1])], curves=["a"], columns="batches")


def with_seeds(lr, seed, plot=False):
    """Seed k ends at lr + k; seed 2 diverges at a rate of 1, all of them at 10."""
    history = d2l.History(seed=seed)
    for epoch in (1, 2, 3):
        if epoch == 3 and (lr == 10 or (lr == 1 and seed == 2)):
            raise d2l.Diverged("inf", history, epoch, 1)
        history.add("epochs", {"epoch": epoch, "train loss": lr + seed * (epoch - 1) / 2})
    return history


def several(folder, seeds=3):
    made = Sweep("several", with_seeds, [Axis("lr", [0.5, 1.0, 10.0], start=0.5)], curves=["train loss"], seeds=seeds)
    made.folder = folder
    return made


def test_several_seeds_are_recorded_with_their_spread(tmp_path):
    made = several(tmp_path)
    data = json.loads(made.record(progress=False).read_text())
    first, second, third = data["runs"]
    assert data["seeds"] == [0, 1, 2] and "seed" not in data and made.is_fresh()
    assert (first["y"], first["low"], first["high"]) == ([[0.5, 1, 1.5]], [[0.5, 0.5, 0.5]], [[0.5, 1.5, 2.5]])
    assert second["lost"] == 1 and second["diverged"] is None and second["high"] == [[1, 2, 2]]
    assert third["lost"] == 3 and third["diverged"] == {"epoch": 3, "step": 1}
    assert made.ending(first) == "train loss ends at 1.5 (0.5 to 2.5)"
    assert made.ending(second) == "train loss ends at 1.5 (1 to 2), 1 of 3 seeds diverged"
    assert made.ending(third) == "diverged in epoch 3, train loss at 10.5 (10 to 11)"


def test_the_still_picture_has_the_band_and_says_what_it_is(tmp_path):
    made = several(tmp_path)
    made.record(progress=False)
    shown = made.show()
    assert "class='band c0'" in unquote(shown.html) and "band: from the lowest to the highest" in shown.text
    assert "band" not in unquote(re.search(r'src="([^"]+)"', sweep_without(tmp_path).show().html)[1])


def sweep_without(folder):
    made = Sweep("alone", lambda lr, plot=False: with_seeds(lr, 0), [("lr", [0.5])], curves=["train loss"])
    made.folder = folder
    made.record(progress=False)
    return made


def test_three_seeds_cost_about_three_times_the_bytes(tmp_path):
    def wobble(lr, seed=0, plot=False):
        history = d2l.History(seed=seed)
        for epoch in range(60):
            history.add("epochs", {"epoch": epoch, "train loss": lr + math.sin(epoch * (seed + 1))})
        return history

    sizes = []
    for seeds in (None, 3, 9):
        made = Sweep(f"s{seeds}", wobble, [("lr", [0.1 * i for i in range(1, 9)])], curves=["train loss"], seeds=seeds)
        made.folder = tmp_path
        sizes.append(made.record(progress=False).stat().st_size)
    assert sizes[1] < 3 * sizes[0] and sizes[2] < 1.1 * sizes[1], "the spread takes no more room for more seeds"


def test_other_seeds_are_another_recording(tmp_path):
    several(tmp_path).record(progress=False)
    assert several(tmp_path, [0, 1, 2]).is_fresh()
    assert not several(tmp_path, 4).is_fresh() and "made for other sliders" in several(tmp_path, 4).show().text
    for wrong in (1, [1], [0, 0, 1], ["a", "b"]):
        with pytest.raises(ValueError, match="seeds is a number of at least 2"):
            several(tmp_path, wrong)


def test_the_live_panel_trains_the_first_seed(tmp_path):
    pytest.importorskip("ipywidgets", reason="the live panel needs ipywidgets")
    made = several(tmp_path, [5, 6, 7])
    made.record(progress=False)
    panel = Panel(made)
    assert "the recorded runs and their spread" in panel.picture.value and "band" in panel.picture.value
    panel.run()
    assert panel.wait(20) and panel.runs[0]["run"]["seed"] == 5 and panel.runs[0]["run"]["y"] == [[0.5, 3, 5.5]]
