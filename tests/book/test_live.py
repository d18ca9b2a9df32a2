"""Every live panel of the chapters, each slider at its ends and in its middle: the function behind it really runs.

A run is stopped, as a reader would, once its first point is drawn: what the later epochs give is the sweeps' affair.
"""

from pathlib import Path

import pytest
from helpers.sliders import places

from d2lutils.explore import Panel, chapters_with_sweeps, load_chapter
from d2lutils.explore.live import follower, panels

pytest.importorskip("ipywidgets")

CHAPTERS = chapters_with_sweeps(Path(__file__).resolve().parents[2] / "chapters")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_slider_works_live_at_its_ends_and_in_its_middle(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(panels, "QUICK", 0.0)  # every run is begun here, none by a slider
    monkeypatch.setattr(follower, "SECONDS_BETWEEN_DRAWINGS", 0.02)
    for recorded in load_chapter(path).recorded:
        panel = Panel(recorded)
        assert not panel.recording_problem
        panel.picture.observe(lambda change, panel=panel: stop_once_drawn(panel), names="value")
        for axis, control in panel.controls.items():
            start = control.value
            for value in places(control):
                move(panel, axis, value)
            control.value = start


def stop_once_drawn(panel):
    """Press Stop if the run that goes on has a point in the picture."""
    following = panel._following
    if panel.running and not panel.stopping and following.latest is not None and following.latest["x"]:
        panel.stop_button.click()


def move(panel, axis, value):
    """Move one slider, let the panel train or draw, and look at what came of it."""
    where = f"{panel.recorded.name}, {axis} = {value}"
    before, stood = panel.picture.value, panel.controls[axis].value
    panel.controls[axis].value = value
    if panel.recorded.kind == "sweep":
        if any(entry["settings"] == panel.settings for entry in panel.runs):
            return  # the middles of the sliders are one and the same setting
        panel.run_button.click()
        assert panel.wait(120), f"{where}: the run goes on for too long"
        assert panel.runs and panel.runs[0]["settings"] == panel.settings, f"{where}: {panel.status.value}"
        run = panel.runs[0]["run"]
        assert run["diverged"] or all(len(y) == len(run["x"]) > 0 for y in run["y"]), f"{where}: a curve is empty"
    else:
        assert "raised" not in panel.status.value and "bad" not in panel.status.value, f"{where}: {panel.status.value}"
        assert "<svg" in panel.picture.value, where
        assert panel.picture.value != before or value == stood, f"{where}: the picture stays as it was"
