"""Pieces of photographs as a task: the same every time, fairly split, and no task for a linear classifier."""

import hashlib

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from d2lutils.data import PATCH_LABELS, load_data_patches, photographs, sources_used
from d2lutils.data.photographs import patches

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture(scope="module", autouse=True)
def _packages():
    for name in ("skimage", "sklearn"):
        pytest.importorskip(name, reason="carries the photographs")


@pytest.fixture(scope="module")
def pieces():
    return patches.cut(0, 0.7, 400), patches.cut(0.7, 1, 100)


def test_what_comes_out(pieces, monkeypatch):
    monkeypatch.setattr(patches, "cut", lambda left, right, count: pieces[0] if left == 0 else pieces[1])
    generator = torch.Generator().manual_seed(0)
    train, test = load_data_patches(100, generator=generator)
    assert (train.shuffle, test.shuffle, train.generator) == (True, False, generator)
    for loader, count in ((train, 400), (test, 100)):
        x, y = loader.tensors
        assert x.shape == (10 * count, 1, 32, 32) and x.dtype == torch.float32
        assert y.tolist() == [*range(10)] * count and y.dtype == torch.int64
        flat = x.double().flatten(1)
        assert flat.mean(1).abs().max() < 1e-5 and (flat.std(1, correction=0) - 1).abs().max() < 1e-5
    assert sources_used()["patches"] == "photographs that scikit-image and scikit-learn carry"
    for wrong in (0, 2.0):
        with pytest.raises((ValueError, TypeError), match="batch_size"):
            load_data_patches(wrong)


def test_they_are_kept_and_the_same_after_that(monkeypatch, pieces):
    calls = []
    monkeypatch.setattr(patches, "cut", lambda *where: calls.append(where) or pieces[len(calls) - 1])
    first, again = (load_data_patches(100)[0].tensors[0] for _ in range(2))
    assert calls == [(0, 0.7, 400), (0.7, 1, 100)] and torch.equal(first, again)


def test_the_cut_is_the_same_everywhere(pieces):
    # of the pictures without loss: decoders of JPEG differ in the last bit
    exact = [k for k, name in enumerate(PATCH_LABELS) if name not in ("retina", "china")]
    digest = hashlib.sha256(b"".join(part[exact].tobytes() for part in pieces)).hexdigest()
    assert digest == "e34f62443ed0f0387d9d25bd0d1ae031a68aebfdccc4028f146e916d49acf610"


def test_training_and_test_pieces_come_from_their_own_side(pieces):
    """Each piece of a few classes is found in its picture, on its side and nowhere else."""
    for label in (0, 3, 5):
        picture = patches._grey(photographs(PATCH_LABELS[label])[PATCH_LABELS[label]].numpy())
        border = round(0.7 * picture.shape[1])
        windows = np.lib.stride_tricks.sliding_window_view(picture, (32, 32))
        for part, columns in ((pieces[0], range(border - 31)), (pieces[1], range(border, windows.shape[1]))):
            for piece in part[label, :10]:
                corners = np.argwhere(windows[:, :, 0, 0] == piece[0, 0])
                places = [(r, c) for r, c in corners if (windows[r, c] == piece).all()]
                assert len(places) == 1 and places[0][1] in columns


def test_grey_is_the_brightness_of_television():
    from PIL import Image
    picture = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    theirs = np.asarray(Image.fromarray(picture).convert("L")).astype(int)
    assert np.abs(patches._grey(picture.transpose(2, 0, 1)).astype(int) - theirs).max() <= 1


def test_flat_pieces_are_left_out(pieces):
    assert min(part.reshape(-1, 1024).std(1).min() for part in pieces) >= 8


def test_what_is_beside_what_is_all_that_tells_them_apart(pieces):
    """After 4 epochs with the seeds 0, 1, 2: .11, .11, .12 of the test pieces right for a linear classifier, and .40,
    .44, .43 for three convolutions and a mean over the picture."""
    (x, y), (x_test, y_test) = (patches._tensors(part) for part in pieces)
    accuracy = {}
    for name, make in (("linear", linear), ("convolutional", convolutional)):
        torch.manual_seed(0)
        net = make()
        optimizer = torch.optim.Adam(net.parameters(), 0.003)
        for _ in range(4):
            for rows in torch.randperm(len(x)).split(64):
                optimizer.zero_grad()
                F.cross_entropy(net(x[rows]), y[rows]).backward()
                optimizer.step()
        with torch.no_grad():
            accuracy[name] = (net(x_test).argmax(1) == y_test).float().mean().item()
    assert accuracy["linear"] < 0.18 and accuracy["convolutional"] > 0.33, accuracy


def linear():
    return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Conv2d(16, 32, 3), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
