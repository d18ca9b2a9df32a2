"""What a training run leaves behind: plain data, no plots."""

import platform
from dataclasses import asdict, dataclass, field

import torch

Columns = dict[str, list[float]]


def _versions() -> dict[str, str]:
    return {"torch": str(torch.__version__), "python": platform.python_version()}


@dataclass(repr=False)
class History:
    """The record of one run of `fit`.

    epochs: columns of equal length: "epoch" (1, 2, …), "train loss", "test loss" and a pair for each metric, such as
        "train accuracy". The training columns are means over the epoch, taken while the weights still moved.
    steps: finer readings of the training columns, about five an epoch; "epoch" there is a fraction (2.4).
    seed: the seed PyTorch was last given (torch.initial_seed()). device: where it ran. seconds: training and
        evaluation, wall clock. examples: how many items were trained on (tokens, for a language model).
    diverged: what went wrong, if the loss stopped being finite, else None. stopped: ended early, by an observer or by
        Ctrl-C.
    """

    epochs: Columns = field(default_factory=dict)
    steps: Columns = field(default_factory=dict)
    seed: int = field(default_factory=torch.initial_seed)
    device: str = "cpu"
    seconds: float = 0.0
    examples: float = 0.0
    versions: dict[str, str] = field(default_factory=_versions)
    diverged: str | None = None
    stopped: bool = False

    def __getitem__(self, name: str) -> list[float]:
        """The epoch column `name`. Raises KeyError with the names there are."""
        if name not in self.epochs:
            raise KeyError(f"no column {name!r}: this history has {', '.join(self.epochs) or 'no epoch yet'}")
        return self.epochs[name]

    def last(self, name: str) -> float:
        """The last value of the epoch column `name`."""
        return self[name][-1]

    def add(self, kind: str, row: dict[str, float]) -> None:
        """Append `row` to the columns `kind` ("epochs" or "steps"). Every row has the names of the first."""
        columns: Columns = getattr(self, kind)
        if columns and columns.keys() != row.keys():
            raise ValueError(f"a row of {kind} has {sorted(row)}, the rows before it {sorted(columns)}")
        for name, value in row.items():
            columns.setdefault(name, []).append(float(value))

    @property
    def examples_per_second(self) -> float:
        return self.examples / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict:
        """The history as dicts, lists and numbers, fit for JSON and for `torch.load(weights_only=True)`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "History":
        return cls(**data)

    def __repr__(self) -> str:
        columns = {name: column for name, column in self.epochs.items() if name != "epoch"}
        ends = ", ".join(f"{name} {column[-1]:.3g}" for name, column in columns.items() if column)
        how = "diverged" if self.diverged else "stopped" if self.stopped else ""
        epochs = f"{len(self.epochs.get('epoch', ()))} epochs"
        return f"<History: {', '.join(filter(None, [epochs, how, ends]))}>"

    def __str__(self) -> str:
        if not self.epochs:
            return "no epoch finished"
        last = ", ".join(f"{name} {column[-1]:.3f}" for name, column in self.epochs.items() if name != "epoch")
        return f"after epoch {self.epochs['epoch'][-1]:.0f}, {self.seconds:.1f} s on {self.device}:\n  {last}"
