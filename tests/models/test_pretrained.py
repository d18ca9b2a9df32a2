"""Published weights: found, verified, loaded without running code, and done without where they cannot be had."""

import dataclasses
import hashlib
import os
import sys

import pytest
import torch
from torch import nn
from torchvision.models import MobileNet_V2_Weights, mobilenet_v2

import d2lutils as d2l
from d2lutils.data import CorruptData, sources_used
from d2lutils.data.files import MOBILENET_V2, DataSet
from d2lutils.models import pretrained as pretrained_network

module = sys.modules[pretrained_network.__module__]
NAME = "mobilenet_v2-b0353104.pth"


@pytest.fixture(autouse=True)
def _hub(own_folders, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)


class Small(nn.Module):
    """Stands in for MobileNetV2, with batch normalisation's buffers."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout())


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Puts a file of weights somewhere and declares it the published one; returns its weights."""
    def publish(folder, what=None):
        path = tmp_path / folder / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        weights = Small().state_dict() if what is None else what
        torch.save(weights, path)
        [source] = MOBILENET_V2.files
        source = dataclasses.replace(source, digest=hashlib.sha256(path.read_bytes()).hexdigest(), size=None)
        monkeypatch.setitem(module.NETWORKS, "mobilenet_v2", DataSet(MOBILENET_V2.name, (source,)))
        monkeypatch.setattr(module, "_built", lambda name: Small())
        return weights
    return publish


@pytest.mark.parametrize("folder", ["hub/checkpoints", "cache/d2lutils/hub/checkpoints", "torch/hub/checkpoints"])
def test_weights_are_found_and_loaded(publish, folder):
    weights = publish(folder)
    before = torch.get_rng_state()
    net = d2l.pretrained("mobilenet_v2")
    assert torch.equal(torch.get_rng_state(), before)
    assert not any(part.training for part in net.modules())
    assert all(parameter.requires_grad and parameter.device.type == "cpu" for parameter in net.parameters())
    for key, tensor in net.state_dict().items():
        assert torch.equal(tensor, weights[key])
    assert sources_used() == {"The MobileNetV2 trained on ImageNet": "the published files"}


def test_without_them_none_comes_back_and_one_line_leads_to_the_stand_in(capsys):
    for _ in range(2):
        assert d2l.pretrained() is None
    [line] = capsys.readouterr().err.splitlines()
    assert "The MobileNetV2 trained on ImageNet" in line and "load_data_patches stands in" in line


def test_a_wrong_file_of_the_readers_is_refused_and_one_of_torchs_is_left_alone(tmp_path, capsys):
    for folder in ("torch/hub/checkpoints", "hub/checkpoints"):
        path = tmp_path / folder / NAME
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half a file")
        if folder.startswith("torch"):
            assert d2l.pretrained() is None and "not the published file" in capsys.readouterr().err
        else:
            with pytest.raises(CorruptData, match=f"{NAME} is not the published file"):
                d2l.pretrained()


class Attack:
    def __reduce__(self):
        return os.mkdir, ("attacked",)


def test_a_file_that_would_run_code_is_not_run(publish, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    publish("hub/checkpoints", {"weights": Attack()})
    with pytest.raises(Exception, match="(?i)weights.only"):
        d2l.pretrained()
    assert not (tmp_path / "attacked").exists()


def test_other_names_are_refused():
    with pytest.raises(ValueError, match="name must be one of mobilenet_v2, not 'resnet18'"):
        d2l.pretrained("resnet18")


@pytest.mark.real_data
def test_the_real_weights_know_a_cat_and_a_cup():
    pytest.importorskip("skimage", reason="carries the photographs")
    net, weights = d2l.pretrained(), MobileNet_V2_Weights.IMAGENET1K_V1
    assert sum(parameter.numel() for parameter in net.parameters()) == 3_504_872
    for name, label in (("chelsea", "Egyptian cat"), ("coffee", "espresso")):
        scores = net(weights.transforms()(d2l.photographs(name)[name])[None])  # (1, 1000)
        assert weights.meta["categories"][scores.argmax()] == label
    theirs = mobilenet_v2()
    theirs.load_state_dict(net.state_dict())
    x = torch.randn(1, 3, 64, 64)
    torch.testing.assert_close(net(x), theirs.eval()(x))
