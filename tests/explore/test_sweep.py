"""Sweeps and frames without a browser: the grid, the recording and its interruptions, and the text of the player."""

import json
import math
import re
from itertools import count

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

import d2lutils as d2l
from d2lutils.explore import Axis, Frames, Sweep, SweepError
from d2lutils.explore.chart import linear_ticks, log_ticks, tick_label
from d2lutils.explore.frames import from_ranges, share_lines
from d2lutils.explore.player import pack, script_json, unpack

RATES = [0.01, 0.1, 1.0, 10.0]


def train(lr, decay=0.0, plot=False):
    """Curves with a known end; a learning rate of 10 diverges in epoch 3."""
    history = d2l.History(seed=7)
    for epoch in range(1, 6):
        if lr == 10.0 and epoch == 3:
            history.diverged = "the train loss became inf"
            raise d2l.Diverged("the train loss became inf", history, epoch, 2)
        loss = 2.0 * math.exp(-lr * epoch) + decay if lr < 10 else 10.0 ** (4 * epoch)
        history.add("epochs", {"epoch": epoch, "train loss": loss, "test accuracy": 1 - loss / 4})
    return history


def sweep(folder, **changes):
    arguments = {"curves": {"loss": ["train loss"], "accuracy": ["test accuracy"]}, "title": "A title"} | changes
    function = arguments.pop("train", train)
    axes = [Axis("lr", RATES, "learning rate", log=True, start=0.1), Axis("decay", [0.0, 0.5], start=0.0)]
    made = Sweep("example", function, arguments.pop("axes", axes), **arguments)
    made.folder = folder
    return made


# axes


def test_axes_say_what_is_wrong_with_them():
    for arguments, words in [
        (("lr", []), "no values"),
        (("lr", [0.1, 0.1]), "twice"),
        (("a b", [1]), "named after an argument"),
        (("lr", [0.0, 1.0], None, True), "above 0"),
        (("lr", [float("nan")]), "cannot stand there"),
        (("lr", [1, 2], None, False, None, 3), "none of its values"),
    ]:
        with pytest.raises(ValueError, match=words):
            Axis(*arguments)
    with pytest.raises(TypeError, match="sliders take numbers"):
        Axis("net", [object()])
    with pytest.raises(TypeError, match="a word such as 'none'"):
        Axis("clip", [None, 1.0])


def test_values_are_written_for_people():
    assert [Axis("a", [1]).text(v) for v in (0.1, 1e-5, 256, -2, True, "relu")] == [
        "0.1", "1e−05", "256", "−2", "yes", "relu"]  # fmt: skip
    assert Axis("p", [0.5], format="{:.0%}").text(0.5) == "50%"
    assert Axis("p", [0.5], format={0.5: "half"}).text(0.5) == "half"
    assert Axis("p", [1], format=lambda v: f"{v} layers").text(1) == "1 layers"
    assert Axis("n", list(np.array([1, 2]))).values == [1, 2]


def test_off_the_grid_the_nearest_setting_stands_in(tmp_path):
    axis = Axis("lr", RATES, log=True)
    assert [axis.nearest(v) for v in (0.0001, 0.02, 0.2, 4.0, 1e9)] == [0, 0, 1, 3, 3]
    assert Axis("act", ["relu", "tanh"], start="tanh").nearest("gelu") == 1
    assert sweep(tmp_path).position({"lr": 0.9, "decay": 0.4}) == 5


# recording


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


# player


@settings(max_examples=200)
@given(st.lists(st.one_of(st.none(), st.floats(-1e17, 1e17, allow_nan=False), st.floats(allow_nan=False))))
def test_packed_numbers_come_back_to_four_digits(values):
    text = pack(values)
    assert not set(text) & set("<>&'\"\\`$")
    for value, back in zip(values, unpack(text), strict=True):
        assert back is None if value is None or math.isinf(value) else back == float(f"{value:.3e}")


def test_a_number_takes_three_characters_and_a_far_one_six():
    assert [len(pack([v])) for v in (None, 0, -3.14159, 9.999e16, 1.001e-17, 1e17, -1e-18, 6.46e69, 5e-324)] == [
        3, 3, 3, 3, 3, 6, 6, 6, 6]  # fmt: skip


def test_the_player_is_small_and_always_the_same(tmp_path):
    def wide(lr, dropout, smoothing=0.0, plot=False):
        torch.manual_seed(0)
        noise = torch.rand(20, 3)
        history = d2l.History(seed=0)
        for epoch in range(20):
            a, b, c = (noise[epoch] + lr + dropout + smoothing).tolist()
            history.add("epochs", {"epoch": epoch + 1, "train loss": a, "test loss": b, "test accuracy": c})
        return history

    axes = [Axis("lr", [0.001 * 2**i for i in range(9)], "learning rate", log=True), Axis("dropout", [0, 1, 2, 3, 5])]
    curves = {"loss": ["train loss", "test loss"], "accuracy": ["test accuracy"]}
    for more, limit in (([], 30_000), ([Axis("smoothing", [0.0, 0.1, 0.2])], 70_000)):
        made = sweep(tmp_path, train=wide, axes=axes + more, curves=curves)
        made.record(progress=False)
        html = made.show().html
        assert len(html.encode()) < limit and html == made.show().html
        assert " id=" not in html, "two of them may stand on one page"
        assert not re.search(r"https?://(?!www\.w3\.org/)", html), "nothing comes from another host"


def test_the_still_picture_and_its_sentence_show_the_default_setting(tmp_path):
    made = sweep(tmp_path)
    made.record(progress=False)
    shown = made.show()
    loss = 2 * math.exp(-0.5)
    sentence = f"learning rate 0.1, decay 0: train loss ends at {loss:.3g}, test accuracy at {1 - loss / 4:.3g}."
    assert f'<img alt="{sentence}" src="data:image/svg+xml,' in shown.html and f"<p>{sentence}" in shown.html
    assert sentence in shown.text and shown._repr_mimebundle_().keys() == {"text/html", "text/plain"}


def test_text_is_shown_and_never_run(tmp_path):
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \" ' <!--"
    made = sweep(tmp_path, title=evil, xlabel=evil,
                 axes=[Axis("lr", [0.1, 1.0], evil, format=lambda v: f"{evil}{v}")])  # fmt: skip
    made.record(progress=False)
    html = made.show().html
    still, data, _ = html.split("<script")
    assert html.count("</script>") == 2 and still.count("<img") == 1 and "<img src=x" not in still
    assert "<!" not in html and json.loads(data[data.index(">") + 1 :].removesuffix("</script>"))["n"] == evil


@given(st.text())
def test_json_cannot_end_its_script(text):
    inside = script_json({"t": text + "</script>" + text, "u": "<!--" + text})
    assert "</" not in inside and "<!" not in inside
    assert json.loads(inside) == {"t": text + "</script>" + text, "u": "<!--" + text}


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


def test_tick_labels():
    assert [tick_label(v) for v in (0, 0.25, 1000, -0.5, 1e-6, 2e5, 1e10)] == [
        "0", "0.25", "1000", "−0.5", "10⁻⁶", "2×10⁵", "10¹⁰"]  # fmt: skip


# frames


def line(slope):
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.plot([0, 1], [0, slope], color=d2l.COLORS[0])
    axes.set(ylim=(-2, 2), title="<b>a & b</b>")
    return figure


def frames(folder, draw=line, **changes):
    axes = [Axis("slope", [-1.0, 0.0, 1.0])]
    made = Frames("line", draw, axes, alt=lambda slope: f"It rises by {slope:g}.", **changes)
    made.folder = folder
    return made


def test_frames_share_what_they_have_in_common(tmp_path):
    made = frames(tmp_path, format="svg")
    made.record(progress=False)
    data = made.load()
    pictures = ["\n".join(data["lines"][i] for i in from_ranges(run["frame"])) for run in data["runs"]]
    assert all(p.startswith("<svg") and p.endswith("</svg>") for p in pictures) and len(set(pictures)) == 3
    assert sum(map(len, data["lines"])) < 1.2 * len(pictures[0])
    assert "currentColor" in pictures[0] and "var(--c0,#0072b2)" in pictures[0] and "&lt;b&gt;" in pictures[0]
    assert "slope 0: It rises by 0." in made.show().text and made.is_fresh()
    assert made.record(progress=False).read_text() == made.path.read_text()


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12), min_size=1, max_size=5))
def test_shared_lines_come_back(texts):
    table, rows = share_lines(texts)
    assert [[table[i] for i in from_ranges(row)] for row in rows] == texts


def test_pictures_may_be_webp(tmp_path):
    made = frames(tmp_path, format="webp")
    made.record(progress=False)
    assert made.load()["image"] == "webp" and 'src="data:image/webp;base64,' in made.show().html


def test_photographs_choose_webp_by_size(tmp_path):
    def noise(slope):
        figure = Figure(figsize=(3, 2))
        numbers = np.random.default_rng(0).normal(size=(3000, 2))
        figure.subplots().scatter(*numbers.T, s=np.linspace(1, 9, 3000))
        return figure

    made = frames(tmp_path, noise)
    made.record(progress=False)
    assert made.load()["image"] == "webp"


def test_a_drawing_function_must_return_a_figure(tmp_path):
    with pytest.raises(SweepError, match="returned nothing: it must return a matplotlib Figure"):
        frames(tmp_path, lambda slope: None).record(progress=False)
    assert frames(tmp_path, lambda slope: line(slope).axes[0]).record(progress=False)
    with pytest.raises(ValueError, match="format is"):
        frames(tmp_path, format="gif")


def test_figures_of_pyplot_are_closed(tmp_path):
    plt = pytest.importorskip("matplotlib.pyplot")

    def drawn(slope):
        figure, axes = plt.subplots()
        axes.plot([0, slope])
        return figure

    before = plt.get_fignums()
    frames(tmp_path, drawn).record(progress=False)
    assert plt.get_fignums() == before
