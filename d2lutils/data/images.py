"""Small grey pictures in ten classes: Fashion-MNIST and MNIST, as whole tensors.

Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747. MNIST: Y. LeCun, C. Cortes, C. Burges.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from d2lutils.data.files import store
from d2lutils.data.files.errors import CorruptData
from d2lutils.data.files.idx import read_idx
from d2lutils.data.loaders import TensorLoader, check_positive

FASHION_LABELS = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
CLASSES = 10
SIDE = 28  # pixels


def _idx_sources(folder, bases, files):
    return tuple(store.Source(f"{folder}/raw/{name}-ubyte.gz", digest, size,
                              tuple(f"{base}{name}-ubyte.gz" for base in bases)) for name, size, digest in files)


# The folders are torchvision's, so its downloads are found; sha256 and sizes are those of the published archives.
FASHION_MNIST = _idx_sources("FashionMNIST", (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
), (
    ("train-images-idx3", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
    ("train-labels-idx1", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    ("t10k-images-idx3", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    ("t10k-labels-idx1", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
))
MNIST = _idx_sources("MNIST", (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
), (
    ("train-images-idx3", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    ("train-labels-idx1", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    ("t10k-images-idx3", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    ("t10k-labels-idx1", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
))


def load_data_fashion_mnist(batch_size, resize=None, *, train_size=None, test_size=None, generator=None):
    """Fashion-MNIST as `(train, test)`, two `TensorLoader`s; the training examples are shuffled for each pass.

    A batch is x of shape (B, 1, 28, 28), float32 in [0, 1], and y of shape (B,), int64 in 0 … 9 (`FASHION_LABELS`).
    `resize` gives pictures of another size: an int for a square, or (height, width). `train_size` and `test_size`
    take at most so many examples, the first ones. `generator` is a CPU `torch.Generator` for the order.

    60,000 training and 10,000 test pictures, held as uint8 (47 MB and 8 MB) and turned into floats batch by batch.
    Without the files and without a network, garments drawn by `synthetic.garments` stand in, as many and in the same
    classes. Raises ValueError or TypeError for a bad argument, `DataError` for a damaged file.
    """
    def stand_in():
        from d2lutils.data import stand_ins as synthetic
        return store.stand_in_arrays("garments", synthetic.garments, lambda: _named(
            synthetic.garments(60_000, seed=0), synthetic.garments(10_000, seed=1)))

    return _load("Fashion-MNIST", FASHION_MNIST, "70,000 drawn garments stand in", stand_in,
                 batch_size, resize, train_size, test_size, generator)


def load_data_mnist(batch_size, resize=None, *, train_size=None, test_size=None, generator=None):
    """MNIST's handwritten digits as `(train, test)`; arguments, shapes and errors as in `load_data_fashion_mnist`.

    Without the files and without a network, scikit-learn's 8×8 handwritten digits stand in, enlarged to 28×28.
    """
    def stand_in():
        from d2lutils.data import stand_ins as synthetic
        try:
            return store.stand_in_arrays("digits", synthetic.digits, lambda: _named(
                synthetic.digits(train=True), synthetic.digits(train=False)))
        except ModuleNotFoundError as error:
            raise ImportError("the stand-in for MNIST is scikit-learn's digits: pip install scikit-learn") from error

    return _load("MNIST", MNIST, "scikit-learn's 8×8 digits stand in", stand_in,
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


def _load(name, sources, sentence, stand_in, batch_size, resize, train_size, test_size, generator):
    # arguments first: a typing error should not cost a download
    batch_size, transform = check_positive("batch_size", batch_size), _ToFloat(_check_resize(resize))
    sizes = [size if size is None else check_positive(argument, size)
             for argument, size in (("train_size", train_size), ("test_size", test_size))]
    paths = store.obtain(name, sources, sentence)
    splits = _read_splits(paths) if paths else _stand_in_splits(stand_in())
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


def _named(train, test):
    return {"x": train[0], "y": train[1], "x_test": test[0], "y_test": test[1]}


def _stand_in_splits(made):
    return [_tensors(made["x"], made["y"]), _tensors(made["x_test"], made["y_test"])]


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
