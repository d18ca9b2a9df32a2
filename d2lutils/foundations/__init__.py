"""What PyTorch does inside, written out: arrays over a flat memory, the tape of automatic differentiation, and how half
precision is computed."""

from d2lutils.foundations.arrays import broadcast_shape, contiguous_strides, matmul, mm
from d2lutils.foundations.autodiff import RULES, Tape, Traced, matmul_vjp, sum_to
from d2lutils.foundations.precision import in_float32

__all__ = [
    "RULES", "Tape", "Traced", "broadcast_shape", "contiguous_strides", "in_float32", "matmul",
    "matmul_vjp", "mm", "sum_to",
]
