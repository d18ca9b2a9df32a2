"""Curves that stand still: `plot(x, y)`."""

import numpy as np

from d2lutils.plots.notebook import show
from d2lutils.plots.style import dress, fit_view, new_figure, new_line, put
from d2lutils.plots.values import curves, names


def plot(x, ys=None, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale="linear", yscale="linear",
         fmts=None, figsize=(4.5, 3.2), *, title=None):  # fmt: skip
    """Draw one curve or several: `plot(x, y)`, `plot(x, [y1, y2])`, `plot([x1, x2], [y1, y2])`, `plot(y)`.

    x, ys: a curve is (N,) or (N, 1), of tensors, arrays or lists of numbers. Several are a list of them, which may
        differ in length, or the rows of (K, N). One x serves all curves; without any they are drawn over 0, 1, 2, …
    legend: a name for each curve. fmts: matplotlib formats such as "m--" instead of the palette. figsize: inches.

    Shows the figure in a notebook and returns it. Raises ValueError, with both shapes, if x and y do not fit.
    """
    if ys is None:
        x, ys = None, x
    given_x, given_y = x, ys
    ys = curves(ys, "y")
    xs = [np.arange(len(y)) for y in ys] if x is None else curves(x, "x")
    if len(xs) == 1:
        xs = xs * len(ys)
    _check(xs, ys, given_x, given_y)
    figure, (axes,) = new_figure(figsize)
    dress(axes, xlabel, ylabel, xlim, ylim, xscale, yscale)
    legend, fmts = names(legend), names(fmts)
    for i, (a, b) in enumerate(zip(xs, ys)):
        put(new_line(axes, i, *fmts[i : i + 1] or [None], *legend[i : i + 1]), a, b)
    fit_view(axes, x=xlim is None, y=ylim is None)
    if legend:
        axes.legend(frameon=False)
    if title:
        axes.set_title(title, fontsize="medium")
    return show(figure)


def _check(xs, ys, given_x, given_y) -> None:
    """Raises ValueError if the curves do not have their x, with the shapes as they were given."""
    if len(xs) != len(ys):
        raise ValueError(
            f"x holds {len(xs)} curves{_of_shape(given_x)} and y {len(ys)}{_of_shape(given_y)}: give one x for all "
            "curves, or one for each"
        )
    for i, (a, b) in enumerate(zip(xs, ys)):
        if a.shape != b.shape:
            rows = np.ndim(given_y) == 2 and len(given_y) == len(a) if hasattr(given_y, "shape") else False
            where = f" (curve {i + 1} of {len(ys)})" if len(ys) > 1 and not rows else ""
            shape = tuple(given_y.shape) if rows else b.shape
            remedy = "curves are the rows of y, so give y.T" if rows else "a curve needs as many values of x as of y"
            raise ValueError(f"x has shape {a.shape} and y {shape}{where}: {remedy}")


def _of_shape(values) -> str:
    return f" (shape {tuple(values.shape)})" if hasattr(values, "shape") else ""
