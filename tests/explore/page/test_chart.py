"""The chart: its limits and ticks, and what leaves its frame."""

import math
import re
from pathlib import Path

import pytest
from helpers.toy_sweep import sweep
from hypothesis import given
from hypothesis import strategies as st

import d2lutils as d2l
from d2lutils.explore import Axis, Sweep, load_chapter
from d2lutils.explore.page.scales import linear_ticks, log_ticks

CHAPTERS = Path(__file__).resolve().parents[3] / "chapters"


def test_the_axes_hold_all_runs_and_diverged_ones_do_not_stretch_them(tmp_path):
    made = sweep(tmp_path)
    made.record(progress=False)
    runs = made.load()["runs"]
    chart = made.chart(runs)
    for panel, column in zip(chart.panels, (0, 1)):
        values = [v for run in runs if not run["diverged"] for v in run["y"][column]]
        assert panel.low <= min(values) and max(values) <= panel.high < 10
        assert [t for t, _ in panel.ticks] == sorted({t for t, _ in panel.ticks}) and len(panel.ticks) >= 3
    assert made.chart([run for run in runs if run["diverged"]]).panels[0].high > 100, "if all diverged, show them"
    assert made.where(runs[-1]) == "diverged in epoch 3" and "✕ diverged" in chart.svg(runs[-1], note="diverged")


def test_a_log_scale_is_of_powers_of_ten(tmp_path):
    made = sweep(tmp_path, yscale={"loss": "log"})
    made.record(progress=False)
    panel = made.chart(made.load()["runs"]).panels[0]
    assert panel.log and panel.low > 0 and panel.y(panel.low) > panel.y(panel.high)
    middle = math.sqrt(panel.low * panel.high)
    assert panel.y(middle) == pytest.approx((panel.y(panel.low) + panel.y(panel.high)) / 2)
    with pytest.raises(ValueError, match="above 0"):
        sweep(tmp_path, yscale={"loss": "log"}, ylim={"loss": (0, 1)}).chart(made.load()["runs"])


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3))
def test_ticks_are_round_and_cover_the_range(low, times):
    width = times * max(abs(low), 1e-3)
    ticks = linear_ticks(low, low + width)
    assert 2 <= len(ticks) <= 9 and ticks[0] <= low + 1e-4 * width and ticks[-1] >= low + width * (1 - 1e-4)


@given(st.floats(1e-12, 1e6), st.floats(1.3, 1e12))
def test_log_ticks_cover_the_range(low, ratio):
    ticks = log_ticks(low, low * ratio)
    assert 2 <= len(ticks) <= 8 and ticks[0] <= low * 1.01 and ticks[-1] >= low * ratio * 0.99


def ending_at(*ends):
    """A sweep with one run for each end, the first of them at the start; all begin at 2."""

    def train(end, plot=False):
        return d2l.History(epochs={"epoch": [1, 2, 3], "train loss": [2.0, (2 + end) / 2, end]})

    made = Sweep("ends", train, [Axis("end", list(ends), start=ends[0])], curves=["train loss"])
    return made, [made.run({"end": end})[1] for end in ends]


def test_the_axis_is_that_of_the_runs_that_learn():
    made, runs = ending_at(0.5, 0.1, 1.9, 2.5, 300.0)
    panel = made.chart(runs).panels[0]
    assert panel.low == 0 and 2.5 <= panel.high <= 3, "300 learns nothing, and finite numbers are no reason to show it"
    made, runs = ending_at(300.0, 0.5)
    assert made.chart(runs).panels[0].high >= 300, "where the sliders stand first, the run is always in the frame"


def test_a_run_beyond_the_frame_is_cut_there_and_says_its_value():
    made, runs = ending_at(0.5, 0.1, 300.0)
    drawing = made.chart(runs).svg(runs[2])
    line = re.findall(r"stroke-linejoin='round' d='([^']*)'", drawing)[0]
    heights = [float(y) for y in re.findall(r"[ML]\d+ ([\d.]+)", line)]
    assert min(heights) == 8 and len(heights) == 2, "the line ends at the top and does not run along it"
    assert "↑ 300</text>" in drawing and "↑" not in made.chart(runs).svg(runs[0])
    made, runs = ending_at(2.5, 3.0, -80.0)
    assert "↓ −80</text>" in made.chart(runs).svg(runs[2])


def test_the_first_curve_of_softmax_regression_fills_its_frame():
    """Rates that learn nothing once stretched its axis to 300, with this curve a flat line at the bottom."""
    recorded = load_chapter(CHAPTERS / "02_linear_models" / "02_softmax_regression.md").recorded[0]
    runs = recorded.load()["runs"]
    panel, run = recorded.chart(runs).panels[0], runs[recorded.position(recorded.start)]
    values = [v for curve in panel.curves for v in run["y"][curve.index]]
    assert panel.y(min(values)) - panel.y(max(values)) > 0.15 * (panel.y(panel.low) - panel.y(panel.high))
