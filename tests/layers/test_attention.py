"""Attention against PyTorch's own, in values and gradients; masks that leave scores alone; positions as a buffer."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from d2lutils.layers.attention.masks import causal_mask, masked_softmax, padding_mask
from d2lutils.layers.attention.multi_head import MultiHeadAttention
from d2lutils.layers.attention.positions import PositionalEncoding
from d2lutils.layers.attention.scoring import AdditiveAttention, DotProductAttention

sizes = st.integers(1, 5)


def random_mask(*shape):
    """A mask with a row of nothing in it, and the rest as it comes."""
    mask = torch.rand(shape) < 0.6
    mask[..., 0, :] = False
    return mask


# --- masks ---------------------------------------------------------------------------------------------------------


def test_padding_mask_counts_and_causal_mask_looks_back():
    assert padding_mask(torch.tensor([0, 2, 3]), 3).tolist() == [[[False] * 3], [[True, True, False]], [[True] * 3]]
    assert causal_mask(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert_close(causal_mask(2, before=3), causal_mask(5)[3:])
    with pytest.raises(ValueError, match=r"shape \(B,\), not \(1, 2\) int64"):
        padding_mask(torch.tensor([[1, 2]]), 3)
    with pytest.raises(ValueError, match="float32"):
        padding_mask(torch.tensor([1.0]), 3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_masked_softmax_in_every_precision_and_at_length_zero(dtype):
    scores = torch.randn(3, 2, 4).to(dtype)
    before = scores.clone()
    weights = masked_softmax(scores, padding_mask(torch.tensor([0, 3, 4]), 4))
    assert weights.dtype == dtype
    assert_close(scores, before, rtol=0, atol=0)  # the caller's scores are not touched
    assert (weights[0] == 0).all()  # length zero: nothing is looked at, and nothing is not a number
    assert (weights[1, :, 3] == 0).all()
    assert_close(weights[1, :, :3], before[1, :, :3].softmax(-1))
    assert_close(weights[2], before[2].softmax(-1))


def test_masked_softmax_where_a_large_negative_number_would_not_do():
    """Scores below -1e6 and masked keys beside them: a mask of -1e6 would prefer the masked ones."""
    scores = torch.tensor([[-3e6, -3e6 - 1, 0.0]])
    weights = masked_softmax(scores, torch.tensor([[True, True, False]]))
    assert_close(weights, torch.cat([scores[:, :2].softmax(-1), torch.zeros(1, 1)], dim=1))


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_masked_softmax_ignores_what_stands_under_the_mask_in_both_directions():
    scores = torch.randn(2, 3, dtype=torch.float64)
    scores[:, 2], scores[1] = math.inf, math.nan
    scores.requires_grad_()
    mask = torch.tensor([[True, True, False], [False, False, False]])
    with torch.autograd.detect_anomaly(check_nan=True):
        weights = masked_softmax(scores, mask)
        weights.square().sum().backward()
    assert weights.isfinite().all() and scores.grad.isfinite().all()
    assert (scores.grad[~mask] == 0).all() and (scores.grad[0, :2] != 0).all()


def test_masked_softmax_of_no_keys_is_empty():
    assert masked_softmax(torch.randn(2, 3, 0), torch.ones(2, 1, 0, dtype=torch.bool)).shape == (2, 3, 0)


@pytest.mark.parametrize("mask", [torch.ones(2, 3), torch.tensor([1, 2]), [True, False], torch.ones(2, 3).long()])
def test_a_mask_must_be_boolean(mask):
    with pytest.raises(TypeError, match="a mask is a boolean tensor.*padding_mask"):
        masked_softmax(torch.randn(2, 3), mask)
    with pytest.raises(TypeError, match="boolean"):
        MultiHeadAttention(4, 2)(*[torch.randn(1, 2, 4)] * 3, mask)


@pytest.mark.parametrize("shape", [(3,), (2, 4), (5, 3, 4), (2, 3, 5), (2, 2, 3, 4), (4, 3)])
def test_a_mask_must_fit(shape):
    mask = torch.ones(shape, dtype=torch.bool)
    with pytest.raises(ValueError, match=r"does not fit scores of shape \(2, 3, 4\)"):
        masked_softmax(torch.randn(2, 3, 4), mask)


def test_a_mask_of_batch_and_keys_is_refused_where_it_could_pass_for_another():
    """(B, K) with B keys: broadcasting would read it as (Q, K)."""
    x = torch.randn(2, 3, 4)
    lens = torch.ones(2, 3, dtype=torch.bool)
    with pytest.raises(ValueError, match="does not fit"):
        MultiHeadAttention(4, 2)(x, x, x, lens)


# --- two scoring functions -----------------------------------------------------------------------------------------


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
    assert_close(attention.attention_weights, torch.tensor([[[1.0, 0.0]]], dtype=torch.float16))
    attention(q, k, k, padding_mask(torch.tensor([0]), 2))
    assert (attention.attention_weights == 0).all()


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


# --- many heads ----------------------------------------------------------------------------------------------------


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


# --- positions -----------------------------------------------------------------------------------------------------


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
