"""The two scoring functions against PyTorch's own and their formulas, in values and gradients."""

import copy
import io

import pytest
import torch
import torch.nn.functional as F
from helpers.nets.masks import random_mask
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from d2lutils.layers.attention.masks import padding_mask
from d2lutils.layers.attention.scoring import AdditiveAttention, DotProductAttention

sizes = st.integers(1, 5)


@given(B=sizes, Q=sizes, K=sizes, D=sizes, V=sizes)
@settings(deadline=None, max_examples=30)
def test_dot_product_equals_pytorch(B, Q, K, D, V):
    shapes = (B, Q, D), (B, K, D), (B, K, V)
    inputs = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]
    mask = random_mask(B, Q, K)
    outputs = DotProductAttention()(*inputs, mask), F.scaled_dot_product_attention(*inputs, attn_mask=mask)
    assert_close(*outputs)
    direction = torch.randn_like(outputs[0])
    for ours, theirs in zip(*(torch.autograd.grad(output, inputs, direction) for output in outputs)):
        assert_close(ours, theirs)
    assert (outputs[0][:, 0] == 0).all()


@given(B=sizes, Q=sizes, K=sizes, H=sizes)
@settings(deadline=None, max_examples=20)
def test_additive_attention_is_its_formula(B, Q, K, H):
    q, k, v = (torch.randn(shape, dtype=torch.float64) for shape in [(B, Q, 3), (B, K, 2), (B, K, 4)])
    attention = AdditiveAttention(3, 2, H).double()
    mask = random_mask(B, Q, K)
    output = attention(q, k, v, mask)
    for b in range(B):
        for i in range(Q):
            allowed = [j for j in range(K) if mask[b, i, j]]
            scores = [
                attention.w_v.weight[0] @ (attention.W_q.weight @ q[b, i] + attention.W_k.weight @ k[b, j]).tanh()
                for j in allowed
            ]
            expected = torch.stack(scores).softmax(0) @ v[b, allowed] if allowed else torch.zeros(4).double()
            assert_close(output[b, i], expected)


def test_attention_in_half_precision_at_width_and_length_that_overflow():
    """q·k alone would be 64 · 40² = 102,400, more than half precision can hold; divided first it is 12,800."""
    q = torch.full((1, 1, 64), 40.0, dtype=torch.float16)
    k = torch.cat([q, -q], dim=1)
    attention = DotProductAttention()
    attention(q, k, k, padding_mask(torch.tensor([2]), 2))
    assert_close(attention.attention_weights, torch.tensor([[[1.0, 0.0]]]))
    attention(q, k, k, padding_mask(torch.tensor([0]), 2))
    assert (attention.attention_weights == 0).all()


@pytest.mark.parametrize("make", [lambda: AdditiveAttention(4, 4, 8), DotProductAttention])
def test_a_net_that_keeps_weights_can_be_copied_and_saved_after_a_pass(make):
    layer, x = make(), torch.randn(2, 3, 4, requires_grad=True)
    output = layer(x, x, x)
    assert not layer.attention_weights.requires_grad
    torch.save(layer, io.BytesIO())
    again = copy.deepcopy(layer)
    assert_close(again(x, x, x), output)
    output.sum().backward()  # the graph of the output itself is whole
    assert x.grad.abs().sum() > 0


@pytest.mark.parametrize("make", [lambda p: AdditiveAttention(4, 4, 8, p), DotProductAttention])
def test_dropout_acts_on_the_weights_in_training_only(make):
    x = torch.randn(1, 6, 4)
    attention, values = make(0.5), torch.eye(6)[None]
    attention.eval()
    assert_close(attention(x, x, values), attention.attention_weights)
    attention.train()
    dropped = attention(x, x, values)  # the identity as values: the output is the weights after dropout
    assert (dropped == 0).any()
    assert_close(dropped[dropped != 0], 2 * attention.attention_weights[dropped != 0])
