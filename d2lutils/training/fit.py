"""The one training loop of the book."""

from contextlib import nullcontext, suppress
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import Optimizer

from d2lutils.arguments import describe
from d2lutils.machine import keep_freed_memory, try_gpu, turn
from d2lutils.models import Modes
from d2lutils.plots import default_observer
from d2lutils.training.accumulation import MeanGradient
from d2lutils.training.arguments import check_data, check_loss, chosen_metrics, made_optimizer, parameters
from d2lutils.training.checkpoint import Checkpoint, run_settings
from d2lutils.training.divergence import Diverged
from d2lutils.training.history import History
from d2lutils.training.observer import Observers, StopTraining
from d2lutils.training.recorder import Recorder, epoch_columns
from d2lutils.training.schedule import Schedule, made_schedule
from d2lutils.training.steps import as_step, classification
from d2lutils.training.task import Task


def fit(
    net: nn.Module,
    train,
    test=None,
    *,
    loss,
    optimizer,
    epochs: int,
    step=classification,
    metrics=None,
    device: torch.device | str | None = None,
    clip: float | None = None,
    accumulate: int = 1,
    scheduler=None,
    schedule_every: str = "epoch",
    precision: torch.dtype | None = None,
    checkpoint=None,
    plot=True,
    observers=(),
) -> History:
    """Train `net` on the batches of `train`, look at `test` after each epoch, and return the History.

    net: its weights are taken as they are, never initialised again; moved to `device`. Each module is in the mode it
        was in afterwards; one that evaluates inside a net that trains is frozen and evaluates throughout.
    train, test: anything that can be iterated again and again for batches (TensorLoader, DataLoader).
    loss: (output, target) -> the MEAN over the batch's items, so that the learning rate means the same at every batch
        size. A module is moved to `device`, too.
    optimizer: a torch optimizer of `net`'s parameters, or a factory `parameters -> optimizer`.
    step: what one batch does, a d2l.Step or a function (net, batch, loss) -> d2l.StepOutput.
    metrics: {name: (output, target) -> mean}; by default the step's own, for classification the accuracy.
    device: by default the GPU if there is one. clip: the largest norm of all gradients together, or None.
    accumulate: how many batches make one step of the optimizer, whose gradient is the mean over all their items; an
        epoch's last step makes do with those that are left. Batch normalisation still sees each batch by itself.
    scheduler: a torch scheduler or a factory `optimizer -> scheduler`, advanced after each epoch, or with
        schedule_every="step" after each step of the optimizer (OneCycleLR); ReduceLROnPlateau is given the test loss
        (training loss without `test`).
    precision: torch.bfloat16 or torch.float16 for mixed precision, or None.
    checkpoint: a path; written after each epoch, and continued from if it is there. A run that was killed and called
        again with the same arguments ends, on the CPU, with the very parameters of a run that never was. With other
        arguments (but for more epochs) it is refused; other data are noticed where they are tensors at hand, as in
        TensorLoader (some rows are looked at), and by their number elsewhere.
    plot: True draws curves in a notebook and a progress bar in a terminal; False nothing; or an Observer.
    observers: further Observers, such as EarlyStopping.

    Ctrl-C ends the run as an observer's StopTraining does: the History comes back, with `stopped=True`. One training
    runs at a time in a process; a second one waits. On a CPU under Linux the process keeps the memory that a step frees
    for the next one from here on (machine/allocator.py).

    Raises Diverged (with `.history`) when the loss stops being finite, CheckpointError, and ValueError for arguments
    that do not fit each other.
    """
    for name, value in (("epochs", epochs), ("accumulate", accumulate)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be an int, 1 or more, not {value!r}")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip is the largest norm of the gradients, above 0, not {clip}; None turns it off")
    check_data(train, "train")
    check_data(test, "test", optional=True)
    check_loss(loss)
    step = as_step(step)
    metrics = chosen_metrics(metrics, step)
    if not isinstance(observers, (list, tuple)):
        raise ValueError(f"observers must be a list of Observers, not {describe(observers)}: observers=[…]")
    watching = Observers([*([plot] if plot and plot is not True else []), *observers])
    watching.check_needs(epoch_columns(metrics, step.of_mean_loss, test is not None))

    device = torch.device(device) if device is not None else try_gpu()
    if device.type == "cpu":
        keep_freed_memory()
    net.to(device)
    if isinstance(loss, nn.Module):
        loss.to(device)  # it may hold class weights, or parameters of its own
    train, test = _on_device(train, device), _on_device(test, device)
    task = Task(net, step, loss, metrics, device, precision)
    optimizer = made_optimizer(optimizer, net, loss)
    batches = _length(train)
    steps = None if batches is None else -(-batches // accumulate)
    schedule = made_schedule(scheduler, schedule_every, optimizer, epochs, steps)
    scaler = torch.amp.GradScaler(device.type, enabled=precision == torch.float16)

    saved = None
    if checkpoint is not None:
        saved = Checkpoint(
            checkpoint,
            parts={"net": net, "optimizer": optimizer, "scheduler": schedule.scheduler, "scaler": scaler, "loss": loss},
            settings=run_settings(
                train=train, test=test, loss=loss, optimizer=optimizer, scheduler=schedule.scheduler, step=step,
                metrics=metrics, clip=clip, accumulate=accumulate, precision=precision, schedule_every=schedule_every,
            ),
            drawing=(train, test, loss, step, net, metrics),
        )  # fmt: skip
    with turn(), saved or nullcontext():
        history = (saved and saved.load(epochs)) or History(device=str(device))
        if plot is True:
            watching.join(default_observer())  # now that nothing is refused any more: a bar must be closed
        recorder = Recorder(
            history, list(metrics), watching, epochs, batches, lambda: optimizer.param_groups[0]["lr"],
            step.of_mean_loss,
        )  # fmt: skip
        run = Run(task, Modes(net), optimizer, MeanGradient(optimizer, accumulate), scaler, clip, schedule, recorder)
        try:
            _run_epochs(run, train, test, epochs, saved)
        except StopTraining:
            history.stopped = True
        except KeyboardInterrupt:
            history.stopped = True
            with suppress(Diverged, ValueError):
                recorder.collect()  # what was seen and not yet read
        finally:
            run.modes.restore()
            watching.close(history)
    return history


@dataclass
class Run:
    """What moves in a run of `fit`."""

    task: Task
    modes: Modes
    optimizer: Optimizer
    gradient: MeanGradient
    scaler: torch.amp.GradScaler
    clip: float | None
    schedule: Schedule
    recorder: Recorder


def _run_epochs(run: Run, train, test, epochs: int, saved: Checkpoint | None) -> None:
    """Epoch after epoch, from the first that the history does not have: train, look at `test`, save."""
    recorder, history = run.recorder, run.recorder.history
    judged = "train loss" if test is None else "test loss"

    def look() -> float:
        recorder.read()
        return history.last(judged)

    for epoch in range(len(history.epochs.get("epoch", ())) + 1, epochs + 1):
        _train_epoch(run, train, epoch)
        if test is not None:
            for number, row in enumerate(run.task.over(test, "test"), start=1):
                recorder.add("test", epoch, number, row)
        recorder.end_epoch(epoch)
        run.schedule.end_epoch(look)
        if saved is not None:
            recorder.read()
            saved.save(epoch, history)
    recorder.read()


def _train_epoch(run: Run, train, epoch: int) -> None:
    """One pass over the training data. This is the bare loop: forwards, no old gradients, backwards, step."""
    task, gradient, number = run.task, run.gradient, 0
    run.modes.to_training()
    task.step.start(train=True)
    for batch in train:
        number += 1
        out = task.forward(batch)
        del batch  # its memory, still in the processor's cache, serves the next one (enumerate would keep it)
        if gradient.waiting == 0:
            gradient.forget()
        run.scaler.scale(gradient.share(out)).backward()
        if gradient.full:
            _update(run)
        run.recorder.add("train", epoch, number, task.row(out))
    if number == 0:
        raise ValueError(
            f"train gave no batch in epoch {epoch}: it is empty, its batch size with drop_last is above its length, or "
            "it is an iterator that can be used once only (pass a loader, not iter(loader))"
        )
    if gradient.waiting:
        _update(run)


def _update(run: Run) -> None:
    """Move the weights. Without float16 the scaler does nothing of its own."""
    if run.clip is not None:
        run.scaler.unscale_(run.optimizer)
        nn.utils.clip_grad_norm_(parameters(run.optimizer), run.clip)
    run.scaler.step(run.optimizer)
    run.scaler.update()
    run.gradient.clear()
    run.schedule.end_step()


def _on_device(data, device):
    """A loader over whole tensors keeps them on the device if they fit there; others are moved batch by batch."""
    return data.to(device) if hasattr(data, "to") else data


def _length(data) -> int | None:
    try:
        return len(data)
    except TypeError:
        return None
