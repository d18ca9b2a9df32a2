"""A checkpoint goes on with the run that it is of, and with no other: what was changed is refused in words."""

import functools

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

X = torch.randn(48, 4, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()


def loader(size=16, **options):
    return DataLoader(TensorDataset(X, Y), size, **options)


def run(path, train=None, test=None, net=None, **options):
    options = {"loss": nn.CrossEntropyLoss(), "optimizer": lambda p: torch.optim.SGD(p, 0.1, 0.9), **options}
    torch.manual_seed(0)
    options.setdefault("epochs", 2)
    return d2l.fit(net or nn.Linear(4, 2), train or loader(), test, plot=False, device="cpu", checkpoint=path,
                   **options)  # fmt: skip


def step_lr(gamma, **options):
    return {"scheduler": lambda o: lr_scheduler.StepLR(o, 1, gamma), **options}


def scaled(factor):
    return lambda output, target: factor * F.cross_entropy(output, target)


CHANGES = [
    ({}, {"optimizer": lambda p: torch.optim.SGD(p, 0.3, 0.9)}, r"lr: 0\.1 then, 0\.3 now"),
    ({}, {"optimizer": lambda p: torch.optim.SGD(p, 0.1, 0.5)}, r"momentum: 0\.9 then, 0\.5 now"),
    ({}, {"optimizer": lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.1)}, r"weight_decay: 0 then, 0\.1 now"),
    ({}, {"optimizer": lambda p: d2l.SGD(p, 0.1)}, r"optimizer: torch\.optim\.sgd\.SGD then, d2lutils.*SGD now"),
    ({}, {"optimizer": lambda p: torch.optim.SGD([{"params": [q]} for q in p], 0.1, 0.9)}, "groups: .* then, .* now"),
    ({}, {"loss": nn.CrossEntropyLoss(label_smoothing=0.1)}, r"loss\.label_smoothing: 0\.0 then, 0\.1 now"),
    ({}, {"loss": nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0]))}, "loss.weight: None then"),
    ({}, {"loss": F.cross_entropy}, "loss: torch.nn.modules.loss.CrossEntropyLoss then, cross_entropy now"),
    ({"loss": functools.partial(F.cross_entropy, label_smoothing=0.1)},
     {"loss": functools.partial(F.cross_entropy, label_smoothing=0.2)}, "0.1.* then, .*0.2"),
    ({"loss": scaled(1.0)}, {"loss": scaled(2.0)}, r"loss\.held: \[1\.0\] then, \[2\.0\] now"),
    ({"loss": lambda o, t: F.cross_entropy(o, t)}, {"loss": lambda o, t: 0.5 * F.cross_entropy(o, t)}, "constants"),
    ({}, {"train": loader(24)}, "batch_size: 16 then, 24 now"),
    ({}, {"train": loader(16, shuffle=True)}, "SequentialSampler then, .*RandomSampler now"),
    ({}, {"train": d2l.load_array((X, Y), 16)}, "train: .*DataLoader then, .*TensorLoader now"),
    ({}, step_lr(0.5), "scheduler: None then, torch.optim.lr_scheduler.StepLR now"),
    (step_lr(0.5), step_lr(0.1), r"scheduler\.gamma: 0\.5 then, 0\.1 now"),
    (step_lr(0.5), step_lr(0.5, schedule_every="step"), "schedule_every: epoch then, step now"),
    ({"scheduler": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 0.5**epoch)},
     {"scheduler": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 0.9**epoch)}, r"constants: \[0\.5\] then"),
    ({}, {"clip": 1.0}, "clip: None then, 1.0 now"),
    ({}, {"accumulate": 2}, "accumulate: 1 then, 2 now"),
    ({}, {"precision": torch.bfloat16}, "precision: None then, torch.bfloat16 now"),
    ({}, {"test": loader()}, "test: none then, given now"),
    ({"test": loader()}, {}, "test: given then, none now"),
    ({}, {"metrics": {}}, r"metrics: \['accuracy'\] then, \[\] now"),
]  # fmt: skip


@pytest.mark.parametrize("first, then, words", CHANGES, ids=range(len(CHANGES)))
def test_what_was_changed_is_refused_in_words(tmp_path, first, then, words):
    path = tmp_path / "c.pt"
    run(path, **first)
    content, net = path.read_bytes(), nn.Linear(4, 2)
    weights = net.weight.clone()
    with pytest.raises(d2l.CheckpointError, match=f"written with other settings .*{words}.*Delete"):
        run(path, net=net, **then)
    with pytest.raises(d2l.CheckpointError, match=words):
        run(path, **{**then, "epochs": 5})
    assert torch.equal(net.weight, weights) and path.read_bytes() == content
    run(path, **{**first, "epochs": 3})  # the call of before is still welcome


@pytest.mark.parametrize("scheduler", [
    lambda o: lr_scheduler.StepLR(o, 1, 0.5),
    lambda o: lr_scheduler.CosineAnnealingLR(o, 10),
    lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2),
    lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=0),
    lambda o: lr_scheduler.OneCycleLR(o, 0.2, total_steps=30),
    lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 0.5**epoch),
    lambda o: lr_scheduler.SequentialLR(o, [lr_scheduler.ConstantLR(o), lr_scheduler.StepLR(o, 1)], [1]),
    lambda o: lr_scheduler.ChainedScheduler([lr_scheduler.StepLR(o, 1), lr_scheduler.ConstantLR(o)]),
])  # fmt: skip
def test_optimizers_and_schedulers_that_have_moved_on_are_the_same_ones(tmp_path, scheduler):
    """In a notebook the very objects of a run that was stopped come back in the next call."""

    class Stop:
        every_epoch = True

        def update(self, history, done):
            if len(history.epochs.get("epoch", ())) == 3:
                raise KeyboardInterrupt

        def close(self, history):
            pass

    def every(made):
        return "step" if isinstance(made, lr_scheduler.OneCycleLR) else "epoch"

    def parts():
        torch.manual_seed(1)
        net = nn.Linear(4, 2)
        optimizer = torch.optim.SGD(net.parameters(), 0.1, 0.9)
        made = scheduler(optimizer)
        return {"net": net, "optimizer": optimizer, "scheduler": made, "schedule_every": every(made), "epochs": 10}

    whole, cut = parts(), parts()
    run(tmp_path / "whole.pt", **whole)
    assert run(tmp_path / "cut.pt", observers=[Stop()], **cut).stopped
    run(tmp_path / "cut.pt", **cut)
    torch.testing.assert_close(cut["net"].state_dict(), whole["net"].state_dict(), rtol=0, atol=0)


def test_a_run_that_is_finished_says_so(tmp_path, capsys):
    net = nn.Linear(4, 2)
    run(tmp_path / "c.pt", net=net)
    assert capsys.readouterr().err == ""
    weights = net.weight.clone()
    history = run(tmp_path / "c.pt", net=net)
    assert "nothing to train" in (said := capsys.readouterr().err) and "c.pt" in said and "epoch 2" in said
    assert torch.equal(net.weight, weights) and len(history["epoch"]) == 2
    run(tmp_path / "c.pt", net=net, epochs=3)
    assert capsys.readouterr().err == ""


def test_after_a_run_diverged_the_new_rate_is_not_ignored(tmp_path):
    x = torch.randn(64, 1)
    data = [(x, 3 * x)] * 4

    def train(lr):
        d2l.fit(nn.Linear(1, 1), data, loss=nn.MSELoss(), step=d2l.regression, epochs=30, plot=False, device="cpu",
                optimizer=lambda p: torch.optim.SGD(p, lr), checkpoint=tmp_path / "c.pt")  # fmt: skip

    with pytest.raises(d2l.Diverged, match="Try 0.5"):
        train(5.0)
    with pytest.raises(d2l.CheckpointError, match="lr: 5.0 then, 0.5 now"):
        train(0.5)


def test_the_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    monkeypatch.chdir(tmp_path)
    run("~/runs/x.pt")
    assert (tmp_path / "me" / "runs" / "x.pt").exists() and not (tmp_path / "~").exists()


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(d2l.CheckpointError, match="is a folder"):
        run(tmp_path)


def test_a_second_run_with_the_path_is_told_of_the_first(tmp_path):
    from filelock import FileLock

    path = tmp_path / "c.pt"
    with FileLock(str(path) + ".lock"), pytest.raises(d2l.CheckpointError, match="another run writes to .*c.pt"):
        run(path)
    run(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_loss_with_a_state_is_saved_with_the_run(tmp_path):
    class Centred(nn.Module):
        """Moves a buffer and trains a parameter."""

        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))
            self.register_buffer("seen", torch.zeros(()))

        def forward(self, output, target):
            self.seen += 1
            return F.cross_entropy(output, target) * (self.scale**2 + 0.01 * self.seen)

    def trained(*epochs, path):
        for upto in epochs:
            torch.manual_seed(0)
            net, loss = nn.Linear(4, 2), Centred()
            run(path, net=net, loss=loss, epochs=upto,
                optimizer=torch.optim.SGD([*net.parameters(), *loss.parameters()], 0.1))  # fmt: skip
        return net.state_dict() | loss.state_dict()

    whole, resumed = trained(6, path=tmp_path / "a.pt"), trained(2, 6, path=tmp_path / "b.pt")
    torch.testing.assert_close(resumed, whole, rtol=0, atol=0)
    assert whole["seen"] == 18 and whole["scale"] != 1


def test_an_optimizer_with_its_parameters_in_another_order_is_refused(tmp_path):
    """What it keeps for one would go to another, without a word where their shapes are the same."""
    def backwards(parameters):
        return torch.optim.SGD(list(parameters)[::-1], 0.1, 0.9)

    run(tmp_path / "c.pt")
    with pytest.raises(d2l.CheckpointError, match="these parameters in another order"):
        run(tmp_path / "c.pt", optimizer=backwards, epochs=3)
    run(tmp_path / "back.pt", optimizer=backwards)
    assert len(run(tmp_path / "back.pt", optimizer=backwards, epochs=3)["epoch"]) == 3


def test_a_home_that_is_not_there_is_said(tmp_path, monkeypatch):
    from pathlib import Path

    def nowhere(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nowhere)
    with pytest.raises(d2l.CheckpointError, match="begins at a home directory, and there is none"):
        run("~/x.pt")
