"""The program that trains and predicts: its modes, its files, and what it refuses."""

import os
import random
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from helpers.nets.light_meters import small

from d2lutils.experiments import light_meter
from d2lutils.experiments.light_meter import LightMeter, ModelFileError, load_model, pictures, predict, save_model

ROOT = Path(__file__).resolve().parents[2]


def test_classes_are_the_thirds_of_the_sum():
    x, y = pictures(6000, seed=3)
    assert x.shape == (6000, 784) and x.min() >= 0 and x.max() < 1
    low, high = light_meter.LIMITS
    assert torch.equal(y, (x.sum(1) > low).long() + (x.sum(1) > high).long())
    assert (y.bincount() / 6000 - 1 / 3).abs().max() < 0.03
    again, _ = pictures(6000, seed=3)
    assert torch.equal(x, again) and not torch.equal(x, pictures(6000, seed=4)[0])


def test_it_learns_and_keeps_the_training_statistics():
    torch.manual_seed(0)
    model = LightMeter(hidden=16)
    history = light_meter.train(model, n=6000, epochs=4)
    assert history.last("test accuracy") > 0.6
    x, _ = pictures(6000, 0)
    torch.testing.assert_close(model.mean.cpu(), x.mean())
    torch.testing.assert_close(model.scale.cpu(), x.std())


def test_saved_and_loaded_it_is_the_same(tmp_path):
    model, x = small(), pictures(50, 5)[0]
    path = tmp_path / "meter.pt"
    save_model(model, path)
    loaded = load_model(path)
    assert not loaded.training and loaded.config == model.config
    assert torch.equal(predict(loaded, x), predict(model, x))
    assert {"mean", "scale"} <= loaded.state_dict().keys()
    contents = torch.load(path, weights_only=True)
    assert contents["labels"] == ["low", "middle", "high"] and contents["torch"] == torch.__version__
    assert [file.name for file in tmp_path.iterdir()] == ["meter.pt"]


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    model, path = small(), tmp_path / "meter.pt"
    save_model(model, path)
    before = path.read_bytes()

    def half(contents, part):
        Path(part).write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="disk is full"):
        save_model(model, path)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == ["meter.pt"]


def test_files_that_are_no_model_are_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "evil"),)

    path = tmp_path / "meter.pt"
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_model(path)
    path.write_bytes(b"half a model")
    with pytest.raises(ModelFileError, match=r"meter\.pt cannot be read"):
        load_model(path)
    torch.save({"format": 1, "config": Evil()}, path)
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_model(path)
    assert not (tmp_path / "evil").exists(), "loading ran code from the file"
    torch.save({"weights": torch.zeros(3)}, path)
    with pytest.raises(ModelFileError, match="no model of format 1"):
        load_model(path)
    state = LightMeter().state_dict()
    for contents in ({}, {"config": {"hidden": 64}}, {"config": {"colour": 3}, "state": state},
                     {"config": {"hidden": 8}, "state": state}):
        torch.save({"format": 1, **contents}, path)
        with pytest.raises(ModelFileError, match=r"meter\.pt does not fit"):
            load_model(path)


def test_a_flipped_bit_is_noticed_or_changes_nothing(tmp_path):
    model, path = LightMeter(hidden=8), tmp_path / "meter.pt"
    save_model(model, path)
    whole, chance, refused = path.read_bytes(), random.Random(0), 0
    for _ in range(60):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            state = load_model(path).state_dict()
        except ModelFileError:
            refused += 1
        else:  # it lay in the padding between two parts
            assert all(torch.equal(tensor, state[name]) for name, tensor in model.state_dict().items())
    assert refused > 50


def test_whatever_is_wrong_with_a_file_is_a_model_file_error(tmp_path):
    path, state = tmp_path / "meter.pt", LightMeter().state_dict()
    save_model(LightMeter(), path)
    whole = path.read_bytes()
    for part in (b"", whole[:1000], whole[:-100], whole[100:], b"PK\x05\x06" + bytes(18), b"\x80\x02}q\x00."):
        path.write_bytes(part)
        with pytest.raises(ModelFileError):
            load_model(path)
    for contents in (
        [1], {"format": torch.ones(3)}, {"format": 1, "config": None}, {"format": 1, "config": {"hidden": -1}},
        {"format": 1, "config": {"hidden": 64, "dropout": 7.0}, "state": state},
        {"format": 1, "config": {"hidden": 64}, "state": None}, {"format": 1, "config": {"hidden": 64}, "state": [1]},
        {"format": 1, "config": {"hidden": 64}, "state": state | {"mean": "grey"}},
    ):
        torch.save(contents, path)
        with pytest.raises(ModelFileError):
            load_model(path)
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_model(tmp_path)


def test_a_run_that_was_cut_off_ends_with_the_same_parameters(tmp_path):
    class PowerCut(BaseException):  # fit survives an observer's Exception
        pass

    class Cut:
        every_epoch = True

        def update(self, history, done):
            if done > 0.6:
                raise PowerCut

        def close(self, history):
            pass

    whole = small(epochs=4)
    path = tmp_path / "run.pt"
    with pytest.raises(PowerCut):
        small(epochs=4, checkpoint=path, plot=Cut())
    assert path.exists()
    resumed = small(epochs=4, checkpoint=path)
    for (name, a), (_, b) in zip(whole.state_dict().items(), resumed.state_dict().items()):
        assert torch.equal(a, b), name


def test_predictions_are_probabilities_and_leave_the_mode_alone():
    model, x = small(), pictures(20, 6)[0]
    for training in (True, False):
        model.train(training)
        p = predict(model, x)
        assert model.training is training and not p.requires_grad
        torch.testing.assert_close(p.sum(1), torch.ones(20))
        assert torch.equal(p, predict(model, x)), "dropout was at work"


@pytest.mark.parametrize(("x", "words"), [
    (torch.zeros(784), "not (784,)"), (torch.zeros(2, 28, 28), "not (2, 28, 28)"), (torch.zeros(2, 783), "(2, 783)"),
    (torch.full((2, 784), 255.0), "Divide bytes by 255"), (torch.full((1, 784), float("nan")), "picture 0"),
    (torch.cat([torch.zeros(1, 784), torch.full((1, 784), -1.7)]), "picture 1 goes from -1.7"),
])  # fmt: skip
def test_what_is_no_picture_is_refused(x, words):
    with pytest.raises(ValueError) as error:
        predict(LightMeter(hidden=2), x)
    assert words in str(error.value)


def test_it_runs_as_a_program(tmp_path, monkeypatch, capsys):
    module = "d2lutils.experiments.light_meter"
    arguments = ["train", "--model", "meter.pt", "--epochs", "1", "--pictures", "640", "--hidden", "8"]
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=tmp_path, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0 and "saved as meter.pt" in done.stdout, done.stderr

    def run(*arguments):
        """As `python -m` does it, in this process, which has imported what takes seconds; returns the exit status."""
        monkeypatch.setattr(sys, "argv", [module, *arguments])
        with pytest.raises(SystemExit) as stop, pytest.warns(RuntimeWarning, match="found in sys.modules"):
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        return stop.value.code, *capsys.readouterr()

    monkeypatch.chdir(tmp_path)
    x, _ = pictures(3, 2)
    status, said, _ = run("predict", "--model", "meter.pt", "--count", "3")
    assert status == 0 and f"{x[0].sum():.2f}" in said and len(said.splitlines()) == 4
    status, _, said = run("predict", "--model", "nothing.pt")
    assert status == 1 and "nothing.pt" in said


def test_the_command_line(tmp_path, capsys):
    model = str(tmp_path / "meter.pt")
    assert light_meter.main(["train", "--model", model, "--epochs", "1", "--pictures", "256", "--hidden", "4"]) == 0
    assert light_meter.main(["predict", "--model", model, "--count", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("test accuracy") and lines[1].split() == ["picture", "sum", "mean", "says", "p", "truth"]
    with pytest.raises(SystemExit):  # before it trains for nothing
        light_meter.main(["train", "--model", str(tmp_path / "nowhere" / "meter.pt")])
    assert "no such folder" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        light_meter.main(["predict"])
