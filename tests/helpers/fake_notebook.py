"""A notebook without a kernel: the parts of IPython that drawing needs, watched."""

import sys
import types

import IPython
from IPython.core.events import EventManager, available_events


class FakeNotebook:
    """Stands for IPython in `sys.modules`: counts what would be shown, and ends cells when told to."""

    def __init__(self, monkeypatch):
        self.shown, self.updated = [], []
        self.shell = types.SimpleNamespace(kernel=object())
        self.shell.events = EventManager(self.shell, available_events)
        display_module = types.SimpleNamespace(display=self.display)
        ipython = types.SimpleNamespace(
            get_ipython=lambda: self.shell, display=display_module, version_info=IPython.version_info
        )  # matplotlib asks for the version, once, when it makes its first figure
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        monkeypatch.setitem(sys.modules, "IPython.display", display_module)

    def display(self, picture, display_id=None):
        self.shown.append(picture)
        return types.SimpleNamespace(update=self.updated.append)

    def end_cell(self) -> None:
        self.shell.events.trigger("post_run_cell", None)
