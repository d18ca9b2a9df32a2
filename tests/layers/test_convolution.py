"""Convolution from scratch against F.conv2d, the matrix of it, and receptive fields against gradients."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import d2lutils as d2l

SIZES = [((3, 4), (2, 2)), ((7, 5), (1, 2)), ((6, 6), (6, 6)), ((5, 9), (3, 1)), ((1, 1), (1, 1))]


def tables(*shapes):
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize(("picture", "kernel"), SIZES)
def test_corr2d_is_conv2d_in_values_and_gradients(picture, kernel):
    X, K = tables(picture, kernel)
    ours, theirs = d2l.corr2d(X, K), F.conv2d(X[None, None], K[None, None])[0, 0]
    torch.testing.assert_close(ours, theirs)
    weights = torch.randn(ours.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    for mine, other in zip(*(torch.autograd.grad((out * weights).sum(), (X, K)) for out in (ours, theirs))):
        torch.testing.assert_close(mine, other)


def test_corr2d_leaves_its_arguments_and_takes_strided_ones():
    X, K = (t.detach() for t in tables((6, 8), (2, 3)))
    before = X.clone(), K.clone()
    torch.testing.assert_close(d2l.corr2d(X.T, K), F.conv2d(X.T[None, None], K[None, None])[0, 0])
    assert torch.equal(X, before[0]) and torch.equal(K, before[1])
    pixels = torch.tensor([[250, 5], [5, 250]], dtype=torch.uint8)
    torch.testing.assert_close(d2l.corr2d(pixels, torch.tensor([[1.0, -1.0]])), torch.tensor([[245.0], [-245.0]]))


@pytest.mark.parametrize(("picture", "kernel"), SIZES)
def test_the_matrix_does_what_the_kernel_does(picture, kernel):
    X, K = (t.detach() for t in tables(picture, kernel))
    matrix = d2l.convolution_matrix(K, *picture)
    torch.testing.assert_close(matrix @ X.flatten(), d2l.corr2d(X, K).flatten())
    assert (matrix != 0).sum(dim=1).eq(K.numel()).all(), "each output reads as many pixels as the kernel has weights"


STACKS = [[3], [3, 3], [(5, 2)], [(3, 2), (3, 2)], [(3, 1, 2)], [(3, 2, 2), 3, (5, 1, 3)], [(1, 4), 3],
          [(2, 2), (3, 3, 2)]]


@pytest.mark.parametrize("layers", STACKS)
def test_the_receptive_field_is_what_gradients_reach(layers):
    field = d2l.receptive_field(layers)
    convolutions = []
    for layer in layers:
        kernel, stride, dilation = (*(layer if isinstance(layer, tuple) else (layer,)), 1, 1)[:3]
        convolutions.append(nn.Conv1d(1, 1, kernel, stride=stride, dilation=dilation).double())
        nn.init.uniform_(convolutions[-1].weight, 0.5, 1)  # positive: nothing cancels
    x = torch.zeros(1, 1, field, dtype=torch.float64, requires_grad=True)
    out = nn.Sequential(*convolutions)(x)
    assert out.shape == (1, 1, 1), "a row as long as the field gives one output"
    reached = torch.autograd.grad(out.sum(), x)[0][0, 0].nonzero().flatten()
    assert (reached.min(), reached.max()) == (0, field - 1)
    if field > 1:
        with pytest.raises(RuntimeError):
            nn.Sequential(*convolutions)(x[..., 1:])


def test_no_layer_sees_one_pixel():
    assert d2l.receptive_field([]) == 1 == d2l.receptive_field([1, (1, 3)])


@pytest.mark.parametrize(("X", "K", "said"), [
    (torch.ones(2, 2), torch.ones(3, 1), "larger than the picture"),
    (torch.ones(2, 2), torch.ones(1, 3), r"\(1, 3\) is larger than the picture \(2, 2\)"),
    (torch.ones(1, 2, 2), torch.ones(1, 1), "X is a table"), (torch.ones(2, 2), torch.ones(2), "K is a table"),
    (torch.ones(2, 2), torch.ones(0, 2), "K is a table"), ([[1.0]], torch.ones(1, 1), "not list"),
])  # fmt: skip
def test_what_is_no_picture_and_kernel_is_refused(X, K, said):
    with pytest.raises(ValueError, match=said):
        d2l.corr2d(X, K)


@pytest.mark.parametrize("layer", [0, (3, 0), (3, 1, -1), 2.5, (), (3, 1, 1, 1), True, "3"])
def test_sizes_that_are_none_are_refused(layer):
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        d2l.receptive_field([3, layer])
