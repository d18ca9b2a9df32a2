"""Shapes, strides and products of arrays written out with loops, as the chapter on tensors builds them.

For learning and for testing: everything here is thousands of times slower than PyTorch's own.
"""

from itertools import product

import torch


def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """How far apart neighbours along each dimension lie in memory when an array of `shape` is stored row by row."""
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return tuple(reversed(strides))


def broadcast_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of `x + y` for x of shape `a` and y of shape `b`. Raises ValueError if they do not fit."""
    length = max(len(a), len(b))
    a, b = (1,) * (length - len(a)) + tuple(a), (1,) * (length - len(b)) + tuple(b)
    for d in range(length):
        if a[d] != b[d] and a[d] != 1 and b[d] != 1:
            raise ValueError(f"sizes {a[d]} and {b[d]} differ in dimension {d} and neither is 1: {a} with {b}")
    return tuple(n if m == 1 else m for m, n in zip(a, b))


def mm(A: torch.Tensor, B: torch.Tensor) -> torch.Tensor:
    """The product of two matrices, (n, m) times (m, p), entry by entry."""
    n, m, p = A.shape[0], A.shape[1], B.shape[1]
    if B.shape[0] != m:
        raise ValueError(f"the rows of A have {m} entries and the columns of B {B.shape[0]}")
    C = torch.zeros(n, p, dtype=A.dtype)
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i, j] += A[i, k] * B[k, j]
    return C


def matmul(A: torch.Tensor, B: torch.Tensor) -> torch.Tensor:
    """Products of batches of matrices: (…, n, m) times (…, m, p); the dimensions in front are broadcast."""
    batch = broadcast_shape(A.shape[:-2], B.shape[:-2])
    A, B = A.expand(*batch, *A.shape[-2:]), B.expand(*batch, *B.shape[-2:])
    C = torch.zeros(*batch, A.shape[-2], B.shape[-1], dtype=A.dtype)
    for index in product(*map(range, batch)):
        C[index] = mm(A[index], B[index])
    return C
