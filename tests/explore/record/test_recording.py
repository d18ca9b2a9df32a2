"""The recording: what it holds, how it goes on after an interruption, and what is said of one that cannot be used."""

import json
import math
from itertools import count

import pytest
from helpers.toy_sweep import sweep, train

import d2lutils as d2l
from d2lutils.explore import SweepError


def test_a_recording_holds_the_curves_of_every_setting(tmp_path):
    made = sweep(tmp_path)
    path = made.record(progress=False)
    assert path == tmp_path / "sweeps" / "example.json" and made.is_fresh()
    assert [p.name for p in path.parent.iterdir()] == ["example.json"], "nothing else is left"
    data = json.loads(path.read_text())
    assert data["seed"] == 7 and data["curves"] == ["train loss", "test accuracy"]
    assert data["versions"].keys() == {"python", "torch"} and "+" not in data["versions"]["torch"]
    assert [run["at"] for run in data["runs"]] == [[i, j] for i in range(4) for j in range(2)]
    for settings_, run in zip(made.grid, data["runs"]):
        if settings_["lr"] == 10.0:
            assert run["diverged"] == {"epoch": 3, "step": 2} and run["x"] == [1, 2]
        else:
            want = [2 * math.exp(-settings_["lr"] * e) + settings_["decay"] for e in range(1, 6)]
            assert run["y"][0] == pytest.approx(want, rel=5e-4) and run["diverged"] is None


def test_the_same_code_gives_the_same_file(tmp_path):
    made = sweep(tmp_path)
    first = made.record(progress=False).read_bytes()
    assert made.record(progress=False).read_bytes() == first


def test_an_interrupted_recording_goes_on_where_it_was(tmp_path):
    calls = count(1)

    def stubborn(lr, decay=0.0, plot=False):
        if next(calls) == 4:
            raise KeyboardInterrupt
        return train(lr, decay)

    made = sweep(tmp_path, train=stubborn)
    with pytest.raises(KeyboardInterrupt):
        made.record(progress=False)
    part = tmp_path / "sweeps" / "example.json.part"
    assert not made.path.exists() and len(part.read_text().splitlines()) == 4  # a head and three runs
    part.write_text(part.read_text() + '{"run": 3, "x": [1')  # as a kill in the middle of a line leaves it
    made.record(progress=False)
    assert next(calls) == 10 and not part.exists(), "eight runs and the one that was interrupted"
    whole = sweep(tmp_path / "in one go")
    whole.record(progress=False)
    assert made.load()["runs"] == whole.load()["runs"]


def test_what_other_code_began_is_not_continued(tmp_path):
    made = sweep(tmp_path)
    part = tmp_path / "sweeps" / "example.json.part"
    part.parent.mkdir()
    part.write_text('{"code": "of another time"}\n{"run": 0, "x": [], "y": [[], []], "seed": 0, "diverged": null}\n')
    made.record(progress=False)
    assert made.load()["runs"][0]["x"] == [1, 2, 3, 4, 5]


def test_a_run_that_was_stopped_is_not_recorded(tmp_path):
    def stopped(lr, decay=0.0, plot=False):
        history = train(lr)
        history.stopped = True
        return history

    with pytest.raises(KeyboardInterrupt):
        sweep(tmp_path, train=stopped).record(progress=False)


def test_failures_name_the_setting_and_keep_what_is_finished(tmp_path):
    def breaks(lr, decay=0.0, plot=False):
        if decay:
            raise ValueError("no decay today")
        return train(lr)

    with pytest.raises(SweepError, match=r"breaks\(lr=0.01, decay=0.5\) raised ValueError: no decay today"):
        sweep(tmp_path, train=breaks).record(progress=False)
    assert len((tmp_path / "sweeps" / "example.json.part").read_text().splitlines()) == 2

    with pytest.raises(SweepError, match="returned nothing: it must return the History"):
        sweep(tmp_path, train=lambda lr, decay, plot: None).record(progress=False)
    with pytest.raises(SweepError, match="returned a int"):
        sweep(tmp_path, train=lambda lr, decay, plot: 3).record(progress=False)
    with pytest.raises(SweepError, match="without 'test loss' among its epochs: it has 'epoch', 'train loss'"):
        sweep(tmp_path, curves=["test loss"]).record(progress=False)


def test_steps_are_thinned_to_what_a_chart_can_show(tmp_path):
    def long(lr, decay=0.0, plot=False):
        history = d2l.History()
        for step in range(1000):
            history.add("steps", {"epoch": step / 100, "train loss": float(step)})
        return history

    made = sweep(tmp_path, train=long, curves=["train loss"], columns="steps", axes=[("lr", [1.0])])
    made.record(progress=False)
    run = made.load()["runs"][0]
    assert len(run["x"]) == 60 and run["y"][0][0] == 0 and run["y"][0][-1] == 999


def test_what_is_not_finite_becomes_a_gap(tmp_path):
    def gap(lr, decay=0.0, plot=False):
        return d2l.History(epochs={"epoch": [1.0, 2.0, 3.0], "train loss": [1.0, math.nan, math.inf]})

    made = sweep(tmp_path, train=gap, curves=["train loss"])
    made.record(progress=False)
    assert made.load()["runs"][0]["y"] == [[1, None, None]]
    assert "nothing was recorded" in made.show().text


@pytest.mark.parametrize(("text", "words"), [
    (None, "no recording"),
    ("{", "is damaged"),
    ("[]", "has the format None"),
    ('{"format": "d2l-sweep/0", "kind": "sweep"}', "has the format 'd2l-sweep/0', not 'd2l-sweep/1'"),
    ('{"format": "d2l-sweep/1", "kind": "sweep", "axes": []}', "made for other sliders"),
])  # fmt: skip
def test_a_recording_that_cannot_be_used_says_how_to_make_one(tmp_path, text, words):
    made = sweep(tmp_path)
    if text is not None:
        made.path.parent.mkdir()
        made.path.write_text(text)
    with pytest.raises(SweepError, match=words):
        made.load()
    shown = made.show()
    assert not made.is_fresh()
    assert "make sweeps" in shown.html and "<script" not in shown.html and "make sweeps" in repr(shown)


def test_a_recording_with_a_hole_is_called_damaged(tmp_path):
    made = sweep(tmp_path)
    data = json.loads(made.record(progress=False).read_text())
    del data["runs"][0]["y"]
    made.path.write_text(json.dumps(data))
    assert "is damaged" in made.show().html
