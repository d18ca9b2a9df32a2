"""Frames: pictures under sliders, their formats, and figures that are closed whatever happens."""

from functools import partial

import numpy as np
import pytest
from matplotlib.figure import Figure

import d2lutils as d2l
from d2lutils.explore import Axis, Frames, SweepError
from d2lutils.explore.page.drawings import from_ranges


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


@pytest.mark.parametrize(("ending", "words"), [
    ("raise ValueError('no picture')", "raised ValueError: no picture"),
    ("pass", r"returned nothing: it must return a matplotlib Figure. It made one: end it with `return figure`"),
    ("return 3", "returned a int"),
    ("plt.figure(); return figure", None),
])  # fmt: skip
def test_figures_are_closed_when_drawing_fails_and_it_is_said(tmp_path, ending, words):
    plt = pytest.importorskip("matplotlib.pyplot")
    scope = {"plt": plt}
    exec(f"def drawn(slope):\n    figure, axes = plt.subplots()\n    {ending}", scope)
    mine = plt.figure()
    made = frames(tmp_path, scope["drawn"])
    try:
        if words:
            with pytest.raises(SweepError, match=words):
                made.record(progress=False)
        else:
            made.record(progress=False)
        assert plt.get_fignums() == [mine.number], "a figure of somebody else's stays open"
    finally:
        plt.close("all")


def test_a_function_without_a_name_is_named_all_the_same(tmp_path):
    def fails(slope, by):
        raise ValueError("no")

    with pytest.raises(SweepError, match=r"fails\(slope=-1.0\) raised ValueError: no"):
        frames(tmp_path, partial(fails, by=1)).record(progress=False)
