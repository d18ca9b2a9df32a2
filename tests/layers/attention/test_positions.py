"""Positions against their formula, and as a buffer that follows the module."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from d2lutils.layers.attention.positions import PositionalEncoding


@given(T=st.integers(1, 20), D=st.integers(1, 9), before=st.integers(0, 10))
@settings(deadline=None, max_examples=30)
def test_positions_are_their_formula_at_odd_and_even_width(T, D, before):
    encoding = PositionalEncoding(D, max_len=before + T)
    output = encoding(torch.zeros(2, T, D), before)
    for i in range(T):
        for j in range(D):
            angle = (before + i) / 10000 ** (2 * (j // 2) / D)
            assert abs(output[1, i, j].item() - (math.cos(angle) if j % 2 else math.sin(angle))) < 1e-6


def test_positions_are_a_buffer_that_follows_the_module_and_is_not_saved():
    encoding = PositionalEncoding(5, max_len=7)
    assert [name for name, _ in encoding.named_buffers()] == ["P"]
    assert not encoding.state_dict() and not list(encoding.parameters())
    assert encoding.to("meta").P.device.type == "meta"
    assert PositionalEncoding(4).half()(torch.zeros(1, 3, 4, dtype=torch.float16)).dtype == torch.float16


def test_a_shift_turns_every_pair_of_waves_by_one_angle():
    P = PositionalEncoding(6, max_len=40).double().P
    shift = 5
    for j in range(3):
        angle = torch.tensor(shift / 10000 ** (2 * j / 6), dtype=torch.float64)
        turn = torch.stack([torch.stack([angle.cos(), angle.sin()]), torch.stack([-angle.sin(), angle.cos()])])
        pairs = P[:, 2 * j : 2 * j + 2]
        assert_close(pairs[:-shift] @ turn.T, pairs[shift:], atol=1e-5, rtol=0)


def test_a_sequence_longer_than_the_table_says_so():
    encoding = PositionalEncoding(4, max_len=6)
    encoding(torch.zeros(1, 6, 4))
    encoding(torch.zeros(1, 1, 4), before=5)
    for steps, before in ((7, 0), (1, 6)):
        with pytest.raises(ValueError, match="7 positions is longer than the position table of 6.*max_len=7"):
            encoding(torch.zeros(1, steps, 4), before)
    with pytest.raises(ValueError, match="must be 1 or more"):
        PositionalEncoding(0)
