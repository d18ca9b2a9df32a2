"""Every live panel of the chapters, each slider at its ends and in its middle: the function behind it really runs."""

from pathlib import Path

import pytest
from helpers.sliders import places

from d2lutils.explore.chapters import chapters_with_sweeps, load_chapter
from d2lutils.explore.panel import Panel

pytest.importorskip("ipywidgets")

CHAPTERS = chapters_with_sweeps(Path(__file__).resolve().parents[2] / "chapters")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_slider_works_live_at_its_ends_and_in_its_middle(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    for recorded in load_chapter(path).recorded:
        panel = Panel(recorded)
        assert not panel.recording_problem
        for axis, control in panel.controls.items():
            start = control.value
            for value in places(control):
                move(panel, axis, value)
            control.value = start


def move(panel, axis, value):
    """Move one slider, let the panel train or draw, and look at what came of it."""
    where = f"{panel.recorded.name}, {axis} = {value}"
    before, stood = panel.picture.value, panel.controls[axis].value
    panel.controls[axis].value = value
    if panel.recorded.kind == "sweep":
        panel.run()
        assert panel.wait(120), f"{where}: the run goes on for too long"
        assert panel.runs and panel.runs[0]["settings"] == panel.settings, f"{where}: {panel.status.value}"
        run = panel.runs[0]["run"]
        assert run["diverged"] or all(len(y) == len(run["x"]) > 0 for y in run["y"]), f"{where}: a curve is empty"
    else:
        assert "raised" not in panel.status.value and "bad" not in panel.status.value, f"{where}: {panel.status.value}"
        assert "<svg" in panel.picture.value, where
        assert panel.picture.value != before or value == stood, f"{where}: the picture stays as it was"
