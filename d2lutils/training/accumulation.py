"""Gradient accumulation: several small batches that make one step, as one large batch would."""

from torch.optim import Optimizer

from d2lutils.training.arguments import parameters
from d2lutils.training.steps import StepOutput


class MeanGradient:
    """Keeps the optimizer's gradients at the mean over all items since the last step.

    batches: how many make a step. Each batch weighs what its loss was divided by, so that unequal batches, ignored
    items and class weights come out as in one batch of all. At no time is a gradient larger than a batch's own.
    """

    def __init__(self, optimizer: Optimizer, batches: int):
        self.optimizer, self.batches = optimizer, batches
        self.clear()

    def clear(self) -> None:
        """The gradients were used: the next batch begins anew."""
        self.waiting, self.weight = 0, 0.0

    def forget(self) -> None:
        """What optimizer.zero_grad() does, without its entry for the profiler, which costs more than all the rest."""
        for parameter in parameters(self.optimizer):
            parameter.grad = None

    @property
    def full(self) -> bool:
        return self.waiting == self.batches

    def share(self, out: StepOutput):
        """The loss to differentiate for a batch; the gradients that are there already make room for its own."""
        self.waiting += 1
        if self.batches == 1:
            return out.loss
        before, weight = self.weight, out.count if out.weight is None else out.weight
        self.weight = before + weight
        if not before:
            return out.loss
        for parameter in parameters(self.optimizer):
            if parameter.grad is not None:
                parameter.grad.mul_(before / self.weight)
        return out.loss * (weight / self.weight)
