"""Pooling against PyTorch's, in values and gradients, and what a blur before a stride does to stripes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import d2lutils as d2l
from d2lutils.layers import BlurPool2d, pool2d

sizes, steps = st.tuples(st.integers(1, 3), st.integers(1, 3)), st.tuples(st.integers(1, 3), st.integers(1, 3))


def draw(*shape, seed=0, whole=False):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (x.round() if whole else x).requires_grad_()


def both(ours, theirs, x):
    """Values and gradients of two functions of x, side by side."""
    pairs = []
    for function in (ours, theirs):
        y = function(x)
        probe = torch.randn(y.shape, generator=torch.Generator().manual_seed(9), dtype=y.dtype)
        pairs.append((y.detach(), torch.autograd.grad((y * probe).sum(), x)[0]))
    return zip(*pairs)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 3), max_size=2), st.integers(3, 8), st.integers(3, 8), sizes, steps, st.booleans(),
       st.sampled_from(["max", "mean", "avg"]))  # fmt: skip
def test_values_and_gradients_are_pytorchs_ties_included(leading, h, w, size, stride, whole, mode):
    x = draw(*leading, h, w, whole=whole)
    theirs = F.max_pool2d if mode == "max" else F.avg_pool2d
    batch = (-1, 1, h, w)
    for ours, other in both(lambda x: pool2d(x, size, mode, stride).reshape(-1),
                            lambda x: theirs(x.reshape(batch), size, stride).reshape(-1), x):  # fmt: skip
        torch.testing.assert_close(ours, other)


def test_the_courses_call_has_stride_one():
    X = torch.arange(9.0).reshape(3, 3)
    assert d2l.pool2d(X, (2, 2)).tolist() == [[4, 5], [7, 8]]
    assert d2l.pool2d(X, (2, 2), "avg").tolist() == [[2, 3], [5, 6]]
    assert torch.equal(d2l.pool2d(X, 2), d2l.pool2d(X, (2, 2), mode="max", stride=(1, 1)))


def test_special_numbers_are_pytorchs():
    x = torch.tensor([[1.0, torch.nan, -torch.inf, torch.inf], [2.0, 3.0, -torch.inf, -torch.inf]])
    for mode, theirs in (("max", F.max_pool2d), ("mean", F.avg_pool2d)):
        torch.testing.assert_close(pool2d(x, 2, mode, 2), theirs(x[None], 2)[0], equal_nan=True)
    assert pool2d(torch.arange(4).reshape(2, 2), 2).item() == 3
    assert pool2d(torch.ones(2, 4, 4, dtype=torch.bfloat16), 2, "mean").dtype == torch.bfloat16
    assert pool2d(torch.ones(0, 4, 4), 2).shape == (0, 3, 3)


@pytest.mark.parametrize(("arguments", "words"), [
    ((torch.ones(4, 4), 0), "pool_size is a whole number"),
    ((torch.ones(4, 4), (2, 2, 2)), "pool_size is a whole number"),
    ((torch.ones(4, 4), 2.0), "pool_size is a whole number"),
    ((torch.ones(4, 4), 2, "median"), 'mode is "max" or "mean"'),
    ((torch.ones(4, 4), 2, "max", 0), "stride is a whole number"),
    ((torch.ones(4, 4), (5, 1)), "H at least 5"),
    ((torch.ones(4), 2), "not \\(4,\\) float32"),
    (([[1.0, 2.0]], 1), "not list"),
    ((torch.ones(4, 4).long(), 2, "mean"), "a mean needs X of floats"),
])  # fmt: skip
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        pool2d(*arguments)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("shape", [(2, 3, 7, 8), (1, 1, 1, 1), (4, 5, 6)])
def test_blur_is_a_convolution_of_each_channel_by_itself(shape, stride):
    row = torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64) / 4
    conv = nn.Conv2d(1, 1, 3, stride=stride, padding=1, bias=False).double()
    conv.weight.data[0, 0] = torch.outer(row, row)

    def theirs(x):
        return torch.cat([conv(channel) for channel in x.split(1, dim=-3)], dim=-3)

    for ours, other in both(BlurPool2d(stride), theirs, draw(*shape)):
        torch.testing.assert_close(ours, other)
    assert BlurPool2d(stride)(draw(*shape)).shape[-1] == -(-shape[-1] // stride)


def test_blur_has_nothing_to_learn_and_nothing_to_save():
    layer = BlurPool2d()
    assert not list(layer.parameters()) and not layer.state_dict()
    assert layer(torch.ones(1, 2, 8, 8, dtype=torch.bfloat16)).dtype == torch.bfloat16
    with pytest.raises(RuntimeError, match="stride"):
        BlurPool2d(0)(torch.ones(1, 2, 8, 8))


def test_stripes_of_two_vanish_under_maximum_pooling_and_stay_under_blur():
    """The example of Zhang (2019): 0 0 1 1 again and again, and the same moved by one."""
    stripes = torch.tensor([0.0, 0, 1, 1]).repeat(6).expand(1, 1, 24, 24)
    moved = stripes.roll(1, dims=3)
    pooled = [F.max_pool2d(x, 2)[0, 0, 6, 2:10] for x in (stripes, moved)]
    assert pooled[0].tolist() == [0, 1] * 4 and pooled[1].tolist() == [1] * 8
    blurred = nn.Sequential(nn.MaxPool2d(2, stride=1), BlurPool2d())
    a, b = (blurred(x)[0, 0, 5, 2:10] for x in (stripes, moved))
    assert a.tolist() == [0.5, 1] * 4 and b.tolist() == [0.75] * 8
