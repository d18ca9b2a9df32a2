"""The IDX format, and the two sets of pictures that come in it."""

import gzip
import hashlib
import math
import struct
import sys
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode
from torchvision.transforms import v2
from torchvision.transforms.functional import to_tensor

from d2lutils.data import (
    FASHION_LABELS,
    CorruptData,
    DataError,
    fashion_mnist_labels,
    images,
    load_data_fashion_mnist,
    load_data_mnist,
    read_idx,
)
from d2lutils.data.files import DataSet, Source, sources_used, store

# without a time, or each worker would collect tests of other names
EMPTY_GZ = gzip.compress(b"", mtime=0)
LYING_GZ = gzip.compress(b"\0\0\x08\3" + b"\xff" * 12, mtime=0)

quick = settings(deadline=None, max_examples=50)
shapes = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)
FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def as_idx(array):
    array = np.asarray(array, dtype=np.uint8)
    return b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def filled(shape):
    return (np.arange(math.prod(shape)) % 251).astype(np.uint8).reshape(shape)


pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def digits(tmp_path):
    """Writes an MNIST of 20 + 10 made pictures; `digits(name=content)` replaces a file's content."""
    def write(folder="MNIST", suffix="", **replaced):
        raw = tmp_path / folder / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        made = filled((20, 28, 28)), np.arange(20) % 10, filled((10, 28, 28))[::-1], np.arange(10)
        for name, array in zip(FILES, made):
            content = replaced.get(name.replace("-", "_"), as_idx(array))
            (raw / (name + suffix)).write_bytes(gzip.compress(content) if suffix else content)
        return raw
    return write


# the format ---------------------------------------------------------------------------------------------------------

@quick
@given(shape=shapes, packed=st.booleans())
def test_what_was_written_is_read(tmp_path_factory, shape, packed):
    path = tmp_path_factory.mktemp("idx") / "x"
    path.write_bytes(gzip.compress(as_idx(filled(shape))) if packed else as_idx(filled(shape)))
    array = read_idx(path)
    assert array.dtype == np.uint8 and np.array_equal(array, filled(shape))


@quick
@given(shape=shapes, packed=st.booleans(), data=st.data())
def test_a_file_cut_anywhere_is_an_error_and_never_data(tmp_path_factory, shape, packed, data):
    whole = gzip.compress(as_idx(filled(shape))) if packed else as_idx(filled(shape))
    path = tmp_path_factory.mktemp("idx") / "x"
    path.write_bytes(whole[:data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(DataError, match=str(path)):
        read_idx(path)


@quick
@given(shape=shapes, data=st.data())
def test_a_flipped_byte_in_a_gzip_file_is_an_error_or_harmless(tmp_path_factory, shape, data):
    whole = bytearray(gzip.compress(as_idx(filled(shape))))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("idx") / "x"
    path.write_bytes(whole)
    try:
        array = read_idx(path)
    except DataError:
        return
    assert np.array_equal(array, filled(shape))  # the date in the header matters to nobody


@pytest.mark.parametrize("content, words", [
    (b"", "empty or cut short"), (EMPTY_GZ, "empty or cut short"), (b"<html>404</html>", "not an IDX file"),
    (as_idx([1, 2]) + b"x", "goes on after its 2 bytes"), (b"\0\0\x0d\1\0\0\0\1abcd", "not an IDX file of unsigned"),
    (b"\0\0\x08\3" + b"\xff" * 12, "far too short"), (LYING_GZ, "far too short"),
    (b"\0\0\x08\0", "not an IDX"), (b"\0\0\x08\xff" + bytes(4 * 255), "damaged")])
def test_damaged_files_are_named(tmp_path, content, words):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(CorruptData, match=f"{tmp_path / 'x'} .*{words}"):
        read_idx(tmp_path / "x")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="nothing cannot be read"):
        read_idx(tmp_path / "nothing")


@pytest.mark.parametrize("packed", [False, True])
def test_pictures_cost_their_own_size_once(tmp_path, packed):
    content = as_idx(np.zeros((6000, 28, 28)))  # a tenth of a training set
    (tmp_path / "x").write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    array = read_idx(tmp_path / "x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert array.nbytes == 4_704_000
    assert peak < array.nbytes + 2e6  # and some buffers


# the sets -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("load, folder", [(load_data_mnist, "MNIST"), (load_data_fashion_mnist, "FashionMNIST")])
def test_batches_have_the_promised_shapes_and_values(digits, load, folder):
    digits(folder)
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
def synthetic(monkeypatch):
    """A stand-in for the stand-ins: small, and it counts."""
    class Synthetic:
        calls = 0

        def garments(self, count, seed):
            self.calls += 1
            return np.full((count // 1000, 28, 28), seed, dtype=np.uint8), np.zeros(count // 1000, dtype=np.uint8)

        def digits(self, train):
            return self.garments(6000 if train else 1000, seed=7)
    fake = Synthetic()
    monkeypatch.setattr(d2lutils.data, "synthetic", fake, raising=False)
    return fake


@pytest.mark.parametrize("load, sizes, words", [(load_data_fashion_mnist, (60, 10), "drawn garments"),
                                                (load_data_mnist, (6, 1), "8×8 digits")])
def test_a_stand_in_is_served_and_kept(synthetic, capsys, load, sizes, words):
    for _ in range(2):
        loaders = load(4)
        assert tuple(len(loader.tensors[0]) for loader in loaders) == sizes
        x, y = next(iter(loaders[0]))
        assert (x.shape, x.dtype, y.dtype) == ((4, 1, 28, 28), torch.float32, torch.int64)
    assert synthetic.calls == 2  # a training and a test set, once
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and words in err


def test_digits_without_scikit_learn(synthetic, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setattr(synthetic, "digits", lambda train: __import__("sklearn.datasets"))
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        load_data_mnist(4)


@pytest.mark.real_data
def test_the_real_digits():
    train, test = load_data_mnist(256)
    assert [len(loader.tensors[0]) for loader in (train, test)] == [8500, 1500]
    for loader in (train, test):
        assert loader.tensors[0].shape[1:] == (1, 28, 28)
        assert torch.bincount(loader.tensors[1], minlength=10).min() > len(loader.tensors[1]) / 15
