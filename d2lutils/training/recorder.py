"""From losses on a device to numbers in a History, with as few waits for the device as possible."""

import math
import time
from collections import deque

import torch

from d2lutils.training.divergence import Diverged, likely_cause
from d2lutils.training.history import History
from d2lutils.training.observer import Observers

READINGS_PER_EPOCH = 5
SECONDS_BETWEEN_READS = 0.25


class Means:
    """Running means of a row of numbers: the loss, which has a weight of its own, and the metrics.

    names: of the numbers; the loss, if it is there, is called "loss". data: what the numbers are of, for the error.
    """

    def __init__(self, names: list[str], data: str):
        self.names, self.data, self.batches = names, data, 0
        self.sums, self.weights = [0.0] * len(names), [0.0] * len(names)

    def add(self, values: list[float], count: float, weight: float) -> None:
        """One batch: its means over `count` items, that of the loss over `weight`."""
        self.batches += 1
        for i, (name, value) in enumerate(zip(self.names, values)):
            share = weight if name == "loss" else count
            if share:  # where nothing counts there is no mean, whatever the number
                self.sums[i] += value * share
                self.weights[i] += share

    @property
    def known(self) -> bool:
        return self.batches > 0 and all(self.weights)

    def named(self, prefix: str = "") -> dict[str, float]:
        """{prefix + name: mean}; nothing before the first batch. Raises ValueError if no item of any batch counts."""
        if not self.batches:
            return {}
        if not self.known:
            raise ValueError(
                f"no item of {self.data} counts: every target is the loss's ignore_index, or of a class with weight 0"
            )
        return {prefix + name: total / w for name, total, w in zip(self.names, self.sums, self.weights)}


def to_floats(rows: list[tuple]) -> list[list[float]]:
    """Rows of 0-d tensors and numbers as floats. On a GPU this is one transfer for all of them."""
    tensors = [value for row in rows for value in row if isinstance(value, torch.Tensor)]
    if tensors and tensors[0].device.type != "cpu":
        # float64 holds a float32 loss and a count of items exactly; MPS has no float64
        dtype = torch.float32 if tensors[0].device.type == "mps" else torch.float64
        values = iter(torch.stack([t.to(dtype) for t in tensors]).tolist())
        return [[next(values) if isinstance(value, torch.Tensor) else float(value) for value in row] for row in rows]
    return [[float(value) for value in row] for row in rows]


def epoch_columns(metrics, of_mean_loss, test: bool) -> list[str]:
    """The names of the epoch columns of a run with these metrics, with or without `test`."""
    names = ["loss", *metrics, *of_mean_loss]
    return ["epoch", *(f"train {name}" for name in names), *(f"test {name}" for name in names if test)]


class Recorder:
    """Collects what the training loop saw and turns it into `history` a few times a second.

    Rows wait as tensors in `pending`; reading them is the only wait for the device. The history that comes out does
    not depend on when they were read. names: of the metrics. of_mean_loss: {name: function}, as in Step.
    lr: () -> the learning rate now, for the message of a run that diverges.
    """

    def __init__(self, history: History, names: list[str], observers: Observers, epochs: int,
                 steps_per_epoch: int | None, lr, of_mean_loss):  # fmt: skip
        self.history, self.names, self.observers = history, ["loss", *names], observers
        self.of_mean_loss = of_mean_loss
        self.epochs, self.steps_per_epoch, self.lr = epochs, steps_per_epoch, lr
        self.pending: list[tuple] = []  # (kind, epoch, step, values)
        self._new_epoch()
        self.reading = Means(self.names, "train")
        self.recent: deque[float] = deque(maxlen=20)  # losses of the last steps, to tell why a run diverged
        self.began = time.perf_counter() - history.seconds
        self.next_read = 0.0
        self.done = len(history.epochs.get("epoch", ())) / epochs

    def add(self, kind: str, epoch: int, step: int, row: tuple) -> None:
        """One batch: kind "train" or "test", and its row: mean loss, metrics, count and weight of the loss."""
        self.pending.append((kind, epoch, step, row))
        if kind == "train" and self.steps_per_epoch:
            self.done = min((epoch - 1 + step / self.steps_per_epoch) / self.epochs, 1.0)
        if time.perf_counter() >= self.next_read:
            self.read()

    def end_epoch(self, epoch: int) -> None:
        self.pending.append(("end", epoch, 0, ()))
        self.done = epoch / self.epochs
        if self.observers.every_epoch:
            self.read()

    def read(self) -> None:
        """Turn all pending rows into history and tell the observers. Raises Diverged, ValueError, StopTraining."""
        self.collect()
        self.observers.update(self.history, self.done)
        self.next_read = time.perf_counter() + SECONDS_BETWEEN_READS

    def collect(self) -> None:
        """Turn all pending rows into history. Raises Diverged and ValueError."""
        pending, self.pending = self.pending, []
        try:
            rows = to_floats([values for *_, values in pending])
        except RuntimeError as error:
            if "device-side assert" not in str(error):
                raise
            raise RuntimeError(
                "the GPU stopped at an illegal index, most often a label outside 0 … classes - 1 or a token outside "
                "the vocabulary. Restart the kernel and run once with device='cpu': the error then names the value."
            ) from error
        for (kind, epoch, step, _), row in zip(pending, rows):
            if kind == "end":
                self._finish_epoch(epoch)
                continue
            *values, count, weight = row
            if count:
                self._check(kind, epoch, step, values)
            if kind == "test":
                self.test_means.add(values, count, weight)
                continue
            self.recent.append(values[0])
            self.history.examples += count
            self.train_means.add(values, count, weight)
            self.reading.add(values, count, weight)
            # a mark falls on step s where s / steps crosses k / READINGS_PER_EPOCH: also right for one batch an epoch
            steps = self.steps_per_epoch
            if steps and step * READINGS_PER_EPOCH // steps > (step - 1) * READINGS_PER_EPOCH // steps:
                if self.reading.known:
                    columns = self._columns("train ", self.reading)
                    self.history.add("steps", {"epoch": epoch - 1 + step / steps, **columns})
                self.reading = Means(self.names, "train")
        self.history.seconds = time.perf_counter() - self.began

    def _columns(self, prefix: str, means: Means) -> dict[str, float]:
        columns = means.named(prefix)
        if columns:
            columns |= {prefix + name: float(f(columns[f"{prefix}loss"])) for name, f in self.of_mean_loss.items()}
        return columns

    def _finish_epoch(self, epoch: int) -> None:
        columns = self._columns("train ", self.train_means) | self._columns("test ", self.test_means)
        self.history.add("epochs", {"epoch": epoch, **columns})
        self._new_epoch()

    def _new_epoch(self) -> None:
        self.train_means, self.test_means = Means(self.names, "train"), Means(self.names, "test")

    def _check(self, kind: str, epoch: int, step: int, values: list[float]) -> None:
        if not math.isfinite(values[0]):
            where = f"in epoch {epoch}, step {step}" if kind == "train" else f"after epoch {epoch}, test batch {step}"
            message = f"the {kind} loss became {values[0]} {where}. {likely_cause(list(self.recent), self.lr())}"
            self.history.diverged = message
            raise Diverged(message, self.history, epoch, step)
        for name, value in zip(self.names[1:], values[1:]):
            if math.isnan(value):
                raise ValueError(
                    f"the metric {name!r} is not a number (epoch {epoch}, step {step}) while the loss is finite: "
                    "look for a division by a count that can be zero"
                )
