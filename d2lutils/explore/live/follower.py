"""The observer of a panel's run: it draws at most four times a second, and ends the run once Stop was pressed."""

import time

from d2lutils.training import StopTraining

SECONDS_BETWEEN_DRAWINGS = 0.25


class Follower:
    """Follows one run of `panel` with `settings`. `latest` holds the curves as far as they were seen.

    looked: whether the run ever called `update`, without which it cannot be stopped.
    """

    def __init__(self, panel, settings: dict):
        self.panel, self.settings, self.latest, self.looked = panel, settings, None, False
        self.begin()

    def begin(self) -> None:
        """The run begins now, and so does its time."""
        self.began, self._next = time.perf_counter(), 0.0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def wait(self) -> None:
        """Called while another thread of the process trains. Raises StopTraining if Stop was pressed."""
        if self.panel.stopping:
            raise StopTraining
        self.panel.say(self.settings, "waiting until the cell that is training has finished …")

    def update(self, history, done: float) -> None:
        """What `fit` calls while it trains."""
        self.looked = True
        stop = self.panel.stopping
        if stop or time.perf_counter() >= self._next:
            self.latest = self.panel.recorded.read(history)
        if stop:
            raise StopTraining
        if time.perf_counter() >= self._next:
            self.panel.show_progress(self, min(max(float(done), 0.0), 1.0))
            self._next = time.perf_counter() + SECONDS_BETWEEN_DRAWINGS

    def close(self, history) -> None:
        """What `fit` calls at the end: nothing is left open."""
