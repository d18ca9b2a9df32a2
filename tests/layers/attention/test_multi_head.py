"""Several heads against torch.nn.MultiheadAttention, in values and gradients, computed in either way."""

import copy

import pytest
import torch
from helpers.nets.masks import random_mask
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from d2lutils.layers.attention.masks import causal_mask, padding_mask
from d2lutils.layers.attention.multi_head import MultiHeadAttention

sizes = st.integers(1, 5)


def twin(ours: MultiHeadAttention, bias: bool) -> nn.MultiheadAttention:
    """PyTorch's module with the weights of ours."""
    size = ours.W_o.out_features
    theirs = nn.MultiheadAttention(size, ours.num_heads, bias=bias, batch_first=True).to(ours.W_o.weight.dtype)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.W_q.weight, ours.W_k.weight, ours.W_v.weight]))
        theirs.out_proj.weight.copy_(ours.W_o.weight)
        if bias:
            theirs.in_proj_bias.copy_(torch.cat([ours.W_q.bias, ours.W_k.bias, ours.W_v.bias]))
            theirs.out_proj.bias.copy_(ours.W_o.bias)
    return theirs


@given(B=sizes, Q=sizes, K=sizes, H=st.integers(1, 4), D=st.integers(1, 3), bias=st.booleans(), by_hand=st.booleans())
@settings(deadline=None, max_examples=40)
def test_multi_head_attention_equals_pytorch(B, Q, K, H, D, bias, by_hand):
    ours = MultiHeadAttention(H * D, H, bias=bias).double()
    theirs, ours.by_hand = twin(ours, bias), by_hand
    inputs = [torch.randn(B, T, H * D, dtype=torch.float64, requires_grad=True) for T in (Q, K, K)]
    mask = torch.rand(B, Q, K) < 0.6
    mask[..., 0] = True  # PyTorch's module has no answer for a row of nothing
    # theirs wants True where looking is forbidden, and heads in the batch dimension
    expected, weights = theirs(*inputs, attn_mask=~mask.repeat_interleave(H, 0), average_attn_weights=False)
    output = ours(*inputs, mask)
    assert_close(output, expected)
    if by_hand:
        assert_close(ours.attention_weights, weights)
    direction = torch.randn_like(output)
    mine = torch.autograd.grad(output, [*inputs, ours.W_q.weight, ours.W_o.weight], direction)
    other = torch.autograd.grad(expected, [*inputs, theirs.in_proj_weight, theirs.out_proj.weight], direction)
    for a, b in zip(mine, other):
        assert_close(a, b[: len(a)] if b is other[3] else b)  # the first rows of in_proj are W_q


@pytest.mark.parametrize("mask", [None, "causal", "padding", "full", "heads"])
def test_both_ways_give_the_same_values_and_gradients(mask):
    torch.manual_seed(0)
    attention = MultiHeadAttention(12, 3).double()
    x = torch.randn(4, 5, 12, dtype=torch.float64)
    masks = {"causal": causal_mask(5), "padding": padding_mask(torch.tensor([0, 1, 3, 5]), 5),
             "full": random_mask(4, 5, 5), "heads": random_mask(4, 3, 5, 5)}  # fmt: skip
    results = []
    for attention.by_hand in (False, True):
        x.requires_grad_().grad = None
        attention.zero_grad()
        output = attention(x, x, x, masks.get(mask))
        output.square().sum().backward()
        results.append([output, x.grad.clone(), *(p.grad.clone() for p in attention.parameters())])
    for fast, slow in zip(*results):
        assert fast.isfinite().all()
        assert_close(fast, slow)


def test_heads_of_other_widths():
    attention = MultiHeadAttention(6, 2, query_size=3, key_size=4, value_size=5)
    assert attention(torch.randn(2, 7, 3), torch.randn(2, 8, 4), torch.randn(2, 8, 5)).shape == (2, 7, 6)


def test_no_keys_give_zeros():
    attention = MultiHeadAttention(6, 2)
    for attention.by_hand in (False, True):
        assert (attention(torch.randn(2, 3, 6), torch.randn(2, 0, 6), torch.randn(2, 0, 6)) == 0).all()


@pytest.mark.parametrize("heads", [0, -2, 3, 5])
def test_heads_must_divide_the_width(heads):
    with pytest.raises(ValueError, match=f"num_heads={heads} does not divide num_hiddens=32"):
        MultiHeadAttention(32, heads)


def test_it_can_be_copied_after_a_pass_that_kept_its_weights():
    layer, x = MultiHeadAttention(4, 2), torch.randn(2, 3, 4)
    layer.by_hand = True
    output = layer(x, x, x)
    assert layer.attention_weights.shape == (2, 2, 3, 3) and not layer.attention_weights.requires_grad
    assert_close(copy.deepcopy(layer)(x, x, x), output)
