"""Legendre polynomials beside NumPy's."""

import numpy as np
import pytest
import torch

from d2lutils.data.features import legendre


@pytest.mark.parametrize("degree", [0, 1, 2, 7, 60])
@pytest.mark.parametrize("shape", [(9,), (2, 5), (1,)])
def test_columns_are_numpys(degree, shape):
    x = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(degree)) * 2 - 1
    expected = np.polynomial.legendre.legvander(x.numpy(), degree)
    torch.testing.assert_close(legendre(x, degree), torch.from_numpy(np.asarray(expected)))


def test_they_are_orthogonal():
    nodes, weights = map(torch.from_numpy, np.polynomial.legendre.leggauss(12))
    P = legendre(nodes, 10)
    gram = P.T @ (weights.unsqueeze(1) * P)
    torch.testing.assert_close(gram, torch.diag(2 / (2 * torch.arange(11, dtype=torch.float64) + 1)))


def test_slopes_and_dtype():
    x = torch.linspace(-0.9, 0.9, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: legendre(x, 6), x)
    assert legendre(torch.zeros(3), 4).dtype == torch.float32
