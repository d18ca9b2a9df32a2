"""What follows a run of `fit`: curves in a notebook, a progress bar in a terminal."""

import sys
from contextlib import contextmanager

from matplotlib.figure import Figure
from tqdm import tqdm

from d2lutils.plots.live import LiveFigure
from d2lutils.plots.notebook import in_notebook
from d2lutils.plots.style import COLORS, DASHES, dress, fit_view, new_figure, put
from d2lutils.plots.values import numbers
from d2lutils.signs import encodable


class HistoryPlot:
    """Draws a History as it grows: the losses on the left, the metrics on the right. An Observer for `fit(plot=…)`.

    There is a curve for each column that has values yet; columns of unequal length are drawn as far as both reach.
    yscale: "linear" or "log", for the losses.
    """

    def __init__(self, yscale: str = "linear"):
        self.yscale = yscale
        self.live = LiveFigure()
        self.lines, self.figure = {}, None

    def update(self, history, done: float) -> None:
        """Draw what there is, if it is time to."""
        if self.figure is None or self.live.due():
            self.live.draw(lambda: self._filled(history))

    def close(self, history) -> None:
        """Draw all there is, finely."""
        self.live.draw(lambda: self._filled(history), last=True)

    def _filled(self, history) -> Figure | None:
        """The figure with all points, None before there is one."""
        curves = _curves(history)
        if curves.keys() != self.lines.keys():
            self._prepare(list(curves))
        for name, (x, y) in curves.items():
            put(self.lines[name], x, y)
        for axes in self.figure.axes if curves else ():
            fit_view(axes)
        return self.figure

    def _prepare(self, columns: list[str]) -> None:
        """A figure with an empty line for each column: once, and again when the first test results come."""
        quantities = list(dict.fromkeys(_split(name)[1] for name in columns))
        panels = [panel for panel in (
            [name for name in quantities if name == "loss"], [name for name in quantities if name != "loss"],
        ) if panel]  # fmt: skip
        self.figure, grid = new_figure((3.6 * len(panels) + 0.4, 2.9), ncols=len(panels))
        self.lines = {}
        for axes, panel in zip(grid, panels):
            dress(axes, "epoch", ", ".join(panel), yscale=self.yscale if panel == ["loss"] else "linear")
            for column in sorted(columns, key=lambda name: _split(name)[0] == "test"):  # training first
                part, quantity = _split(column)
                if quantity in panel:
                    place = 2 * panel.index(quantity) + (part == "test")
                    dots = {"linestyle": DASHES[1], "marker": "o", "ms": 3} if part == "test" else {}
                    label = " ".join(filter(None, [part, quantity if len(panel) > 1 or not part else ""]))
                    (self.lines[column],) = axes.plot([], [], color=COLORS[place % len(COLORS)], label=label, **dots)
            axes.legend(frameon=False)


def _curves(history) -> dict[str, tuple]:
    """The points of each column that has any: from the finer readings, where it has those, else by epoch."""
    found = {}
    for columns in (history.steps, history.epochs):
        epochs = columns.get("epoch") or range(1, 1 + max(map(len, columns.values()), default=0))
        for name, column in columns.items():
            if name != "epoch" and name not in found and (length := min(len(column), len(epochs))):
                found[name] = numbers(epochs[:length], "epoch"), numbers(column[:length], name)
    return found


def _split(name: str) -> tuple[str, str]:
    """("train", "loss") of "train loss"; ("", name) of a column that is of neither part."""
    part, _, quantity = name.partition(" ")
    return (part, quantity) if part in ("train", "test") and quantity else ("", name)


class ProgressBar:
    """A progress bar in the terminal with the latest numbers. An Observer for `fit(plot=…)`; silent where stderr is
    no terminal, and from the moment on when it can no longer be written to."""

    def __init__(self):
        self.bar = None
        with self._until_it_fails():
            silent = None if sys.stderr is not None else True  # None lets tqdm look whether it is a terminal
            self.bar = tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}",
                            disable=silent)  # fmt: skip

    def update(self, history, done: float) -> None:
        """Move the bar to the share `done` of the run and note the newest numbers."""
        with self._until_it_fails():
            self._note(history)
            self.bar.update(100 * done - self.bar.n)

    def close(self, history) -> None:
        """Note the last numbers and leave the bar as it is."""
        with self._until_it_fails():
            self._note(history)
            self.bar.close()

    @contextmanager
    def _until_it_fails(self):
        try:
            yield
        except Exception:  # the terminal was closed, or a sign cannot be encoded: no reason to end a run
            self.bar = tqdm(disable=True)

    def _note(self, history) -> None:
        latest = {
            encodable(name, sys.stderr): f"{column[-1]:.3f}"
            for columns in (history.steps, history.epochs)
            for name, column in columns.items() if name != "epoch" and column
        }  # fmt: skip
        self.bar.set_postfix(latest, refresh=False)


def default_observer():
    """What `fit(plot=True)` shows: curves in a notebook, a progress bar elsewhere."""
    return HistoryPlot() if in_notebook() else ProgressBar()
