"""Drawing: curves that grow while a network trains and still ones, pictures in a grid, tables of numbers.

Everything is drawn with matplotlib at 80 dots an inch without a tight bounding box (encoding the picture is most of a
redraw's cost) and shown through one display handle, so that a notebook keeps one output a figure. Figures stand outside
pyplot, so there is none to close. Nothing here needs a notebook: elsewhere a run shows a progress bar instead.
"""

from d2lutils.plots.figures import plot
from d2lutils.plots.images import show_images
from d2lutils.plots.live import Animator
from d2lutils.plots.notebook import Picture, in_notebook, show
from d2lutils.plots.observers import HistoryPlot, ProgressBar, default_observer
from d2lutils.plots.style import COLORS
from d2lutils.plots.tables import Table, table

__all__ = [
    "COLORS", "Animator", "HistoryPlot", "Picture", "ProgressBar", "Table", "default_observer", "in_notebook",
    "plot", "show", "show_images", "table",
]
