"""Where the tests put a live slider."""


def places(widget) -> list:
    """The first, a middle and the last value that a slider can take; the middle need not be a recorded one."""
    import ipywidgets as widgets

    if isinstance(widget, widgets.SelectionSlider):
        values = [value for _, value in widget.options]
        found = [values[0], values[len(values) // 2], values[-1]]
    elif isinstance(widget, widgets.FloatLogSlider):
        found = [10**widget.min, 10 ** ((widget.min + widget.max) / 2), 10**widget.max]
    else:
        middle = (widget.min + widget.max) / 2
        found = [widget.min, int(middle) if isinstance(widget.min, int) else middle, widget.max]
    return list(dict.fromkeys(found))
