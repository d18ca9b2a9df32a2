"""Numbers that say how well a model does. A metric takes (output, target) and returns the mean over the items."""

import math

import torch


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


def accuracy(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The share of items whose largest score is the target's class.

    output: scores or probabilities (..., C), or predicted classes (...); target: classes (...).
    Returns a 0-d float32 tensor on the outputs' device (no wait for it). Raises ValueError if the shapes do not fit.
    """
    classes = output.argmax(dim=-1) if output.ndim == target.ndim + 1 else output
    if classes.shape != target.shape:
        raise ValueError(
            f"accuracy needs scores (..., C) or classes (...) for targets (...): got output {tuple(output.shape)} "
            f"and target {tuple(target.shape)}"
        )
    return (classes == target).float().mean()


def perplexity(mean_loss) -> float:
    """exp of the mean cross-entropy over tokens, in nats: how many equally likely tokens a guess is worth.

    1 for a model that is certain and right, V for one that finds all V tokens equally likely, inf where exp overflows.
    mean_loss: a number or a 0-d tensor. The mean must be over all tokens together: the mean of the perplexities of
    batches is larger (Jensen's inequality). Jelinek, Mercer, Bahl and Baker (1977).
    """
    try:
        return math.exp(mean_loss.item() if isinstance(mean_loss, torch.Tensor) else mean_loss)
    except OverflowError:
        return math.inf
