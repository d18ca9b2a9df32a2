"""Plots hold the numbers they were given, draw in place, and are silent where there is no notebook."""

import sys
import types

import numpy as np
import pytest
import torch

import d2lutils as d2l
from d2lutils import plots


class FakeNotebook:
    """Stands for IPython's display machinery: counts what would be shown."""

    def __init__(self, monkeypatch):
        self.shown, self.updated = [], []
        handle = types.SimpleNamespace(update=self.updated.append)

        def display(picture, display_id=None):
            self.shown.append(picture)
            return handle

        shell = types.SimpleNamespace(kernel=object())
        display_module = types.SimpleNamespace(display=display)
        ipython = types.SimpleNamespace(get_ipython=lambda: shell, display=display_module)
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        monkeypatch.setitem(sys.modules, "IPython.display", display_module)


@pytest.fixture
def no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)


def test_the_animator_keeps_its_points_without_a_notebook(no_notebook):
    animator = d2l.Animator(xlabel="epoch", legend=["train", "test"], xlim=(1, 3))
    animator.add(1, (0.5, None))
    animator.add(2, [torch.tensor(0.25), 0.75])
    animator.show()
    assert animator.X == [[1, 2], [2]]
    assert animator.Y == [[0.5, 0.25], [0.75]]
    assert [text.get_text() for text in animator.axes.get_legend().get_texts()] == ["train", "test"]
    with pytest.raises(ValueError, match="2 values of x and 1"):
        animator.add([1, 2], 3)


def test_one_figure_is_redrawn_in_place_and_not_too_often(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    now = [0.0]
    monkeypatch.setattr(plots.time, "perf_counter", lambda: now[0])
    animator = d2l.Animator()
    for i in range(100):  # a hundred points within one second
        now[0] = i / 100
        animator.add(i, i * i)
    assert len(notebook.shown) == 1
    assert 3 <= len(notebook.updated) <= 4
    animator.show()
    assert animator.lines[0].get_xydata()[-1].tolist() == [99, 99 * 99]


def history(epochs=2):
    h = d2l.History()
    for e in range(1, epochs + 1):
        h.add("steps", {"epoch": e - 0.5, "train loss": 2 / e, "train accuracy": 0.4})
        h.add("epochs", {"epoch": e, "train loss": 1 / e, "train accuracy": 0.5, "test loss": 1, "test accuracy": 0.6})
    return h


def test_the_history_plot_draws_fine_training_curves_and_test_points(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    plot = d2l.HistoryPlot()
    plot.update(d2l.History(), 0.0)  # nothing measured yet: nothing drawn
    assert notebook.shown == []
    plot.update(history(), 0.5)
    plot.close(history(3))
    assert len(notebook.shown) == len(notebook.updated) == 1
    assert list(plot.lines["train loss"].get_xdata()) == [0.5, 1.5, 2.5]
    assert list(plot.lines["test accuracy"].get_ydata()) == [0.6] * 3
    data, size = notebook.updated[-1]._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert size["image/png"]["width"] == round(96 * 7.6)


def test_a_progress_bar_stands_in_for_the_plot_in_a_terminal(no_notebook, monkeypatch, capsys):
    assert isinstance(plots.default_observer(), d2l.ProgressBar)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    bar = d2l.ProgressBar()
    bar.update(history(), 0.5)
    assert bar.bar.n == 50
    bar.close(history())
    assert "test accuracy=0.600" in capsys.readouterr().err


def test_plot_takes_tensors_arrays_and_lists(no_notebook):
    x = torch.linspace(0, 1, 5, requires_grad=True)
    figure = d2l.plot(x, [x**2, x.detach().numpy()], legend=["square", "line"], xlabel="x", yscale="log")
    square, line = figure.axes[0].lines
    np.testing.assert_allclose(square.get_ydata(), np.linspace(0, 1, 5) ** 2, rtol=1e-6)
    np.testing.assert_allclose(line.get_ydata(), np.linspace(0, 1, 5), rtol=1e-6)
    assert figure.axes[0].get_yscale() == "log"
    assert d2l.plot([3, 4]).axes[0].lines[0].get_xdata().tolist() == [0, 1]
    two = d2l.plot([[0, 1], [5, 6, 7]], [[1, 2], [1, 2, 3]]).axes[0].lines
    assert two[1].get_xdata().tolist() == [5, 6, 7]
    with pytest.raises(ValueError, match=r"\[2\].*\[3\]"):
        d2l.plot([1, 2], [1, 2, 3])


def test_images_come_in_a_grid_with_titles(no_notebook):
    figure = d2l.show_images(torch.rand(5, 1, 4, 4), rows=2, titles=list("abcde"))
    assert len(figure.axes) == 6
    assert [axes.get_title() for axes in figure.axes] == [*"abcde", ""]
    d2l.show_images([np.zeros((4, 4, 3), dtype=np.uint8), torch.zeros(3, 4, 4)])
    with pytest.raises(ValueError, match=r"image 0 has shape \(7,\)"):
        d2l.show_images(torch.zeros(1, 7))


def test_drawing_leaves_the_readers_matplotlib_settings_alone(no_notebook):
    import matplotlib

    before = dict(matplotlib.rcParams)
    d2l.plot([1, 2])
    assert dict(matplotlib.rcParams) == before
