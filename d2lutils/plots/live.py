"""Curves that grow in place while a loop runs."""

import time
import warnings

from matplotlib.figure import Figure

from d2lutils.plots.notebook import (
    DRAFT_DPI,
    FINAL_DPI,
    Picture,
    in_notebook,
    no_longer_waits,
    when_the_cell_ends,
)
from d2lutils.plots.style import dress, fit_view, new_figure, new_line, put
from d2lutils.plots.values import is_row, names, number


class LiveFigure:
    """A figure redrawn in place: no sooner than a quarter of a second after the last time, and no sooner than nine
    times what a redraw costs, so that drawing takes under a tenth of the time.

    A fault while drawing is told once, as a warning, and ends the drawing; the loop that called goes on.
    """

    def __init__(self):
        self.handle, self.given_up = None, False
        self._next = 0.0

    def due(self) -> bool:
        return in_notebook() and not self.given_up and time.perf_counter() >= self._next

    def draw(self, prepare, last: bool = False) -> None:
        """Show, in a notebook, the figure that `prepare()` brings up to date and returns (None: there is nothing yet);
        finely if it is the last time."""
        if self.given_up:
            return
        try:
            figure = prepare()
            if figure is not None and in_notebook():
                self._display(figure, last)
        except Exception as error:  # whatever it is: hours of training must not end over a picture of them
            self.given_up = True
            warnings.warn(
                f"the curves cannot be drawn any further, all else goes on ({type(error).__name__}: {error})",
                stacklevel=3,
            )

    def _display(self, figure: Figure, last: bool) -> None:
        from IPython.display import display

        began = time.perf_counter()
        picture = Picture(figure, FINAL_DPI if last else DRAFT_DPI)
        if self.handle is None:
            self.handle = display(picture, display_id=True)
        else:
            self.handle.update(picture)
        now = time.perf_counter()
        self._next = now + max(0.25, 9 * (now - began))


class Animator:
    """Curves that grow point by point while a loop runs: `add(x, y)` or `add(x, (y1, y2, None))`, None for no point.

    legend: a name for each curve. fmts: matplotlib formats such as "m--" to use instead of the palette.
    figsize: inches. In a notebook the picture follows by itself, and the points that came too fast to be drawn are
    there when the cell ends; `show()` draws them at once. Outside a notebook nothing is shown. The points are in `X`
    and `Y`, a list for each curve.
    """

    def __init__(self, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale="linear", yscale="linear",
                 fmts=None, figsize=(4.5, 3.2)):  # fmt: skip
        self.figure, (self.axes,) = new_figure(figsize)
        dress(self.axes, xlabel, ylabel, xlim, ylim, xscale, yscale)
        self.legend, self.fmts = names(legend), names(fmts)
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self.lines = []
        self.live = LiveFigure()
        self._free = {"x": xlim is None, "y": ylim is None}

    def add(self, x, y) -> None:
        """A point for each curve: x a number or one for each y, y a number or a row of numbers and None.

        Numbers are Python's, NumPy's or tensors of one element, on any device, with or without gradients.
        Raises ValueError if there are several x, but not as many as y, and TypeError for what is no number.
        """
        ys = list(y) if is_row(y) else [y]
        xs = list(x) if is_row(x) else [x]
        xs = xs * len(ys) if len(xs) == 1 else xs
        if len(xs) != len(ys):
            raise ValueError(f"add() was given {len(xs)} values of x and {len(ys)} of y")
        points = [
            None if a is None or b is None else (number(a, f"x of curve {i}"), number(b, f"y of curve {i}"))
            for i, (a, b) in enumerate(zip(xs, ys))
        ]
        while len(self.lines) < len(points):
            self._new_line()
        for i, point in enumerate(points):
            if point is not None:
                self.X[i].append(point[0])
                self.Y[i].append(point[1])
        if self.live.due():
            self.live.draw(self._filled)
        when_the_cell_ends(self, self.show)

    def show(self) -> None:
        """Draw all points there are, now."""
        no_longer_waits(self)
        self.live.draw(self._filled, last=True)

    def _new_line(self) -> None:
        i = len(self.lines)
        self.lines.append(new_line(self.axes, i, *self.fmts[i : i + 1]))
        self.X.append([])
        self.Y.append([])
        if i < len(self.legend):
            self.lines[i].set_label(self.legend[i])
            self.axes.legend(frameon=False)

    def _filled(self) -> Figure:
        for line, x, y in zip(self.lines, self.X, self.Y):
            put(line, x, y)
        fit_view(self.axes, **self._free)
        return self.figure
