"""What runs in a notebook: the panel with its sliders, Run and Stop."""

from d2lutils.explore.live.controls import control
from d2lutils.explore.live.panels import Panel, open_panel

__all__ = ["Panel", "control", "open_panel"]
