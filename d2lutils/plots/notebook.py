"""The Jupyter kernel around a program, where there is one: pictures for it, and what waits for the end of a cell."""

import io
import sys

from matplotlib.figure import Figure

DRAFT_DPI, FINAL_DPI = 80, 144

# what to call when the running cell ends, by whom it is for; held until then, since a function's Animator is not
_waiting: dict = {}


def _shell():
    """IPython's shell, if this program runs in a Jupyter kernel, else None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if hasattr(shell, "kernel") else None


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this program, so that pictures can be displayed."""
    return _shell() is not None


def when_the_cell_ends(owner, function) -> None:
    """Call `function()` once when the cell that runs now has ended, also by an error; never outside a notebook.

    Asked for again by the same `owner` before that, the newer function takes the older one's place.
    """
    shell = _shell()
    if shell is None:
        return
    if not _waiting:
        shell.events.register("post_run_cell", _cell_ended)  # IPython keeps a function once, however often it is given
    _waiting[owner] = function


def no_longer_waits(owner) -> None:
    """Take back what `owner` asked for, if anything."""
    _waiting.pop(owner, None)


def _cell_ended(result) -> None:
    while _waiting:  # the first first, and none twice, should one of them fail
        _waiting.pop(next(iter(_waiting)))()


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


def show(figure: Figure):
    """Display `figure` in a notebook; elsewhere do nothing. Returns the figure.

    A figure of pyplot is closed there: the notebook would show it a second time at the end of the cell.
    """
    if in_notebook():
        from IPython.display import display

        display(Picture(figure))
        if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
            pyplot.close(figure)
    return figure
