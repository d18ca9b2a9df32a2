"""A run whose loss stops being finite: the error that ends it, and the likely cause."""

from d2lutils.training.history import History


class Diverged(ArithmeticError):
    """The loss stopped being finite. `history` holds the run up to there, `epoch` and `step` say where (from 1)."""

    def __init__(self, message: str, history: History, epoch: int, step: int):
        super().__init__(message)
        self.history, self.epoch, self.step = history, epoch, step


def likely_cause(recent: list[float], lr: float) -> str:
    """Why a loss that was `recent` in the steps before, oldest first, is not finite now, and what to try."""
    if len(recent) > 1 and recent[-1] > 2 * min(recent):
        return (
            f"It had grown from {min(recent):.3g} to {recent[-1]:.3g} within the last {len(recent)} steps: the "
            f"learning rate {lr:g} is too high, or gradients explode. Try {lr / 10:g}, or clip=1.0."
        )
    return (
        "It had not grown before: look for a division by zero, the logarithm or square root of zero, or an input "
        f"that is not finite; if the very first steps fail, the learning rate {lr:g} or the initial weights are "
        "too large."
    )
