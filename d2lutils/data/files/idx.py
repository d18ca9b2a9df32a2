"""The IDX format of MNIST: four bytes of magic number, the sizes as big-endian integers, then the bytes.

Described by Y. LeCun, C. Cortes and C. Burges, *The MNIST database of handwritten digits*.
"""

import gzip
import math
import struct
from pathlib import Path

import numpy as np

from d2lutils.data.files.archives import reading
from d2lutils.data.files.errors import CorruptData

CHUNK = 1 << 18      # bytes
DEFLATE_LIMIT = 1032  # deflate never packs more than this many bytes into one


def read_idx(path):
    """Read an IDX file of unsigned bytes, plain or gzipped, into a uint8 array of the shape that it states.

    The array is filled in place, so a file costs its own size in memory once. Raises `CorruptData` when the file is
    empty, cut short, too long, damaged, or not IDX.
    """
    path = Path(path)
    with reading(path):
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        limit = path.stat().st_size * (DEFLATE_LIMIT if packed else 1)
        with (gzip.open if packed else open)(path, "rb") as file:
            shape = _read_shape(path, file)
            if math.prod(shape) > limit:  # before memory is asked for: a damaged header can claim anything
                raise CorruptData(f"{path} says that it holds an array of shape {shape}, and is far too short for "
                                  "that. Delete it and download it again")
            array = np.empty(shape, dtype=np.uint8)
            _fill(path, file, array.reshape(-1))
    return array


def _read_shape(path, file):
    header = file.read(4)
    if len(header) < 4:
        raise CorruptData(f"{path} is empty or cut short. Delete it and download it again")
    if header[:3] != b"\x00\x00\x08" or not header[3]:
        raise CorruptData(f"{path} is not an IDX file of unsigned bytes (it begins with {header.hex(' ')}, not "
                          "00 00 08). Replace it by the published file")
    sizes = file.read(4 * header[3])
    if len(sizes) < 4 * header[3]:
        raise CorruptData(f"{path} is cut short in its header. Delete it and download it again")
    return struct.unpack(f">{header[3]}I", sizes)


def _fill(path, file, flat):
    position = 0
    while position < flat.size:
        chunk = file.read(min(CHUNK, flat.size - position))
        if not chunk:
            raise CorruptData(f"{path} is cut short: {position:,} of {flat.size:,} bytes. Delete it and download it "
                              "again")
        flat[position:position + len(chunk)] = np.frombuffer(chunk, dtype=np.uint8)
        position += len(chunk)
    if file.read(1):  # in a gzip file this also reads the checksum
        raise CorruptData(f"{path} goes on after its {flat.size:,} bytes. Replace it by the published file")
