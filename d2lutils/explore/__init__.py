"""Sliders: one function under all of them, recorded for pages without a kernel and live in a notebook.

    sweep = Sweep("softmax_rates", train, [Axis("lr", [0.01, 0.1, 1.0], "learning rate", log=True)],
                  curves={"loss": ["train loss", "test loss"], "accuracy": ["test accuracy"]})
    sweep.show()    # the player: works in the rendered book, and without a kernel
    sweep.live()    # the panel: trains while you look
    Pad(net, digits, labels).show()    # a digit that the reader draws, and what a trained network says of it

`record/` runs the grid and knows when a recording is older than its code, `page/` draws what needs no kernel, `live/`
is the panel; `shown.py` is the one file that knows both faces, and axes, sweeps and frames stand on top.
"""

from d2lutils.explore.axes import Axis
from d2lutils.explore.frames import Frames
from d2lutils.explore.live import Panel
from d2lutils.explore.page import Pad, Player, asset, number, pad_script, pad_style
from d2lutils.explore.record import (
    SweepError,
    chapters_with_sweeps,
    code_cells,
    code_hash,
    load_chapter,
    notebook_hash,
)
from d2lutils.explore.sweep import Sweep

__all__ = [
    "Axis",
    "Frames",
    "Pad",
    "Panel",
    "Player",
    "Sweep",
    "SweepError",
    "asset",
    "chapters_with_sweeps",
    "code_cells",
    "code_hash",
    "load_chapter",
    "notebook_hash",
    "number",
    "pad_script",
    "pad_style",
]
