"""The one look of all figures: colours, dashes, axes, and how a curve is drawn that has a single point."""

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told apart by colour-blind readers; without black, yellow
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]
DASHES = ["-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 1)), (0, (8, 2))]
STYLE = {"font.size": 9.5, "axes.titlesize": "medium"}
_DOT = (24, 0)  # a polygon of 24 sides: told apart from every marker that a caller's format can name


class ShownFigure(Figure):
    """A figure that its function displays. As the value of a cell it stays silent instead of being shown twice."""

    def _ipython_display_(self):
        pass


def new_figure(figsize, nrows=1, ncols=1):
    """A figure outside pyplot, so that there is nothing to close, and its axes in a row."""
    with matplotlib.rc_context(STYLE):
        figure = ShownFigure(figsize=figsize, layout="constrained")
        FigureCanvasAgg(figure)
        return figure, figure.subplots(nrows, ncols, squeeze=False).ravel()


def dress(axes, xlabel=None, ylabel=None, xlim=None, ylim=None, xscale="linear", yscale="linear") -> None:
    """Labels, limits and scales, a light grid, no frame at the top and on the right."""
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


def new_line(axes, i: int, fmt: str | None = None, label: str | None = None):
    """An empty curve: the i-th of the palette, or in matplotlib's format `fmt` ("m--")."""
    if fmt is not None:
        (line,) = axes.plot([], [], fmt, label=label)
    else:
        color, dash = COLORS[i % len(COLORS)], DASHES[i % len(DASHES)]
        (line,) = axes.plot([], [], color=color, linestyle=dash, label=label)
    return line


def put(line, x, y) -> None:
    """Give `line` its points. One point alone, of which a line shows nothing, becomes a dot."""
    line.set_data(x, y)
    if line.get_marker() in ("None", _DOT):
        line.set(marker=_DOT if len(x) == 1 else "None", markersize=4)


def fit_view(axes, x: bool = True, y: bool = True) -> None:
    """Bring all points into view along the named directions."""
    axes.relim()
    axes.autoscale_view(scalex=x, scaley=y)
