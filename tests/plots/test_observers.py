"""What follows a run shows what the History has, however little, and never ends a run."""

import io
import sys

import pytest
import torch
from torch import nn

import d2lutils as d2l
from d2lutils.plots import default_observer


def history(epochs=2, test=True):
    h = d2l.History()
    for e in range(1, epochs + 1):
        h.add("steps", {"epoch": e - 0.5, "train loss": 2 / e, "train accuracy": 0.4})
        held_out = {"test loss": 1, "test accuracy": 0.6} if test else {}
        h.add("epochs", {"epoch": e, "train loss": 1 / e, "train accuracy": 0.5} | held_out)
    return h


def labels(plot):
    return [[text.get_text() for text in axes.get_legend().get_texts()] for axes in plot.figure.axes]


def test_fine_training_curves_and_test_points(notebook):
    plot = d2l.HistoryPlot()
    plot.update(d2l.History(), 0.0)  # nothing measured yet: nothing drawn
    assert notebook.shown == []
    plot.update(history(), 0.5)
    plot.close(history(3))
    assert len(notebook.shown) == len(notebook.updated) == 1
    assert list(plot.lines["train loss"].get_xdata()) == [0.5, 1.5, 2.5]
    assert list(plot.lines["test accuracy"].get_ydata()) == [0.6] * 3
    assert labels(plot) == [["train", "test"]] * 2
    data, size = notebook.updated[-1]._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert size["image/png"]["width"] == round(96 * 7.6)


def test_without_test_data_there_is_the_training_curve_alone(notebook):
    plot = d2l.HistoryPlot()
    plot.close(history(3, test=False))
    assert labels(plot) == [["train"], ["train"]]


def test_fit_without_test_in_a_notebook(notebook):
    x = torch.randn(65, 8)
    train = d2l.load_array((x, (x[:, 0] > 0).long()), 16)
    done = d2l.fit(nn.Linear(8, 2), train, loss=nn.CrossEntropyLoss(), epochs=3,
                   optimizer=lambda p: torch.optim.SGD(p, lr=0.1))  # fmt: skip
    assert len(done["train loss"]) == 3
    assert len(notebook.shown) == 1


def test_the_test_curve_joins_when_there_is_one(notebook):
    plot, growing = d2l.HistoryPlot(), d2l.History()
    growing.add("steps", {"epoch": 0.5, "train loss": 2})
    plot.update(growing, 0.1)
    assert labels(plot) == [["train"]]
    growing.add("epochs", {"epoch": 1, "train loss": 1, "test loss": 3})
    plot.close(growing)
    assert labels(plot) == [["train", "test"]]
    assert list(plot.lines["test loss"].get_ydata()) == [3]
    assert len(notebook.shown) == len(notebook.updated) == 1  # still one figure


ODD = {
    "shorter column": ({"epoch": [1, 2, 3], "train loss": [3, 2]}, {"train loss": 2}),
    "longer column": ({"epoch": [1, 2], "train loss": [3, 2, 1]}, {"train loss": 2}),
    "empty column": ({"epoch": [1, 2], "train loss": [3, 2], "test loss": []}, {"train loss": 2}),
    "nothing but names": ({"epoch": [], "train loss": []}, {}),
    "no epochs": ({"train loss": [3, 2, 1]}, {"train loss": 3}),
    "metrics alone": ({"epoch": [1, 2], "test accuracy": [0.5, 0.6]}, {"test accuracy": 2}),
    "another column": ({"epoch": [1, 2], "lr": [0.1, 0.01]}, {"lr": 2}),
    "values that are missing": ({"epoch": [1, 2], "train loss": [3, None], "test loss": [float("nan"), 2]},
                                {"train loss": 2, "test loss": 2}),
    "tensors": ({"epoch": [1, 2], "train loss": [torch.tensor(3.0, requires_grad=True), torch.tensor(2.0)]},
                {"train loss": 2}),
    "one point": ({"epoch": [1], "train loss": [3]}, {"train loss": 1}),
    "eight metrics": ({"epoch": [1], **{f"train m{i}": [i] for i in range(8)}}, {f"train m{i}": 1 for i in range(8)}),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "lengths"), ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("kind", ["epochs", "steps"])
@pytest.mark.filterwarnings("error")
def test_a_history_is_drawn_as_far_as_it_goes(notebook, columns, lengths, kind):
    plot = d2l.HistoryPlot()
    for done in (0.5, 1.0):
        plot.update(d2l.History(**{kind: columns}), done)
    plot.close(d2l.History(**{kind: columns}))
    assert {name: len(line.get_xdata()) for name, line in plot.lines.items()} == lengths
    assert len(notebook.shown) == bool(lengths)


def test_a_history_that_cannot_be_drawn_is_told_of_once(notebook):
    plot, wrong = d2l.HistoryPlot(), d2l.History(epochs={"epoch": [1], "train loss": ["high"]})
    with pytest.warns(UserWarning, match="all else goes on.*train loss must hold real numbers") as told:
        plot.update(wrong, 0.5)
        plot.update(wrong, 1.0)
        plot.close(wrong)
    assert len(told) == 1


def test_a_progress_bar_stands_in_for_the_plot_in_a_terminal(no_notebook, monkeypatch, capsys):
    assert isinstance(default_observer(), d2l.ProgressBar)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    bar = d2l.ProgressBar()
    bar.update(history(), 0.5)
    assert bar.bar.n == 50
    bar.close(history())
    assert "test accuracy=0.600" in capsys.readouterr().err


class Terminal(io.TextIOWrapper):
    """A terminal in an old code page, which refuses what it cannot encode."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding, errors="strict", write_through=True)

    def isatty(self):
        return True

    def written(self) -> str:
        return self.buffer.getvalue().decode(self.encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_signs_that_a_terminal_cannot_encode_are_plain(no_notebook, monkeypatch, encoding):
    terminal = Terminal(encoding)
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = d2l.ProgressBar()
    last = d2l.History(epochs={"epoch": [1], "test loss → 0": [0.5], "Genauigkeit ✓": [0.25]})
    bar.update(last, 0.5)
    bar.close(last)
    assert "0.500" in terminal.written() and "0.250" in terminal.written()
    assert ("test loss → 0" if encoding == "utf-8" else "test loss -> 0") in terminal.written()


class Broken(io.StringIO):
    """A terminal that was closed while the run went on."""

    def isatty(self):
        return True

    def write(self, text):
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize("stderr", [Broken(), None], ids=["closed", "none"])
@pytest.mark.filterwarnings("error")
def test_a_terminal_that_is_gone_ends_no_run(no_notebook, monkeypatch, stderr):
    monkeypatch.setattr(sys, "stderr", stderr)
    bar = d2l.ProgressBar()
    for done in (0.5, 1.0):
        bar.update(history(), done)
    bar.close(history())
