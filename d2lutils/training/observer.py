"""How others follow a run: what an observer is, and how a run survives it."""

import sys
from typing import Protocol

from d2lutils.arguments import describe
from d2lutils.training.history import History


class StopTraining(Exception):
    """Raised by an observer to end a run: `fit` returns the history up to there, with `stopped=True`."""


class Observer(Protocol):
    """Something that follows a run: a plot, a progress bar, the panel of sliders.

    An exception other than StopTraining does not end the run: it is reported once, and the observer is left out from
    then on. Two attributes may be added. `every_epoch = True`: `update` is called at the end of each epoch, too,
    before the weights move on, for what must not miss one. `needs`, names of epoch columns: `fit` refuses to begin a
    run that will not have them.
    """

    def update(self, history: History, done: float) -> None:
        """Called at most about five times a second while training and evaluating; `done` is in [0, 1]."""

    def close(self, history: History) -> None:
        """Called once when the run ends, whether well, by an error or by an interruption."""


class Observers:
    """Several observers as one. One that raises is reported on stderr, once, and then left out."""

    def __init__(self, observers):
        self.all, self.well = [], []
        for observer in observers:
            self.join(observer)

    def join(self, observer) -> None:
        """Follow with the others from now on. Raises ValueError for what is no observer."""
        self.all.append(_checked(observer))
        self.well.append(observer)

    @property
    def every_epoch(self) -> bool:
        return any(getattr(observer, "every_epoch", False) for observer in self.well)

    def check_needs(self, columns: list[str]) -> None:
        """Raises ValueError if an observer cannot do without an epoch column that is not among `columns`."""
        for observer in self.all:
            for name in getattr(observer, "needs", ()):
                if name not in columns:
                    raise ValueError(
                        f"{type(observer).__name__} needs the column {name!r}, and this run will have "
                        f"{', '.join(map(repr, columns))}. Test columns need held-out data, fit(net, train, test, …)"
                    )

    def update(self, history: History, done: float) -> None:
        """Tell all. Raises StopTraining when all are told, if one of them asks for it."""
        stop = None
        for observer in list(self.well):
            try:
                observer.update(history, done)
            except StopTraining as asked:
                stop = asked
            except Exception as error:
                self._leave_out(observer, error)
        if stop is not None:
            raise stop

    def close(self, history: History) -> None:
        for observer in self.all:  # one that was left out may still have something to close
            try:
                observer.close(history)
            except Exception as error:
                if any(observer is other for other in self.well):
                    self._leave_out(observer, error)

    def _leave_out(self, observer, error: Exception) -> None:
        self.well = [other for other in self.well if other is not observer]
        name, words = type(observer).__name__, f"{type(error).__name__}: {error}"
        print(f"d2lutils: the observer {name} failed ({words}); training goes on without it", file=sys.stderr)


def _checked(observer):
    if isinstance(observer, type):
        raise ValueError(f"an observer must be an object, not the class {observer.__name__}: {observer.__name__}()")
    if not callable(getattr(observer, "update", None)) or not callable(getattr(observer, "close", None)):
        raise ValueError(
            f"an observer has update(history, done) and close(history) (d2l.Observer); {describe(observer)} has not"
        )
    return observer
