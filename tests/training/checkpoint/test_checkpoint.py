"""A run killed at any moment and called again ends with the parameters of a run that never was."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

PROGRAM = """
import random, sys, time
import numpy as np, torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
import d2lutils as d2l

class Noisy(nn.Module):  # draws from all three streams of random numbers
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 2))

    def forward(self, x):
        if self.training:
            x = x + 0.1 * random.random() + 0.1 * np.random.rand()
            time.sleep(0.004)
        return self.net(x)

torch.set_num_threads(1)
d2l.seed_everything(0)
x = torch.randn(160, 4)
train = DataLoader(TensorDataset(x, (x[:, 0] > 0).long()), 16, shuffle=True, generator=torch.Generator().manual_seed(1))
net = Noisy()
print("ready", flush=True)
history = d2l.fit(net, train, train, loss=nn.CrossEntropyLoss(), epochs=8, plot=False, checkpoint=sys.argv[1],
    optimizer=lambda p: torch.optim.Adam(p, lr=0.01), device="cpu",
    scheduler=lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 8))
torch.save({"net": net.state_dict(), "epochs": history.epochs}, sys.argv[2])
"""


def start(checkpoint, result):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(checkpoint), str(result)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def test_killed_again_and_again_it_ends_where_the_unbroken_run_ends(tmp_path):
    whole = start(tmp_path / "whole.pt", tmp_path / "whole.out")
    assert whole.wait(timeout=120) == 0
    kills = 0
    for delay in (0.02, 0.11, 0.17):
        process = start(tmp_path / "broken.pt", tmp_path / "broken.out")
        time.sleep(delay)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait(timeout=120)
    assert kills
    assert start(tmp_path / "broken.pt", tmp_path / "broken.out").wait(timeout=120) == 0
    one = torch.load(tmp_path / "whole.out", weights_only=True)
    other = torch.load(tmp_path / "broken.out", weights_only=True)
    torch.testing.assert_close(one["net"], other["net"], rtol=0, atol=0)
    assert one["epochs"] == other["epochs"]


CE = nn.CrossEntropyLoss()


def data(n=64):
    x = torch.randn(n, 4, generator=torch.Generator().manual_seed(0))
    return DataLoader(TensorDataset(x, (x[:, 0] > 0).long()), 16, shuffle=True)


def run(net, path, **options):
    options = {"loss": CE, "epochs": 2, "plot": False, "optimizer": lambda p: torch.optim.SGD(p, 0.1, 0.9), **options}
    return d2l.fit(net, data(), checkpoint=path, device="cpu", **options)


def test_a_finished_run_is_not_run_again_and_a_longer_one_goes_on(tmp_path):
    net = nn.Linear(4, 2)
    first = run(net, tmp_path / "c.pt")
    weights = net.weight.clone()
    again = run(net, tmp_path / "c.pt")
    assert again.epochs == first.epochs
    assert torch.equal(net.weight, weights)
    longer = run(net, tmp_path / "c.pt", epochs=5)
    assert longer["epoch"] == [1, 2, 3, 4, 5]
    assert longer["train loss"][:2] == first["train loss"]


def test_checkpoints_hold_nothing_but_data(tmp_path):
    run(nn.Linear(4, 2), tmp_path / "c.pt")
    state = torch.load(tmp_path / "c.pt", weights_only=True)
    assert set(state["net"]) == {"weight", "bias"}
    assert list(tmp_path.iterdir()) == [tmp_path / "c.pt"]


def test_a_write_that_fails_leaves_the_file_before_it(tmp_path, monkeypatch):
    net = nn.Linear(4, 2)
    run(net, tmp_path / "c.pt", epochs=1)
    before = (tmp_path / "c.pt").read_bytes()
    monkeypatch.setattr(os, "fsync", lambda fd: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(d2l.CheckpointError, match=r"c\.pt could not be written.*No space left.*untouched"):
        run(net, tmp_path / "c.pt", epochs=2)
    assert (tmp_path / "c.pt").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "c.pt"]


class Trap:
    """Unpickling this runs code."""

    def __reduce__(self):
        return (os.system, ("echo run > trapped",))


def damaged(path, how):
    run(nn.Linear(4, 2), path)
    content = path.read_bytes()
    if how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "garbage":
        path.write_bytes(b"not a checkpoint" * 10)
    elif how == "another file":
        torch.save({"weight": torch.zeros(3)}, path)
    elif how == "trap":
        torch.save(Trap(), path)


@pytest.mark.parametrize("how", ["truncated", "empty", "garbage", "another file", "trap"])
def test_a_damaged_file_is_named_and_changes_nothing(tmp_path, how, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "c.pt"
    damaged(path, how)
    content, net = path.read_bytes(), nn.Linear(4, 2)
    weights = net.weight.clone()
    with pytest.raises(d2l.CheckpointError, match=r"c\.pt.*Delete"):
        run(net, path, epochs=5)
    assert torch.equal(net.weight, weights)
    assert path.read_bytes() == content
    assert not (tmp_path / "trapped").exists()


def test_a_checkpoint_of_something_else_says_of_what(tmp_path, monkeypatch):
    path = tmp_path / "c.pt"
    run(nn.Linear(4, 2), path)
    with pytest.raises(d2l.CheckpointError, match=r"another model: it has no 0\.weight"):
        run(nn.Sequential(nn.Linear(4, 2)), path)
    with pytest.raises(d2l.CheckpointError, match=r"its weight is \(2, 4\), this model's \(3, 4\)"):
        run(nn.Linear(4, 3), path)
    with pytest.raises(d2l.CheckpointError, match="it has bias, which this model has not"):
        run(nn.Linear(4, 2, bias=False), path)
    with pytest.raises(d2l.CheckpointError, match="optimizer: torch.optim.sgd.SGD then, torch.optim.adam.Adam now"):
        run(nn.Linear(4, 2), path, optimizer=torch.optim.Adam)
    with pytest.raises(d2l.CheckpointError, match="scheduler: None then, torch.optim.lr_scheduler.StepLR now"):
        run(nn.Linear(4, 2), path, scheduler=lambda o: torch.optim.lr_scheduler.StepLR(o, 1))
    monkeypatch.setattr(torch, "__version__", "99.1.0")
    with pytest.raises(d2l.CheckpointError, match=r"this is 99\.1\.0.*weights_only=True"):
        run(nn.Linear(4, 2), path)
