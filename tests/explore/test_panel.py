"""The live panel without a browser: what its buttons and sliders call, with real training behind them."""

import threading
import time

import pytest
import torch
from helpers.sliders import places
from matplotlib.figure import Figure
from torch import nn

import d2lutils as d2l
from d2lutils.explore import Axis, Frames, Panel, Sweep

pytest.importorskip("ipywidgets", reason="the live panel needs ipywidgets")

CURVES = {"loss": ["train loss"], "accuracy": ["train accuracy"]}
AXES = [Axis("lr", [0.01, 0.1, 1.0], "learning rate", log=True), Axis("width", [1, 4, 8], start=4),
        Axis("dropout", [0.0, 0.5]), Axis("activation", ["relu", "tanh"])]  # fmt: skip


def train(lr, width, dropout, activation, epochs=3, plot=False):
    torch.manual_seed(0)
    x = torch.randn(256, 5)
    data = d2l.TensorLoader(x, (x.sum(1) > 0).long(), batch_size=32, shuffle=True)
    squash = {"relu": nn.ReLU, "tanh": nn.Tanh}[activation]()
    net = nn.Sequential(nn.Linear(5, width), squash, nn.Dropout(dropout), nn.Linear(width, 2))
    return d2l.fit(net, data, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, lr), epochs=epochs,
                   plot=plot)  # fmt: skip


def endless(plot=False, **settings):
    return train(**settings, epochs=10**6, plot=plot)


def panel(tmp_path, function=train, axes=AXES, **arguments):
    sweep = Sweep("panel", function, axes, **{"curves": CURVES} | arguments)
    sweep.folder = tmp_path
    return Panel(sweep)


def finish(made, seconds=20):
    assert made.wait(seconds), "the run goes on for too long"
    assert made.stop_button.disabled and not made.run_button.disabled, "the panel must be ready for the next run"


@pytest.mark.parametrize("name", [axis.name for axis in AXES])
def test_every_slider_trains_at_its_ends_and_in_the_middle(tmp_path, name):
    made = panel(tmp_path)
    for value in places(made.controls[name]):
        made.controls[name].value = value
        made.run_button.click()
        finish(made)
        settings = made.runs[0]["settings"]
        assert settings[name] == pytest.approx(value) if isinstance(value, float) else settings[name] == value
        want = train(**settings)
        assert made.runs[0]["run"]["y"][0] == pytest.approx(want["train loss"], rel=1e-3)
        assert "train loss ends at" in made.status.value and made.progress.bar_style == "success"


def test_sliders_span_the_grid_and_move_between_its_values(tmp_path):
    controls = panel(tmp_path).controls
    kinds = {name: type(widget).__name__ for name, widget in controls.items()}
    assert kinds == {"lr": "FloatLogSlider", "width": "IntSlider", "dropout": "FloatSlider",
                     "activation": "SelectionSlider"}  # fmt: skip
    assert (controls["lr"].min, controls["lr"].max) == (-2, 0) and controls["lr"].value == 0.1
    assert controls["lr"].description == "learning rate" and controls["width"].value == 4
    batch = panel(tmp_path, axes=[Axis("batch", [16, 64, 256], log=True)]).controls["batch"]
    assert [value for _, value in batch.options] == [16, 64, 256], "whole numbers stay whole"


def test_stop_takes_effect_within_a_second_and_leaves_the_panel_usable(tmp_path):
    made = panel(tmp_path, endless)
    made.run_button.click()
    deadline = time.time() + 20
    while "<path class='c0'" not in made.picture.value.split("M", 2)[-1] and time.time() < deadline:
        time.sleep(0.05)
    drawn = made.picture.value
    time.sleep(0.8)
    assert made.picture.value != drawn, "the curve grows"
    assert "running for" in made.status.value and made.run_button.disabled and not made.stop_button.disabled
    thread = made._thread
    made.run()
    assert made._thread is thread, "Run during a run is ignored"
    began = time.time()
    made.stop_button.click()
    assert made.wait(5) and time.time() - began < 1
    assert "stopped" in made.status.value and made.runs[0]["note"] == "stopped" and made.runs[0]["run"]["x"]
    made.recorded.function = train
    made.run_button.click()
    finish(made)
    assert len(made.runs) == 2 and made.table.value.count("<tr>") == 3


def test_the_picture_is_drawn_at_most_four_times_a_second(tmp_path):
    made = panel(tmp_path, endless)
    drawn = []
    made.picture.observe(lambda change: drawn.append(time.time()), names="value")
    made.run()
    time.sleep(2)
    made.stop()
    finish(made)
    assert 2 <= len(drawn) <= 12


def test_the_recorded_run_lies_faint_below_and_follows_the_sliders(tmp_path):
    sweep = Sweep("panel", train, AXES[:1] + [Axis(a.name, [a.start]) for a in AXES[1:]], curves=CURVES)
    sweep.folder = tmp_path
    sweep.record(progress=False)
    made = Panel(sweep)
    assert "ghost" in made.picture.value and "the recorded run (learning rate 0.1, " in made.picture.value
    before = made.picture.value
    made.controls["lr"].value = 0.9
    assert "the recorded run (learning rate 1, " in made.picture.value and made.picture.value != before
    made.run()
    finish(made)
    assert "and your runs before" not in made.picture.value
    made.run()
    finish(made)
    assert "and your runs before" in made.picture.value


@pytest.mark.parametrize("text", [None, "{", '{"format": "d2l-sweep/0"}'])
def test_without_a_recording_it_says_so_and_works(tmp_path, text):
    (tmp_path / "sweeps").mkdir()
    if text is not None:
        (tmp_path / "sweeps" / "panel.json").write_text(text)
    made = panel(tmp_path)
    assert "make sweeps" in made.status.value
    made.run()
    finish(made)
    assert "train loss ends at" in made.status.value


def test_a_function_that_raises_is_reported_in_words(tmp_path):
    def breaks(lr, width, dropout, activation, plot=False):
        raise ValueError("no <b>garments</b> today")

    made = panel(tmp_path, breaks)
    made.run_button.click()
    finish(made)
    assert "breaks() raised ValueError: no &lt;b&gt;garments&lt;/b&gt; today" in made.status.value
    assert "<details>" in made.status.value and made.progress.bar_style == "danger" and not made.runs


@pytest.mark.parametrize(("function", "words"), [
    (lambda plot=False, **settings: None, "returned nothing: it must return the History"),
    (lambda plot=False, **settings: 3.0, "returned a float"),
    (lambda plot=False, **settings: d2l.History(epochs={"epoch": [1.0]}), "a History without &#x27;train loss&#x27;"),
    (lambda **settings: train(**settings)["loss"], "unexpected keyword argument &#x27;plot&#x27;|no column"),
    (lambda lr: None, "unexpected keyword argument"),
])  # fmt: skip
def test_a_function_that_returns_no_curves_is_reported_in_words(tmp_path, function, words):
    made = panel(tmp_path, function)
    made.run()
    finish(made)
    assert any(part in made.status.value for part in words.split("|")), made.status.value


def test_a_diverged_run_is_a_result(tmp_path):
    def diverges(lr, width, dropout, activation, plot=False):
        history = d2l.History(epochs={"epoch": [1.0], "train loss": [9.0], "train accuracy": [0.1]})
        raise d2l.Diverged("the train loss became inf", history, 2, 5)

    made = panel(tmp_path, diverges)
    made.run()
    finish(made)
    assert "diverged in epoch 2" in made.status.value and "✕ diverged in epoch 2" in made.picture.value
    assert made.runs[0]["note"] == "diverged in epoch 2" and made.progress.bar_style == "danger"


def test_an_interruption_leaves_the_panel_usable(tmp_path):
    def interrupted(lr, width, dropout, activation, plot=False):
        raise KeyboardInterrupt

    made = panel(tmp_path, interrupted)
    made.run()
    finish(made)
    assert "interrupted" in made.status.value
    made.recorded.function = train
    made.run()
    finish(made)
    assert "ends at" in made.status.value


def test_a_function_that_never_looks_is_told_how_to(tmp_path):
    release = threading.Event()

    def deaf(lr, width, dropout, activation, plot=False):
        release.wait(10)
        return train(lr, width, dropout, activation)

    made = panel(tmp_path, deaf)
    made.run()
    time.sleep(0.2)
    made.stop()
    time.sleep(2)
    assert "deaf() never looks whether to stop" in made.status.value and "plot=plot" in made.status.value
    release.set()
    finish(made)
    assert "ends at" in made.status.value


def test_a_loop_of_ones_own_may_let_the_stop_out(tmp_path):
    def loop(lr, width, dropout, activation, plot=False):
        history = d2l.History()
        for epoch in range(10**6):
            history.add("epochs", {"epoch": epoch, "train loss": 1 / (epoch + 1), "train accuracy": 0.5})
            time.sleep(0.01)
            plot.update(history, epoch / 10**6)

    made = panel(tmp_path, loop)
    made.run()
    time.sleep(0.6)
    made.stop()
    assert made.wait(1)
    finish(made)
    assert made.runs[0]["note"] == "stopped" and len(made.runs[0]["run"]["x"]) > 5


def test_only_the_last_runs_are_kept(tmp_path):
    made = panel(tmp_path)
    for _ in range(7):
        made.run()
        finish(made)
    assert len(made.runs) == 5


def parabola(x):
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([0, x], [0, x * x])
    return figure


def test_frames_are_drawn_anew_at_each_move(tmp_path):
    frames = Frames("parabola", parabola, [Axis("x", [-1.0, 0.5, 1.0])], alt=lambda x: f"The height is {x * x:.3g}.")
    made = Panel(frames)
    seen = {made.picture.value}
    for value in places(made.controls["x"]):
        made.controls["x"].value = value
        assert f"The height is {value * value:.3g}." in made.status.value
        seen.add(made.picture.value)
    assert len(seen) >= 3 and all("<svg" in picture for picture in seen)
    assert made.run_button not in [w for box in made.widget.children for w in getattr(box, "children", [])]


def test_a_drawing_that_fails_is_reported_and_the_next_one_drawn(tmp_path):
    def fragile(x):
        if x < 0:
            raise ZeroDivisionError("not <here>")
        return parabola(x)

    made = Panel(Frames("fragile", fragile, [Axis("x", [-1.0, 0.5, 1.0])], alt="A parabola."))
    made.controls["x"].value = -1.0
    assert "fragile() raised ZeroDivisionError: not &lt;here&gt;" in made.status.value
    made.controls["x"].value = 1.0
    assert "A parabola." in made.status.value
    made = Panel(Frames("empty", lambda x: None, [Axis("x", [1.0, 2.0])], alt=""))
    assert "it must return a matplotlib Figure" in made.status.value


def test_outside_of_a_notebook_a_sentence_says_what_to_do(tmp_path, monkeypatch):
    sweep = panel(tmp_path).recorded
    assert "make lab" in repr(sweep.live())
    import sys

    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert "pip install ipywidgets" in repr(sweep.live())
