"""Photographs and textures by name: those that lie in the packages scikit-image and scikit-learn themselves.

All but two are in the public domain or CC0; china (Daniel Buechele) and flower (vultilion) are CC BY 2.0.
"""

import io

import numpy as np
import torch

from d2lutils.data.files.catalog import PHOTOGRAPHS
from d2lutils.data.files.notices import note_source
from d2lutils.data.files.packages import INSTALL, read_carried


def photographs(*names):
    """Photographs by name, as `{name: picture}`: uint8 tensors (3, H, W) in colour or (1, H, W) in grey, 0 to 255.

    names  which ones; none for all: astronaut, brick, camera, chelsea (a cat), china (a palace), coffee, coins, flower,
           grass, gravel, hubble (galaxies), ihc (a stained tissue), moon, motorcycle_left and motorcycle_right (two
           views of one), page (printed text), retina, rocket. Sizes go from 191×384 to 1411×1411

    They lie in the packages scikit-image and scikit-learn; nothing is downloaded and neither is imported. Raises
    ValueError for a name that is not among these, ImportError when the package is not installed, and `CorruptData` when
    its version carries another picture.
    """
    for name in names:
        if name not in PHOTOGRAPHS:
            raise ValueError(f"there is no photograph named {name!r}; there are {', '.join(PHOTOGRAPHS)}")
    chosen = {name: _decoded(PHOTOGRAPHS[name]) for name in names or PHOTOGRAPHS}
    for name in chosen:
        note_source(f"photographs of {INSTALL[PHOTOGRAPHS[name].package]}", "the files that it carries")
    return chosen


def _decoded(file):
    from PIL import Image
    with Image.open(io.BytesIO(read_carried(file))) as picture:
        pixels = np.array(picture.convert("L" if picture.mode == "L" else "RGB"))
    return torch.from_numpy(pixels.reshape(*pixels.shape[:2], -1)).permute(2, 0, 1).contiguous()  # (C, H, W)
