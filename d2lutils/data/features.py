"""Polynomials written in columns that hardly resemble one another."""

import torch


def legendre(x: torch.Tensor, degree: int) -> torch.Tensor:
    """The Legendre polynomials P_0 … P_degree at x (…), as columns (…, degree + 1), in x's dtype.

    On [−1, 1] they are orthogonal, ∫ P_j P_k dx = 2 / (2k + 1) if j = k and 0 otherwise, and none exceeds 1 in size.
    Bonnet's recursion: (k + 1) P_{k+1}(x) = (2k + 1) x P_k(x) − k P_{k−1}(x).
    """
    columns = [torch.ones_like(x), x]
    for k in range(1, degree):
        above = (2 * k + 1) * x * columns[k] - k * columns[k - 1]
        columns.append(above / (k + 1))
    return torch.stack(columns[:degree + 1], dim=-1)
