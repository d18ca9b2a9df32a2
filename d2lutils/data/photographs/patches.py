"""A small real task on which neighbourhood is everything: from which of ten photographs is this piece?"""

import hashlib

import numpy as np
import torch

from d2lutils.data.files.catalog import PHOTOGRAPHS
from d2lutils.data.files.notices import note_source
from d2lutils.data.loaders import TensorLoader, check_generator, check_positive
from d2lutils.data.photographs.pictures import photographs
from d2lutils.data.stand_ins.cache import kept_arrays

PATCH_LABELS = ("brick", "grass", "gravel", "coffee", "chelsea", "astronaut", "retina", "ihc", "moon", "china")
SIDE = 32  # pixels
SHARE = 0.7  # of a photograph's width, from the left, to learn from; the rest to be tested on
TRAIN, TEST = 400, 100  # pieces of a class
FLAT = 8  # a piece whose standard deviation, of 255, is below this shows nothing
GREY = (299, 587, 114)  # thousandths of red, green and blue in the brightness that television took (ITU-R BT.601)


def load_data_patches(batch_size, *, generator=None):
    """Pieces of ten photographs as `(train, test)`, two `TensorLoader`s; the training pieces are shuffled each pass.

    A batch is x of shape (B, 1, 32, 32), float32, grey, each piece with mean 0 and standard deviation 1, and y of shape
    (B,), int64 in 0 … 9: the photograph that it was cut from, `PATCH_LABELS`. 400 pieces of a class for training lie in
    the left 70 % of its photograph, 100 for testing in the right 30 %, so the two share no pixel; nearly flat pieces
    are left out. They are cut in the same places every time. `generator` is a CPU `torch.Generator` for the order.

    Neither brightness nor contrast tells the classes apart, only what is beside what: a linear classifier gets about .1
    of the test pieces right, a small convolutional network .6. The photographs come with scikit-image and
    scikit-learn: see `photographs` for errors. Raises TypeError or ValueError for a bad argument.
    """
    batch_size, generator = check_positive("batch_size", batch_size), check_generator(generator)
    pictures = "".join(PHOTOGRAPHS[name].digest for name in PATCH_LABELS)
    version = hashlib.sha256(pictures.encode()).hexdigest()[:8]
    made = kept_arrays(f"patches-{version}", cut, lambda: {
        "train": cut(0, SHARE, TRAIN), "test": cut(SHARE, 1, TEST)})
    note_source("patches", "photographs that scikit-image and scikit-learn carry")
    train, test = (_tensors(made[part]) for part in ("train", "test"))
    return (TensorLoader(*train, batch_size=batch_size, shuffle=True, generator=generator),
            TensorLoader(*test, batch_size=batch_size))


def cut(left, right, count):
    """`count` pieces of each photograph, uint8 (10, count, 32, 32), between these shares of its width."""
    draw = np.random.RandomState(0).random_sample  # a stream that numpy keeps for ever
    pieces = np.empty((len(PATCH_LABELS), count, SIDE, SIDE), np.uint8)
    for label, picture in enumerate(photographs(*PATCH_LABELS).values()):
        grey = _grey(picture.numpy())  # (H, W)
        grey = grey[:, round(left * grey.shape[1]):round(right * grey.shape[1])]
        room = np.array(grey.shape) - SIDE + 1  # how many places there are, down and across
        taken = 0
        while taken < count:
            row, column = (draw(2) * room).astype(int)
            piece = grey[row:row + SIDE, column:column + SIDE]
            if _varies(piece):
                pieces[label, taken] = piece
                taken += 1
    return pieces


def _varies(piece):
    """Whether the standard deviation is at least FLAT, in whole numbers, which every machine adds up alike."""
    values = piece.astype(np.int64)
    return values.size * (values**2).sum() - values.sum() ** 2 >= (FLAT * values.size) ** 2


def _grey(picture):
    """(C, H, W) to (H, W), both uint8, rounded in whole numbers."""
    if len(picture) == 1:
        return picture[0]
    return ((np.tensordot(GREY, picture.astype(np.int64), axes=1) + 500) // 1000).astype(np.uint8)


def _tensors(pieces):
    classes, count = pieces.shape[:2]
    x = torch.from_numpy(pieces).transpose(0, 1).reshape(-1, 1, SIDE, SIDE).float()  # (count · 10, 1, 32, 32), in turns
    x = (x - x.mean((1, 2, 3), keepdim=True)) / x.std((1, 2, 3), correction=0, keepdim=True)
    return x, torch.arange(classes).repeat(count)
