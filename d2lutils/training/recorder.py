"""From losses on a device to numbers in a History, with as few waits for the device as possible."""

import math
import time
from collections import deque

import torch

from d2lutils.training.history import History

READINGS_PER_EPOCH = 5
SECONDS_BETWEEN_READS = 0.25


class Diverged(ArithmeticError):
    """The loss stopped being finite. `history` holds the run up to there, `epoch` and `step` say where (from 1)."""

    def __init__(self, message: str, history: History, epoch: int, step: int):
        super().__init__(message)
        self.history, self.epoch, self.step = history, epoch, step


class Means:
    """Weighted running means of a row of numbers."""

    def __init__(self):
        self.sums, self.count = None, 0.0

    def add(self, values: list[float], count: float) -> None:
        if self.sums is None:
            self.sums = [0.0] * len(values)
        self.sums = [total + value * count for total, value in zip(self.sums, values)]
        self.count += count

    def named(self, prefix: str, names: list[str]) -> dict[str, float]:
        return {f"{prefix}{name}": total / self.count for name, total in zip(names, self.sums)} if self.count else {}


def to_floats(rows: list[tuple]) -> list[list[float]]:
    """Rows of 0-d tensors and numbers as floats. On a GPU this is one transfer for all of them."""
    tensors = [value for row in rows for value in row if isinstance(value, torch.Tensor)]
    if tensors and tensors[0].device.type != "cpu":
        # float64 holds a float32 loss and a count of items exactly; MPS has no float64
        dtype = torch.float32 if tensors[0].device.type == "mps" else torch.float64
        values = iter(torch.stack([t.to(dtype) for t in tensors]).tolist())
        return [[next(values) if isinstance(value, torch.Tensor) else float(value) for value in row] for row in rows]
    return [[float(value) for value in row] for row in rows]


class Recorder:
    """Collects what the training loop saw and turns it into `history` a few times a second.

    Rows wait as tensors in `pending`; reading them is the only wait for the device. The history that comes out does
    not depend on when they were read. of_mean_loss: {name: function}, for columns that are a function of the mean loss
    over the epoch (the perplexity is exp of it) and not a mean over batches.
    """

    def __init__(self, history: History, names: list[str], observer, epochs: int, steps_per_epoch: int | None, lr,
                 of_mean_loss=None):  # fmt: skip
        self.history, self.names, self.observer = history, ["loss", *names], observer
        self.of_mean_loss = of_mean_loss or {}
        self.epochs, self.steps_per_epoch, self.lr = epochs, steps_per_epoch, lr
        self.pending: list[tuple] = []  # (kind, epoch, step, values)
        self.train_means, self.test_means, self.reading = Means(), Means(), Means()
        self.recent: deque[float] = deque(maxlen=20)  # losses of the last steps, to tell why a run diverged
        self.began = time.perf_counter() - history.seconds
        self.next_read = 0.0
        self.done = 0.0

    def add(self, kind: str, epoch: int, step: int, loss, values: list, count) -> None:
        """One batch: kind "train" or "test", its mean loss and metrics, and over how many items they were taken."""
        self.pending.append((kind, epoch, step, (loss, *values, count)))
        if kind == "train" and self.steps_per_epoch:
            self.done = (epoch - 1 + step / self.steps_per_epoch) / self.epochs
        if time.perf_counter() >= self.next_read:
            self.read()

    def end_epoch(self, epoch: int) -> None:
        self.pending.append(("end", epoch, 0, ()))
        self.done = epoch / self.epochs
        if getattr(self.observer, "every_epoch", False):
            self.read()

    def read(self) -> None:
        """Turn all pending rows into history and tell the observer. Raises Diverged, ValueError, StopTraining."""
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
            *values, count = row
            self._check(kind, epoch, step, values)
            if kind == "test":
                self.test_means.add(values, count)
                continue
            self.recent.append(values[0])
            self.history.examples += count
            self.train_means.add(values, count)
            self.reading.add(values, count)
            # a mark falls on step s where s / steps crosses k / READINGS_PER_EPOCH: also right for one batch an epoch
            steps = self.steps_per_epoch
            if steps and step * READINGS_PER_EPOCH // steps > (step - 1) * READINGS_PER_EPOCH // steps:
                self.history.add("steps", {"epoch": epoch - 1 + step / steps, **self._columns("train ", self.reading)})
                self.reading = Means()
        self.history.seconds = time.perf_counter() - self.began
        if self.observer is not None:
            self.observer.update(self.history, self.done)
        self.next_read = time.perf_counter() + SECONDS_BETWEEN_READS

    def _columns(self, prefix: str, means: Means) -> dict[str, float]:
        columns = means.named(prefix, self.names)
        if columns:
            columns |= {prefix + name: float(f(columns[f"{prefix}loss"])) for name, f in self.of_mean_loss.items()}
        return columns

    def _finish_epoch(self, epoch: int) -> None:
        row = {
            "epoch": epoch,
            **self._columns("train ", self.train_means),
            **self._columns("test ", self.test_means),
        }
        self.history.add("epochs", row)
        self.train_means, self.test_means = Means(), Means()

    def _check(self, kind: str, epoch: int, step: int, values: list[float]) -> None:
        if not math.isfinite(values[0]):
            where = f"in epoch {epoch}, step {step}" if kind == "train" else f"after epoch {epoch}, test batch {step}"
            message = f"the {kind} loss became {values[0]} {where}. {self._likely_cause()}"
            self.history.diverged = message
            raise Diverged(message, self.history, epoch, step)
        for name, value in zip(self.names[1:], values[1:]):
            if math.isnan(value):
                raise ValueError(
                    f"the metric {name!r} is not a number (epoch {epoch}, step {step}) while the loss is finite: "
                    "look for a division by a count that can be zero"
                )

    def _likely_cause(self) -> str:
        lr = self.lr()
        if len(self.recent) > 1 and self.recent[-1] > 2 * min(self.recent):
            return (
                f"It had grown from {min(self.recent):.3g} to {self.recent[-1]:.3g} within the last "
                f"{len(self.recent)} steps: the learning rate {lr:g} is too high, or gradients explode. "
                f"Try {lr / 10:g}, or clip=1.0."
            )
        return (
            "It had not grown before: look for a division by zero, the logarithm or square root of zero, or an input "
            f"that is not finite; if the very first steps fail, the learning rate {lr:g} or the initial weights are "
            "too large."
        )
