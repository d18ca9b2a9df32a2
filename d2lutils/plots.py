"""Figures: curves that grow while a network trains, and still ones.

Everything is drawn with matplotlib at 80 dots an inch without a tight bounding box (encoding the picture is most of a
redraw's cost) and shown through one display handle, so that a notebook keeps one output a figure. Nothing here needs
a notebook: elsewhere a run shows a progress bar instead.
"""

import io
import sys
import time

import matplotlib
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from tqdm import tqdm

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told apart by colour-blind readers; without black, yellow
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]
DASHES = ["-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 1)), (0, (8, 2))]
DRAFT_DPI, FINAL_DPI = 80, 144
STYLE = {"font.size": 9.5, "axes.titlesize": "medium"}


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this program, so that pictures can be displayed."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class ShownFigure(Figure):
    """A figure that its function displays. As the value of a cell it stays silent instead of being shown twice."""

    def _ipython_display_(self):
        pass


def _new_figure(figsize, nrows=1, ncols=1):
    """A figure outside pyplot, so that there is nothing to close."""
    with matplotlib.rc_context(STYLE):
        figure = ShownFigure(figsize=figsize, layout="constrained")
        FigureCanvasAgg(figure)
        return figure, figure.subplots(nrows, ncols, squeeze=False).ravel()


class Picture:
    """A figure as a PNG that notebooks show at `figsize` inches × 96 pixels, whatever dots an inch it was drawn at."""

    def __init__(self, figure: Figure, dpi: int = FINAL_DPI):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=dpi, facecolor="white")
        self.png = buffer.getvalue()
        self.width, self.height = (round(96 * inches) for inches in figure.get_size_inches())

    def _repr_mimebundle_(self, include=None, exclude=None):
        size = {"image/png": {"width": self.width, "height": self.height}}
        return {"image/png": self.png, "text/plain": "<figure>"}, size


class LiveFigure:
    """A figure redrawn in place: no sooner than a quarter of a second after the last time, and no sooner than nine
    times what a redraw costs, so that drawing takes under a tenth of the time. `draw(last=True)` always draws, finely.
    """

    def __init__(self, figure: Figure):
        self.figure, self.handle = figure, None
        self._next = 0.0

    def due(self) -> bool:
        return in_notebook() and time.perf_counter() >= self._next

    def draw(self, last: bool = False) -> None:
        if not in_notebook():
            return
        from IPython.display import display

        began = time.perf_counter()
        picture = Picture(self.figure, FINAL_DPI if last else DRAFT_DPI)
        if self.handle is None:
            self.handle = display(picture, display_id=True)
        else:
            self.handle.update(picture)
        now = time.perf_counter()
        self._next = now + max(0.25, 9 * (now - began))


def _style(axes, xlabel=None, ylabel=None, xlim=None, ylim=None, xscale="linear", yscale="linear") -> None:
    axes.set(xscale=xscale, yscale=yscale)
    if xlabel:
        axes.set_xlabel(xlabel)
    if ylabel:
        axes.set_ylabel(ylabel)
    if xlim is not None:
        axes.set_xlim(xlim)
    if ylim is not None:
        axes.set_ylim(ylim)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def _numbers(values):
    """Tensors (on any device, with or without gradients), arrays, lists: as a NumPy array of floats."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().double().numpy()
    return np.asarray(values, dtype=float)


class Animator:
    """Curves that grow point by point while a loop runs: `add(x, y)` or `add(x, (y1, y2, None))`, None for no point.

    legend: a name for each curve. fmts: matplotlib formats such as "m--" to use instead of the palette.
    The picture follows on its own in a notebook; `show()` draws the last points that came too fast to be drawn.
    Outside a notebook nothing is shown, and the points are in `X` and `Y`.
    """

    def __init__(self, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale="linear", yscale="linear",
                 fmts=None, figsize=(4.5, 3.2)):  # fmt: skip
        self.figure, (self.axes,) = _new_figure(figsize)
        _style(self.axes, xlabel, ylabel, xlim, ylim, xscale, yscale)
        self.legend, self.fmts = list(legend or []), list(fmts or [])
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self.lines = []
        self.live = LiveFigure(self.figure)
        self._free = [axis for axis, lim in (("x", xlim), ("y", ylim)) if lim is None]

    def add(self, x, y) -> None:
        ys = list(y) if hasattr(y, "__len__") else [y]
        xs = list(x) if hasattr(x, "__len__") else [x] * len(ys)
        if len(xs) != len(ys):
            raise ValueError(f"add() was given {len(xs)} values of x and {len(ys)} of y")
        while len(self.lines) < len(ys):
            self._new_line()
        for i, (a, b) in enumerate(zip(xs, ys)):
            if a is not None and b is not None:
                self.X[i].append(float(a))
                self.Y[i].append(float(b))
        if self.live.due():
            self._draw()

    def show(self) -> None:
        """Draw all points there are, now."""
        self._draw(last=True)

    def _new_line(self) -> None:
        i = len(self.lines)
        style = {"color": COLORS[i % len(COLORS)], "linestyle": DASHES[i % len(DASHES)]}
        (line,) = self.axes.plot([], [], self.fmts[i]) if i < len(self.fmts) else self.axes.plot([], [], **style)
        self.lines.append(line)
        self.X.append([])
        self.Y.append([])
        if i < len(self.legend):
            line.set_label(self.legend[i])
            self.axes.legend(frameon=False)

    def _draw(self, last: bool = False) -> None:
        for line, x, y in zip(self.lines, self.X, self.Y):
            line.set_data(x, y)
        self.axes.relim()
        self.axes.autoscale_view(scalex="x" in self._free, scaley="y" in self._free)
        self.live.draw(last)


class HistoryPlot:
    """Draws a History as it grows: the losses on the left, the metrics on the right. An Observer for `fit(plot=…)`."""

    def __init__(self, epochs: int | None = None, yscale: str = "linear"):
        self.epochs, self.yscale = epochs, yscale
        self.live = None

    def update(self, history, done: float) -> None:
        if (history.steps or history.epochs) and (self.live is None or self.live.due()):
            self._draw(history, last=False)

    def close(self, history) -> None:
        if history.steps or history.epochs:
            self._draw(history, last=True)

    def _draw(self, history, last: bool) -> None:
        if self.live is None:
            self._prepare(history)
        for name, line in self.lines.items():
            columns = history.steps if name in history.steps else history.epochs
            line.set_data(columns.get("epoch", []), columns.get(name, []))
        for axes in self.panels:
            axes.relim()
            axes.autoscale_view()
        self.live.draw(last)

    def _prepare(self, history) -> None:
        known = history.steps or history.epochs
        metrics = [name.removeprefix("train ") for name in known if name.startswith("train ") and name != "train loss"]
        panels = [["loss"], *([metrics] if metrics else [])]
        figure, self.panels = _new_figure((3.6 * len(panels) + 0.4, 2.9), ncols=len(panels))
        self.lines = {}
        for axes, names in zip(self.panels, panels):
            _style(axes, "epoch", ", ".join(names), yscale=self.yscale if names == ["loss"] else "linear")
            for i, name in enumerate(names):
                suffix = f" {name}" if len(names) > 1 else ""
                train, test = {"color": COLORS[2 * i]}, {"color": COLORS[2 * i + 1], "linestyle": DASHES[1]}
                (self.lines[f"train {name}"],) = axes.plot([], [], label="train" + suffix, **train)
                (self.lines[f"test {name}"],) = axes.plot([], [], label="test" + suffix, marker="o", ms=3, **test)
            axes.legend(frameon=False)
        self.live = LiveFigure(figure)


class ProgressBar:
    """A progress bar in the terminal with the latest numbers. An Observer for `fit(plot=…)`; silent where stderr is
    no terminal."""

    def __init__(self):
        self.bar = tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}", disable=None)

    def update(self, history, done: float) -> None:
        self._note(history)
        self.bar.update(100 * done - self.bar.n)

    def close(self, history) -> None:
        self._note(history)
        self.bar.close()

    def _note(self, history) -> None:
        latest = {name: column[-1] for columns in (history.steps, history.epochs) for name, column in columns.items()}
        latest.pop("epoch", None)
        self.bar.set_postfix({name: f"{value:.3f}" for name, value in latest.items()}, refresh=False)


def default_observer():
    """What `fit(plot=True)` shows: curves in a notebook, a progress bar elsewhere."""
    return HistoryPlot() if in_notebook() else ProgressBar()


def show(figure: Figure):
    """Display `figure` in a notebook; elsewhere do nothing. Returns the figure."""
    if in_notebook():
        from IPython.display import display

        display(Picture(figure))
    return figure


def plot(x, ys=None, *, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale="linear", yscale="linear",
         fmts=None, figsize=(4.5, 3.2), title=None):  # fmt: skip
    """Draw one curve or several: `plot(x, y)`, `plot(x, [y1, y2])`, `plot([x1, x2], [y1, y2])`, `plot(y)`.

    Curves are tensors, arrays or lists of numbers of one length with their x. Returns the matplotlib figure.
    """
    if ys is None:
        x, ys = None, x
    curves = [_numbers(y) for y in ys] if _is_several(ys) else [_numbers(ys)]
    if x is None:
        xs = [np.arange(len(y)) for y in curves]
    else:
        xs = [_numbers(value) for value in x] if _is_several(x) else [_numbers(x)] * len(curves)
    if len(xs) != len(curves) or any(a.shape != b.shape for a, b in zip(xs, curves)):
        raise ValueError(f"x has lengths {[len(a) for a in xs]}, the curves {[len(b) for b in curves]}: they differ")
    figure, (axes,) = _new_figure(figsize)
    _style(axes, xlabel, ylabel, xlim, ylim, xscale, yscale)
    for i, (a, b) in enumerate(zip(xs, curves)):
        label = legend[i] if legend and i < len(legend) else None
        if fmts and i < len(fmts):
            axes.plot(a, b, fmts[i], label=label)
        else:
            axes.plot(a, b, color=COLORS[i % len(COLORS)], linestyle=DASHES[i % len(DASHES)], label=label)
    if legend:
        axes.legend(frameon=False)
    if title:
        axes.set_title(title, fontsize="medium")
    return show(figure)


def _is_several(values) -> bool:
    """Whether `values` holds curves rather than the numbers of one."""
    return len(values) > 0 and np.ndim(_numbers(values[0]) if torch.is_tensor(values[0]) else values[0]) > 0


def show_images(images, rows: int = 1, cols: int | None = None, titles=None, scale: float = 1.2):
    """Show pictures in a grid of `rows` × `cols` (by default as many columns as it takes).

    images: (N, H, W), (N, 1, H, W) or (N, 3, H, W), floats in [0, 1] or uint8; tensors, arrays or a list of them.
    titles: a text for each. Returns the matplotlib figure. Raises ValueError for a shape that is no picture.
    """
    pictures = [torch.as_tensor(image).detach().cpu() for image in images]
    cols = cols or -(-len(pictures) // rows)
    figure, grid = _new_figure((cols * scale, rows * (scale + (0.25 if titles is not None else 0))), rows, cols)
    for axes in grid:
        axes.set_axis_off()
    for i, (axes, picture) in enumerate(zip(grid, pictures)):
        if picture.ndim == 3 and picture.shape[0] in (1, 3):
            picture = picture.permute(1, 2, 0).squeeze(-1)  # (H, W) or (H, W, 3)
        if picture.ndim not in (2, 3):
            raise ValueError(f"image {i} has shape {tuple(picture.shape)}: (H, W), (1, H, W) or (3, H, W) can be shown")
        axes.imshow(picture.numpy(), cmap="gray_r" if picture.ndim == 2 else None)
        if titles is not None and i < len(titles):
            axes.set_title(str(titles[i]), fontsize="small")
    return show(figure)

