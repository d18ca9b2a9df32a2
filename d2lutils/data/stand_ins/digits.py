"""Real handwritten digits without a network: the 8×8 ones that come with scikit-learn, in MNIST's shape."""

import numpy as np


def digits(train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Scikit-learn's 1,797 handwritten digits as 28×28 pictures, white on black: a stand-in for MNIST.

    Each 8×8 picture is enlarged three times by bilinear interpolation, with two pixels of margin. Every fifth digit
    of each class, up to one, is kept for testing; the split never changes. Source: E. Alpaydin and C. Kaynak, *Optical
    Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998 (its test part).

    Args:
        train: True for the 1,437 training digits, False for the 360 test digits.

    Returns:
        images, uint8 (n, 28, 28); labels, int64 (n,), 0 to 9.

    Raises:
        ImportError: when scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("digits needs scikit-learn, which carries them: pip install scikit-learn") from error
    bunch = load_digits()
    small, labels = bunch.images.astype(np.int64), bunch.target.astype(np.int64)  # (1797, 8, 8) from 0 to 16
    test = np.zeros(len(labels), bool)
    test[np.argsort(labels, kind="stable")[::5]] = True
    chosen = ~test if train else test
    return enlarge(small[chosen]), labels[chosen]


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
