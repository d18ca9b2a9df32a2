"""What PyTorch does inside, written out: arrays over a flat memory, and the tape of automatic differentiation."""

from d2lutils.foundations.arrays import broadcast_shape, contiguous_strides, matmul, mm
from d2lutils.foundations.autodiff import Tape

__all__ = [
    "Tape", "broadcast_shape", "contiguous_strides", "matmul", "mm",
]
