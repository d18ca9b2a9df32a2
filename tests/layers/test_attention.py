"""Attention against PyTorch's own, in values and gradients; masks that leave scores alone."""

import copy
import io
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from d2lutils.layers.attention.masks import causal_mask, masked_softmax, padding_mask
from d2lutils.layers.attention.multi_head import MultiHeadAttention
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


@given(B=sizes, Q=sizes, K=sizes, scale=st.sampled_from([1e-2, 1.0, 100.0]), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=30)
def test_masked_softmax_is_torchs_over_what_is_allowed(B, Q, K, scale, seed):
    torch.manual_seed(seed)
    scores = (scale * torch.randn(B, Q, K, dtype=torch.float64)).requires_grad_()
    mask = torch.rand(B, Q, K) < 0.6
    mask[..., 0] = True  # torch's own is nan in a row of nothing
    ours, theirs = masked_softmax(scores, mask), F.softmax(scores.masked_fill(~mask, -torch.inf), -1)
    assert_close(ours, theirs)
    assert_close(masked_softmax(scores), F.softmax(scores, -1))
    probe = torch.randn_like(scores)
    assert_close(*(torch.autograd.grad(weights, scores, probe)[0] for weights in (ours, theirs)))


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
