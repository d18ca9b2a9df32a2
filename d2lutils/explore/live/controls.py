"""The sliders of a live panel: one ipywidgets control an axis, of those that ipywidgets 7 and 8 share."""

import math

from d2lutils.explore.axes import Axis


def control(axis: Axis, label_width: str = "initial"):
    """The widget for an axis: continuous between the ends of a grid of numbers, else one position a value."""
    import ipywidgets as widgets

    style, layout = {"description_width": label_width}, {"width": "min(32em, 95%)"}
    look = {"description": axis.label, "style": style, "layout": layout}
    low, high = (min(axis.values), max(axis.values)) if axis.is_numeric else (None, None)
    whole = axis.is_numeric and all(isinstance(v, int) for v in axis.values)
    if low == high or isinstance(axis.format, dict) or (whole and (axis.log or high - low > 100)):
        options = [(axis.text(value), value) for value in axis.values]
        return widgets.SelectionSlider(options=options, value=axis.start, **look)
    if whole:
        return widgets.IntSlider(min=low, max=high, value=axis.start, **look)
    if axis.log:
        ends = {"min": math.log10(low), "max": math.log10(high), "step": 0.05}
        return widgets.FloatLogSlider(base=10, value=axis.start, readout_format=".3g", **ends, **look)
    step = 10.0 ** math.floor(math.log10((high - low) / 20))
    return widgets.FloatSlider(min=low, max=high, step=step, value=axis.start, readout_format=".3g", **look)
