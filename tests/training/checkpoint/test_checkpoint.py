"""A run killed at any moment and called again ends with the parameters of a run that never was."""

import multiprocessing
import os
import signal
import time

import pytest
import torch
from helpers.nets import noisy_run
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

# each run is a process of its own, forked off one that has imported what takes seconds
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["d2lutils", "torch._dynamo"])  # which the first optimizer imports


def start(checkpoint, result):
    """A run in a process of its own, which is about to train."""
    heard, said = processes.Pipe(duplex=False)
    process = processes.Process(target=noisy_run.run, args=(checkpoint, result, said), daemon=True)
    process.start()
    said.close()
    assert heard.poll(120) and heard.recv() == "ready"
    return process


def written(path) -> int:
    """When the checkpoint was written, 0 while there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def test_killed_again_and_again_it_ends_where_the_unbroken_run_ends(tmp_path):
    whole = start(tmp_path / "whole.pt", tmp_path / "whole.out")
    whole.join(120)
    assert whole.exitcode == 0
    path = tmp_path / "broken.pt"
    for wait_for_a_checkpoint, delay in ((False, 0.02), (True, 0.0), (True, 0.03)):  # an epoch takes about 0.06 s
        before, process = written(path), start(path, tmp_path / "broken.out")
        while wait_for_a_checkpoint and written(path) == before and process.is_alive():
            time.sleep(0.001)
        time.sleep(delay)
        process.kill()
        process.join(120)
        assert process.exitcode == -signal.SIGKILL, "it ended before it was killed"
    assert path.exists() and not (tmp_path / "broken.out").exists()
    last = start(path, tmp_path / "broken.out")
    last.join(120)
    assert last.exitcode == 0
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
