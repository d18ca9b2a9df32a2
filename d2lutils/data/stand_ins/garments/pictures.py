"""Ten kinds of garments, drawn: the stand-in for Fashion-MNIST where there is no network.

Each class is a function that draws n pictures at once on a :class:`~Canvas`. Lengths are in units
of the garment's height, ``v`` runs down from -0.5 to 0.5. What makes the task hard is what makes real photographs
hard: size, place, turn, cut, print, folds and light differ, shirts share their sleeves with T-shirts and their length
with coats, high sneakers reach as far up as low boots. No label is wrong on purpose.
"""

from collections.abc import Callable

import numpy as np

from d2lutils.data.stand_ins.garments.canvas import SIDE, Canvas, Dice
from d2lutils.data.stand_ins.garments.clothes import coat, dress, pullover, shirt, t_shirt, trouser
from d2lutils.data.stand_ins.garments.footwear import bag, boot, sandal, sneaker

# in Fashion-MNIST's order: the place in this list is the label
GARMENTS: list[Callable[[Dice], Canvas]] = [t_shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, boot]
BLOCK = 1000  # pictures drawn at a time: bounds the memory, and each full block is the same whatever the count


def garments(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw ``count`` pictures of ten kinds of garments, in the classes and the order of Fashion-MNIST.

    The same ``count`` and ``seed`` give the same bytes on every machine and with every numpy. So does each full
    thousand: ``garments(60_000, s)`` begins with ``garments(1_000, s)``. Takes about 0.1 to 0.2 ms a picture.

    Args:
        count: how many pictures; the classes are balanced, up to one picture in the last thousand.
        seed: from 0 to 2**32 - 1; sets made from different seeds share no picture.

    Returns:
        images, uint8 (count, 28, 28), light garments on black; labels, int64 (count,), 0 to 9, shuffled.

    Raises:
        ValueError: when ``count`` is negative or ``seed`` out of range.
    """
    if count < 0:
        raise ValueError(f"count must be zero or more, got {count}")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be between 0 and 2**32 - 1, got {seed}")
    images = np.empty((count, SIDE, SIDE), np.uint8)
    labels = np.empty(count, np.int64)
    for start in range(0, count, BLOCK):
        block, n = start // BLOCK, min(BLOCK, count - start)
        places = start + Dice((seed, block), n).order()
        for label, draw in enumerate(GARMENTS):
            mine = places[label :: len(GARMENTS)]
            if not len(mine):
                continue  # the last block has fewer pictures than there are classes
            c = draw(Dice((seed, block, label), len(mine)))
            bright = np.minimum(np.maximum(c.mask * c.light, 0), 1)  # (n, 28, 28)
            images[mine] = np.floor(bright * 255 + np.float32(0.5)).astype(np.uint8)
            labels[mine] = label
    return images, labels
