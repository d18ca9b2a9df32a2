"""Strides, broadcasting and matrix products written with loops: PyTorch's own, on shapes drawn at random."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.foundations.arrays import broadcast_shape, contiguous_strides, matmul, mm

sizes = st.lists(st.integers(0, 4), max_size=4).map(tuple)
few = st.integers(1, 4)


@settings(deadline=None, max_examples=200)
@given(sizes, sizes)
def test_shapes_broadcast_as_torch_broadcasts_them(a, b):
    try:
        expected = tuple((torch.empty(a) + torch.empty(b)).shape)
    except RuntimeError:
        with pytest.raises(ValueError, match="neither is 1"):
            broadcast_shape(a, b)
    else:
        assert broadcast_shape(a, b) == expected


@settings(deadline=None, max_examples=50)
@given(sizes)
def test_strides_of_a_contiguous_array(shape):
    assert contiguous_strides(shape) == torch.empty(shape).stride()


@settings(deadline=None, max_examples=20)
@given(few, few, few, st.integers(0, 99))
def test_mm(n, m, p, seed):
    torch.manual_seed(seed)
    A, B = torch.randn(n, m, dtype=torch.float64), torch.randn(m, p, dtype=torch.float64)
    torch.testing.assert_close(mm(A, B), A @ B)


@pytest.mark.parametrize("left, right", [((), ()), ((2,), (2,)), ((2, 1), (3,)), ((3,), (2, 1)), ((2,), ())])
def test_matmul_broadcasts_the_dimensions_in_front(left, right):
    for n, m, p in product((1, 2), (1, 3), (1, 2)):
        A = torch.randn(*left, n, m, dtype=torch.float64)
        B = torch.randn(*right, m, p, dtype=torch.float64)
        torch.testing.assert_close(matmul(A, B), A @ B)


def test_sizes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="rows of A have 3 .* columns of B 2"):
        mm(torch.ones(2, 3), torch.ones(2, 3))
    with pytest.raises(ValueError, match="10 and 64 differ in dimension 1"):
        broadcast_shape((64, 10), (64,))
