"""The one training loop of the book."""

from contextlib import nullcontext

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from d2lutils.machine import keep_freed_memory, try_gpu
from d2lutils.metrics import accuracy
from d2lutils.plots import default_observer
from d2lutils.training.checkpoint import load_checkpoint, save_checkpoint
from d2lutils.training.history import History, StopTraining
from d2lutils.training.recorder import Means, Recorder, to_floats
from d2lutils.training.steps import StepOutput, classification


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
    scheduler=None,
    precision: torch.dtype | None = None,
    checkpoint=None,
    plot=True,
) -> History:
    """Train `net` on the batches of `train`, look at `test` after each epoch, and return the History.

    net: its weights are taken as they are, never initialised again; moved to `device`.
    train, test: anything that can be iterated again and again for batches of tensors (TensorLoader, DataLoader).
    loss: (output, target) -> the MEAN over the batch's items, so that the learning rate means the same at every batch
        size. A module is moved to `device`, too.
    optimizer: a torch optimizer of `net`'s parameters, or a factory `parameters -> optimizer`.
    step: what one batch does (training/steps.py). metrics: {name: (output, target) -> mean}; by default the accuracy
        for classification, none else.
    device: by default the GPU if there is one. clip: the largest norm of all gradients together, or None.
    scheduler: a torch scheduler or a factory `optimizer -> scheduler`, advanced after each epoch; ReduceLROnPlateau
        is given the test loss (training loss without `test`).
    precision: torch.bfloat16 or torch.float16 for mixed precision, or None.
    checkpoint: a path; written after each epoch, and continued from if it is there. A run that was killed and called
        again with the same arguments ends, on the CPU, with the very parameters of a run that never was.
    plot: True draws curves in a notebook and a progress bar in a terminal; False nothing; or an Observer.

    On a CPU under Linux the process keeps the memory that a step frees for the next one from here on (heap.py).

    Raises Diverged (with `.history`) when the loss stops being finite, CheckpointError, and ValueError for arguments
    that do not fit each other.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be 1 or more, not {epochs}")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip is the largest norm of the gradients, above 0, not {clip}; None turns it off")
    device = torch.device(device) if device is not None else try_gpu()
    if device.type == "cpu":
        keep_freed_memory()
    net.to(device)
    if isinstance(loss, nn.Module):
        loss.to(device)  # it may hold class weights, or parameters of its own
    train, test = _on_device(train, device), _on_device(test, device)
    optimizer = _made_for(optimizer, net, loss)
    if scheduler is not None and not hasattr(scheduler, "state_dict"):
        scheduler = scheduler(optimizer)
    scaler = torch.amp.GradScaler(device.type) if precision == torch.float16 else None
    metrics = _default_metrics(step) if metrics is None else metrics

    history, first_epoch = History(device=str(device)), 1
    if checkpoint is not None:
        resumed = load_checkpoint(
            checkpoint, net=net, optimizer=optimizer, scheduler=scheduler, scaler=scaler, loader=train
        )
        if resumed is not None:
            finished, columns = resumed
            history, first_epoch = History.from_dict(columns), finished + 1

    observer = default_observer() if plot is True else plot or None
    recorder = Recorder(
        history, list(metrics), observer, epochs, _length(train), lr=lambda: optimizer.param_groups[0]["lr"],
        of_mean_loss=getattr(step, "of_mean_loss", None),
    )  # fmt: skip
    was_training = net.training
    try:
        for epoch in range(first_epoch, epochs + 1):
            net.train()
            _start(step, train=True)
            number = 0
            for batch in train:
                number += 1
                with _autocast(device, precision):
                    out = step(net, _move(batch, device), loss)
                del batch  # its memory, still in the processor's cache, serves the next one (enumerate would keep it)
                for parameter in _parameters(optimizer):
                    parameter.grad = None  # what optimizer.zero_grad() does, without its entry for the profiler
                if scaler is None:
                    out.loss.backward()
                    if clip is not None:
                        nn.utils.clip_grad_norm_(_parameters(optimizer), clip)
                    optimizer.step()
                else:
                    scaler.scale(out.loss).backward()
                    if clip is not None:
                        scaler.unscale_(optimizer)
                        nn.utils.clip_grad_norm_(_parameters(optimizer), clip)
                    scaler.step(optimizer)
                    scaler.update()
                recorder.add("train", epoch, number, out.loss.detach(), _measure(metrics, out), out.count)
            if number == 0:
                raise ValueError(
                    f"train gave no batch in epoch {epoch}: it is empty, its batch size with drop_last is above its "
                    "length, or it is an iterator that can be used once only (pass a loader, not iter(loader))"
                )
            if test is not None:
                for number, values in enumerate(
                    _look(net, test, loss, metrics, step, device, precision, "test"), start=1
                ):
                    recorder.add("test", epoch, number, *values)
            recorder.end_epoch(epoch)
            if isinstance(scheduler, ReduceLROnPlateau):
                recorder.read()
                scheduler.step(history.last("train loss" if test is None else "test loss"))
            elif scheduler is not None:
                scheduler.step()
            if checkpoint is not None:
                recorder.read()
                save_checkpoint(
                    checkpoint,
                    epoch=epoch,
                    net=net,
                    optimizer=optimizer,
                    scheduler=scheduler,
                    scaler=scaler,
                    history=history,
                    loader=train,
                )
        recorder.read()
    except StopTraining:
        history.stopped = True
    finally:
        net.train(was_training)
        if observer is not None:
            observer.close(history)
    return history


def evaluate(net: nn.Module, data, *, loss=None, metrics=None, step=classification, device=None) -> dict[str, float]:
    """The mean loss (if given) and metrics of `net` over all items of `data`, without gradients, in evaluation mode.

    The mode and device of `net` are as before afterwards; the default device is where its parameters are.
    Returns {"loss": …, "accuracy": …}. Raises ValueError if `data` has no batch.
    """
    if device is None:
        device = next((p.device for p in net.parameters()), torch.device("cpu"))
    if isinstance(loss, nn.Module):
        loss.to(device)
    metrics = _default_metrics(step) if metrics is None else metrics
    names = [*metrics] if loss is None else ["loss", *metrics]
    means = Means()
    looks = _look(net, data, loss, metrics, step, device, None, "data")
    for *values, count in to_floats([(mean_loss, *measured, count) for mean_loss, measured, count in looks]):
        means.add(values if loss is not None else values[1:], count)
    result = means.named("", names)
    if loss is not None:
        result |= {name: f(result["loss"]) for name, f in getattr(step, "of_mean_loss", {}).items()}
    return result


def evaluate_accuracy(net: nn.Module, data, device=None) -> float:
    """The share of `data`'s items that `net` classifies rightly, in [0, 1]."""
    return evaluate(net, data, device=device)["accuracy"]


def _look(net, data, loss, metrics, step, device, precision, name):
    """Yield (mean loss, metrics, count) for each batch of `data`, without gradients and in evaluation mode."""
    was_training, empty = net.training, True
    net.eval()
    _start(step, train=False)
    try:
        # not one `with` around the loop: a generator would keep gradients off in its caller between two batches
        for batch in data:
            with torch.no_grad(), _autocast(device, precision):
                out = step(net, _move(batch, device), loss or _no_loss)
                values = _measure(metrics, out)
            yield out.loss.detach(), values, out.count
            empty = False
    finally:
        net.train(was_training)
    if empty:
        raise ValueError(f"{name} gave no batch: it is empty, or an iterator that can be used once only")


def _no_loss(output, target):
    return output.new_zeros(())


def _start(step, train: bool) -> None:
    if hasattr(step, "start"):
        step.start(train)


def _measure(metrics: dict, out: StepOutput) -> list[torch.Tensor]:
    if not metrics:
        return []
    # detached, so that no metric keeps a graph; entering torch.no_grad() costs each batch several times as much
    output = out.output.detach() if isinstance(out.output, torch.Tensor) else out.output
    values = []
    for name, metric in metrics.items():
        value = metric(output, out.target)
        if isinstance(value, torch.Tensor) and value.numel() == 1:
            values.append(value.detach().reshape(()) if value.ndim or value.requires_grad else value)
        elif isinstance(value, (int, float)):
            values.append(value)
        else:
            kind = f"shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__
            raise ValueError(f"the metric {name!r} must return one number, the mean over the batch, not {kind}")
    return values


def _default_metrics(step) -> dict:
    return {"accuracy": accuracy} if step is classification else {}


def _autocast(device, precision):
    return nullcontext() if precision is None else torch.autocast(torch.device(device).type, dtype=precision)


def _move(batch, device):
    """The tensors of a batch (in tuples, lists and dicts) on `device`."""
    if isinstance(batch, torch.Tensor):
        return batch if batch.device == device else batch.to(device, non_blocking=True)
    if isinstance(batch, (tuple, list)):
        return tuple([_move(value, device) for value in batch])  # a list first: quicker than a generator
    if isinstance(batch, dict):
        return {name: _move(value, device) for name, value in batch.items()}
    return batch


def _on_device(data, device):
    """A loader over whole tensors keeps them on the device if they fit there; others are moved batch by batch."""
    return data.to(device) if hasattr(data, "to") else data


def _length(data) -> int | None:
    try:
        return len(data)
    except TypeError:
        return None


def _parameters(optimizer: Optimizer) -> list[torch.Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _made_for(optimizer, net: nn.Module, loss) -> Optimizer:
    if not isinstance(optimizer, Optimizer):
        if not callable(optimizer):
            raise ValueError(
                "optimizer must be a torch optimizer or a factory: lambda params: torch.optim.SGD(params, lr=0.1)"
            )
        optimizer = optimizer(net.parameters())
    known = {id(p) for part in (net, loss) if isinstance(part, nn.Module) for p in part.parameters()}
    foreign = sum(id(p) not in known for p in _parameters(optimizer))
    if foreign:
        raise ValueError(
            f"the optimizer was made for other parameters: {foreign} of its tensors do not belong to this net. Make it "
            "from net.parameters(), after the net's last change, or pass a factory: "
            "lambda params: torch.optim.SGD(params, lr=0.1)"
        )
    return optimizer
