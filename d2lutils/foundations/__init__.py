"""What PyTorch does inside, written out: arrays over a flat memory, and the tape of automatic differentiation."""

from d2lutils.foundations.arrays import broadcast_shape, contiguous_strides, matmul, mm
from d2lutils.foundations.autodiff import RULES, Tape, Traced, matmul_vjp, sum_to

__all__ = [
    "RULES", "Tape", "Traced", "broadcast_shape", "contiguous_strides", "matmul", "matmul_vjp", "mm", "sum_to",
]
