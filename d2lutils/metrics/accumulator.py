"""Sums that grow over many batches."""


class Accumulator:
    """Add up `n` sums over many batches: `add(loss_sum, correct, count)`, then read `acc[0] / acc[2]`.

    Takes numbers or one-element tensors; reading a tensor that lives on a GPU waits for the GPU, so in a training
    loop keep sums as tensors and add them here once an epoch.
    """

    def __init__(self, n: int):
        if n < 1:
            raise ValueError(f"n is how many sums to keep, 1 or more, not {n}")
        self.data = [0.0] * n

    def add(self, *values) -> None:
        if len(values) != len(self.data):
            raise ValueError(f"this Accumulator keeps {len(self.data)} sums; add() was given {len(values)} values")
        self.data = [total + float(value) for total, value in zip(self.data, values)]

    def reset(self) -> None:
        self.data = [0.0] * len(self.data)

    def __getitem__(self, i: int) -> float:
        return self.data[i]

    def __len__(self) -> int:
        return len(self.data)
