"""Stop a run when the held-out loss no longer improves, and go back to the best weights."""

import torch

from d2lutils.plots import default_observer
from d2lutils.training.observer import Observers, StopTraining


class EarlyStopping:
    """An Observer for `fit(observers=[…])` that ends a run `patience` epochs after the last improvement.

    net: the network that is trained. A copy of its state_dict is kept from the best epoch, on the same device, and
        loaded back when the run ends, whether it was stopped, came to its last epoch, or failed.
    patience: how many epochs in a row may pass without a new best, 1 or more.
    column: the epoch column of the History to watch; "test loss" is fit's name for the loss on the data held out.
    larger_is_better: True for a column such as "test accuracy".
    plot: what to show meanwhile, as in fit: True the usual curves, False nothing, or another Observer.

    `best_epoch` (from 1; 0 before the first) and `best` (the column's value there) say which weights the net has
    afterwards. Columns of the History end with the last epoch, not with the best. A run that `fit` resumes from a
    checkpoint is judged by the epochs from there on. Raises ValueError if the History has no such column.
    Source: Prechelt, "Early Stopping — But When?" (1998), in the form in which patience counts epochs.
    """

    every_epoch = True  # fit then calls update at the end of each epoch, while the weights are still that epoch's

    def __init__(self, net, patience: int = 5, *, column: str = "test loss", larger_is_better: bool = False,
                 plot=False):  # fmt: skip
        if isinstance(patience, bool) or not isinstance(patience, int) or patience < 1:
            raise ValueError(f"patience counts epochs: an int of 1 or more, not {patience!r}")
        self.net, self.patience, self.column, self.larger_is_better = net, patience, column, larger_is_better
        self.needs = [column]
        self.shown = Observers([default_observer()] if plot is True else [plot] if plot else [])
        self.best_epoch, self.best, self.weights, self._history = 0, None, None, None

    def update(self, history, done: float) -> None:
        if history is not self._history:  # a new run; epochs it already has were resumed, their weights are gone
            self.best_epoch, self.best, self.weights, self._history = 0, None, None, history
            self._seen = self._waited = len(history.epochs.get("epoch", ()))
        epoch = len(history.epochs.get("epoch", ()))
        stop = False
        if epoch > self._seen:
            self._seen = epoch
            stop = self._look(history, epoch)
        self.shown.update(history, done)
        if stop:
            raise StopTraining

    def close(self, history) -> None:
        if self.weights is not None:
            self.net.load_state_dict(self.weights)
            self.weights = None
        self.shown.close(history)

    def _look(self, history, epoch: int) -> bool:
        """Compare the epoch that has just ended with the best so far. True when patience is used up."""
        if self.column not in history.epochs:
            raise ValueError(
                f"column: the history has no {self.column!r}, only {', '.join(map(repr, history.epochs))}. The test "
                "columns need held-out data, fit(net, train, test, …)"
            )
        value = history.epochs[self.column][-1]
        if self.best is None or (value > self.best if self.larger_is_better else value < self.best):
            self.best, self.best_epoch, self._waited = value, epoch, epoch
            self.weights = {name: _copy(entry) for name, entry in self.net.state_dict().items()}
        return epoch - self._waited >= self.patience


def _copy(entry):
    return entry.detach().clone() if isinstance(entry, torch.Tensor) else entry
