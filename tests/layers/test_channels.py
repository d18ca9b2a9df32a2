"""Borders, strides, channels and groups from scratch against F.conv2d."""

import itertools

import pytest
import torch
from torch.nn import functional as F

import d2lutils as d2l


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_output_size_is_that_of_conv1d(stride):
    for n, k, padding, dilation in itertools.product(range(1, 12), range(1, 6), range(4), (1, 2, 3)):
        span = dilation * (k - 1) + 1
        if span > n + 2 * padding:
            with pytest.raises(ValueError, match="does not fit") as refused:
                d2l.output_size(n, k, padding, stride, dilation)
            enough = int(str(refused.value).split()[-1])
            assert d2l.output_size(n, k, enough, stride, dilation) >= 1
            with pytest.raises(ValueError):
                d2l.output_size(n, k, enough - 1, stride, dilation)
            continue
        shape = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), padding=padding, stride=stride, dilation=dilation)
        assert d2l.output_size(n, k, padding, stride, dilation) == shape.shape[2]


@pytest.mark.parametrize("sizes", [(0, 1), (3, 0), (3, 1, -1), (3, 1, 0, 0), (3, 1, 0, 1, 0), (3.0, 1), (True, 1)])
def test_sizes_that_are_none_are_refused(sizes):
    with pytest.raises(ValueError, match="is a whole number of at least"):
        d2l.output_size(*sizes)


CASES = [((3, 6, 7), (4, 3, 3, 2), {}), ((2, 5, 5), (2, 2, 3, 3), {"padding": 1}),
         ((4, 7, 6), (6, 2, 3, 3), {"padding": 2, "stride": 2, "groups": 2}),
         ((3, 8, 8), (3, 1, 5, 5), {"padding": 2, "groups": 3}), ((1, 1, 1), (2, 1, 1, 1), {"stride": 3}),
         ((4, 9, 5), (8, 1, 1, 1), {"stride": 2, "groups": 4})]  # fmt: skip


@pytest.mark.parametrize(("picture", "kernels", "how"), CASES)
def test_conv2d_is_pytorchs_in_values_and_gradients(picture, kernels, how):
    generator = torch.Generator().manual_seed(0)
    X, K = (torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True)
            for shape in (picture, kernels))  # fmt: skip
    ours, theirs = d2l.conv2d(X, K, **how), F.conv2d(X[None], K, **how)[0]
    torch.testing.assert_close(ours, theirs)
    weights = torch.randn(ours.shape, dtype=torch.float64, generator=generator)
    for mine, other in zip(*(torch.autograd.grad((out * weights).sum(), (X, K)) for out in (ours, theirs))):
        torch.testing.assert_close(mine, other)


def test_one_by_one_is_a_dense_layer_at_each_pixel():
    X, K = torch.randn(3, 4, 5), torch.randn(2, 3, 1, 1)
    torch.testing.assert_close(d2l.corr2d_multi_in_out(X, K), torch.einsum("oc,chw->ohw", K[..., 0, 0], X))


@pytest.mark.parametrize(("X", "K", "said"), [
    (torch.ones(4, 5, 3), torch.ones(3, 2, 2), "permute"), (torch.ones(4, 5), torch.ones(1, 2, 2), "X is a tensor"),
    (torch.ones(1, 4, 5), torch.ones(2, 2), "K is a tensor"), (None, torch.ones(1, 1, 1), "not NoneType"),
])  # fmt: skip
def test_channels_that_do_not_match_are_refused(X, K, said):
    with pytest.raises(ValueError, match=said):
        d2l.corr2d_multi_in(X, K)


@pytest.mark.parametrize(("channels", "kernels", "groups", "said"), [
    (6, (4, 2, 1, 1), 3, "4 kernels cannot be dealt out evenly to 3 groups: take one of 1, 2, 4"),
    (4, (6, 2, 1, 1), 3, "4 channels of the picture"), (4, (4, 4, 1, 1), 2, r"\(kernels, 2, rows, columns\)"),
    (4, (4, 4, 1, 1), 0, "at least 1"), (4, (4, 4, 1, 1), 1.0, "at least 1"),
])  # fmt: skip
def test_groups_that_do_not_fit_are_refused(channels, kernels, groups, said):
    with pytest.raises(ValueError, match=said):
        d2l.conv2d(torch.ones(channels, 3, 3), torch.ones(kernels), groups=groups)
