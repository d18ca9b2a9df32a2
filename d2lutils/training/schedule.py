"""Learning-rate schedules: made for the optimizer, and told once an epoch or once a step that time has passed."""

from dataclasses import dataclass

from torch.optim import Optimizer
from torch.optim.lr_scheduler import CyclicLR, LRScheduler, OneCycleLR, ReduceLROnPlateau

from d2lutils.arguments import describe

EVERY = ("epoch", "step")


@dataclass
class Schedule:
    """A torch scheduler, or None, and when it is advanced: every "epoch" or every "step" of the optimizer."""

    scheduler: object
    every: str

    def end_step(self) -> None:
        if self.scheduler is not None and self.every == "step":
            self.scheduler.step()

    def end_epoch(self, look) -> None:
        """look: () -> the loss that ReduceLROnPlateau judges by."""
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(look())
        elif self.scheduler is not None and self.every == "epoch":
            self.scheduler.step()


def made_schedule(scheduler, every: str, optimizer: Optimizer, epochs: int, steps_per_epoch: int | None) -> Schedule:
    """The Schedule, its scheduler made if a factory was given.

    steps_per_epoch: of the optimizer, None where not known. Raises ValueError for a scheduler that is none, is of
    another optimizer, or plans for another number of calls than it will get.
    """
    if every not in EVERY:
        raise ValueError(f"schedule_every must be 'epoch' or 'step', not {every!r}")
    if scheduler is None:
        return Schedule(None, every)
    if not _is_scheduler(scheduler):
        if not callable(scheduler):
            raise ValueError(
                f"scheduler must be a torch scheduler or a factory optimizer -> scheduler, not {describe(scheduler)}"
            )
        try:
            scheduler = scheduler(optimizer)
        except TypeError as error:
            raise ValueError(
                f"scheduler must be a torch scheduler or a factory: lambda optimizer: …StepLR(optimizer, 10). Called "
                f"with the optimizer alone, it failed: {error}"
            ) from error
        if not _is_scheduler(scheduler):
            raise ValueError(f"the factory given as scheduler returned no scheduler, but {describe(scheduler)}")
    for part in _parts(scheduler):
        if getattr(part, "optimizer", optimizer) is not optimizer:
            raise ValueError(
                "scheduler belongs to another optimizer, whose learning rate it would change: make both before fit, or "
                "pass a factory, scheduler=lambda optimizer: …"
            )
        _check_plan(part, every, epochs, steps_per_epoch)
    return Schedule(scheduler, every)


def _is_scheduler(value) -> bool:
    known = isinstance(value, (LRScheduler, ReduceLROnPlateau))
    return known or (not isinstance(value, type) and hasattr(value, "step") and hasattr(value, "state_dict"))


def _parts(scheduler) -> list:
    """The scheduler, and those that it is put together of (SequentialLR, ChainedScheduler)."""
    return [scheduler, *(part for inner in getattr(scheduler, "_schedulers", ()) for part in _parts(inner))]


def _check_plan(scheduler, every: str, epochs: int, steps_per_epoch: int | None) -> None:
    if isinstance(scheduler, ReduceLROnPlateau):
        if every == "step":
            raise ValueError("ReduceLROnPlateau looks at the loss of an epoch: leave schedule_every at 'epoch'")
        return
    if isinstance(scheduler, CyclicLR):
        if every == "epoch" and scheduler.total_size > epochs:
            raise ValueError(
                f"CyclicLR counts steps, {scheduler.total_size:g} a cycle, and would get {epochs}, one an epoch: "
                "schedule_every='step'"
            )
        return
    plan = getattr(scheduler, "total_steps", None) or getattr(scheduler, "T_max", None)
    if plan is None or steps_per_epoch is None or scheduler.last_epoch > 0:  # one that goes on has its plan behind it
        return
    calls = {"epoch": epochs, "step": epochs * steps_per_epoch}
    other = next(choice for choice in EVERY if choice != every)
    if plan == calls[every] or (plan != calls[other] and not isinstance(scheduler, OneCycleLR)):
        return  # a cosine may be meant to end early, or late; one cycle is one run
    remedy = f"pass schedule_every={other!r}"
    if plan != calls[other]:
        remedy = f"give it total_steps={calls['step']} and pass schedule_every='step'"
    raise ValueError(
        f"{type(scheduler).__name__} plans for {plan} steps, and with schedule_every={every!r} it will be told of "
        f"{calls[every]}: {remedy}"
    )
