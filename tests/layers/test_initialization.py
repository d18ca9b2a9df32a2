"""Initialisation against torch.nn.init (the same numbers for the same seed), and what it is for."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.layers import initialization as init

shapes = st.one_of(
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), st.integers(1, 3)),
)
MODES = ["fan_in", "fan_out"]


def drawn(fill, shape, seed, **options):
    return fill(torch.empty(shape, dtype=torch.float64), generator=torch.Generator().manual_seed(seed), **options)


@settings(deadline=None, max_examples=25)
@given(shapes, st.integers(0, 99), st.sampled_from([0.0, 0.2]), st.sampled_from(MODES))
def test_draws_what_pytorch_draws(shape, seed, slope, mode):
    assert init.fans(torch.empty(shape)) == nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    for name in ("xavier_uniform_", "xavier_normal_"):
        mine, theirs = (drawn(getattr(module, name), shape, seed, gain=1 + slope) for module in (init, nn.init))
        torch.testing.assert_close(mine, theirs, rtol=1e-12, atol=0)
    for name in ("kaiming_uniform_", "kaiming_normal_"):
        mine = drawn(getattr(init, name), shape, seed, slope=slope, mode=mode)
        theirs = drawn(getattr(nn.init, name), shape, seed, a=slope, mode=mode)
        torch.testing.assert_close(mine, theirs, rtol=1e-12, atol=0)


def test_fills_parameters_in_place_and_out_of_the_graph():
    weight = nn.Parameter(torch.zeros(4, 3))
    assert init.kaiming_normal_(weight) is weight and weight.is_leaf and weight.requires_grad and weight.any()


@pytest.mark.parametrize("fill", [init.xavier_uniform_, init.kaiming_normal_])
def test_a_bias_is_refused(fill):
    with pytest.raises(ValueError, match="bias"):
        fill(torch.zeros(3))


def test_kaiming_keeps_the_mean_square_through_relu_on_average():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(200, 400, generator=generator)
    ratio = [(torch.relu(x) @ init.kaiming_normal_(torch.empty(300, 400), generator=generator).T).square().mean()
             / x.square().mean() for _ in range(5)]  # fmt: skip
    assert abs(torch.stack(ratio).mean() - 1) < 0.03
