"""What `in_float32` hands on in float32, and what it leaves alone."""

import pytest
import torch

from d2lutils.foundations.arrays import matmul, mm
from d2lutils.foundations.precision import in_float32


def test_the_decorator_leaves_other_types_alone():
    seen = []

    @in_float32
    def scaled(x, y, factor=None):
        """Doc."""
        seen.append((x.dtype, factor.dtype if factor is not None else None))
        return x * y, x + y

    assert scaled.__name__ == "scaled" and scaled.__doc__ == "Doc."
    half, single, double = (torch.ones(2, dtype=kind) for kind in (torch.float16, torch.float32, torch.float64))
    assert [part.dtype for part in scaled(half, 2)] == [torch.float16] * 2
    assert [part.dtype for part in scaled(half, single)] == [torch.float32] * 2
    assert [part.dtype for part in scaled(double, half)] == [torch.float64] * 2
    assert [part.dtype for part in scaled(half, half.bfloat16())] == [torch.float32] * 2
    scaled(half, 2, factor=half)
    whole = torch.arange(2)
    assert [part.dtype for part in scaled(whole, whole)] == [torch.int64] * 2
    assert seen == [(torch.float32, None)] * 2 + [(torch.float64, None), (torch.float32, None),
                                                 (torch.float32, torch.float32), (torch.int64, None)]  # fmt: skip


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_product_of_matrices_does_not_come_to_a_halt(dtype):
    ones = torch.ones(1, 3000, dtype=dtype)
    for product in (mm, matmul):
        assert torch.equal(product(ones, ones.T), ones @ ones.T)  # at 2048 (256), adding 1 changes nothing any more
