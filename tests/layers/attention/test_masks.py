"""Masks that leave scores alone, and the softmax under them against PyTorch's, in values and gradients."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from d2lutils.layers.attention.masks import causal_mask, masked_softmax, padding_mask
from d2lutils.layers.attention.multi_head import MultiHeadAttention

sizes = st.integers(1, 5)


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
