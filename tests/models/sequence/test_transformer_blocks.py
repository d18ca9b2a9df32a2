"""The Transformer's parts against PyTorch's, values and gradients in float64, over random shapes."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

import d2lutils as d2l
from d2lutils.layers import causal_mask, padding_mask
from d2lutils.models import TransformerDecoderBlock, TransformerEncoderBlock

few, few_heads = st.integers(1, 4), st.integers(1, 3)


def copy_attention(ours, theirs):
    theirs.in_proj_weight.copy_(torch.cat([ours.W_q.weight, ours.W_k.weight, ours.W_v.weight]))
    theirs.out_proj.weight.copy_(ours.W_o.weight)
    theirs.in_proj_bias.zero_()  # ours has none
    theirs.out_proj.bias.zero_()


@torch.no_grad()
def copy_block(ours, theirs):
    norms = [ours.addnorm1, ours.addnorm2]
    if isinstance(ours, TransformerDecoderBlock):
        copy_attention(ours.self_attention, theirs.self_attn)
        copy_attention(ours.source_attention, theirs.multihead_attn)
        norms.append(ours.addnorm3)
    else:
        copy_attention(ours.attention, theirs.self_attn)
    for i, norm in enumerate(norms, start=1):
        nn.init.normal_(norm.norm.weight)
        getattr(theirs, f"norm{i}").load_state_dict(norm.norm.state_dict())
    theirs.linear1.load_state_dict(ours.ffn[0].state_dict())
    theirs.linear2.load_state_dict(ours.ffn[2].state_dict())


def assert_same_gradients(outputs, inputs, *nets):
    """The gradients by the inputs, and by parameters of the same place in both nets where there are any."""
    direction = torch.randn_like(outputs[0])
    both = [torch.autograd.grad(output, inputs, direction, retain_graph=True) for output in outputs]
    for mine, other in zip(*both):
        assert_close(mine, other)
    for names in zip(*nets):
        mine, other = (torch.autograd.grad(output, name, direction, retain_graph=True)[0]
                       for output, name in zip(outputs, names))  # fmt: skip
        assert_close(mine, other)


def normal(*shape):
    return torch.randn(shape, dtype=torch.float64, requires_grad=True)


@settings(deadline=None, max_examples=20)
@given(few, few, few_heads, few, few, st.booleans(), st.booleans(), st.integers(0, 99))
def test_encoder_block_equals_pytorch(B, S, heads, D, hidden, pre_norm, training, seed):
    torch.manual_seed(seed)
    width = 2 * heads * D  # a LayerNorm of one number gives 0
    ours = TransformerEncoderBlock(width, hidden, heads, 0.0, pre_norm).double().train(training)
    theirs = nn.TransformerEncoderLayer(width, heads, hidden, 0.0, batch_first=True, norm_first=pre_norm)
    copy_block(ours, theirs.double().train(training))
    x, mask = normal(B, S, width), padding_mask(torch.randint(1, S + 1, (B,)), S)
    outputs = ours(x, mask), theirs(x, src_key_padding_mask=~mask[:, 0])
    assert_close(*outputs)
    assert_same_gradients(outputs, (x,), ours.ffn.parameters(),
                          [*theirs.linear1.parameters(), *theirs.linear2.parameters()])  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(few, few, few, few_heads, few, st.booleans(), st.integers(0, 99))
def test_decoder_block_equals_pytorch(B, S, T, heads, D, pre_norm, seed):
    torch.manual_seed(seed)
    width = 2 * heads * D
    ours = TransformerDecoderBlock(width, 5, heads, 0.0, pre_norm).double()
    theirs = nn.TransformerDecoderLayer(width, heads, 5, 0.0, batch_first=True, norm_first=pre_norm).double()
    copy_block(ours, theirs)
    x, memory = normal(B, T, width), normal(B, S, width)
    source_mask = padding_mask(torch.randint(1, S + 1, (B,)), S)
    mine, kept = ours(x, None, causal_mask(T), ours.project_source(memory), source_mask)
    other = theirs(x, memory, tgt_mask=~causal_mask(T), memory_key_padding_mask=~source_mask[:, 0])
    assert_close(mine, other)
    assert [k.shape for k in kept] == [(B, heads, T, 2 * D)] * 2
    assert_same_gradients((mine, other), (x, memory))


@settings(deadline=None, max_examples=25)
@given(few, few, few, few, st.integers(0, 99))
def test_position_wise_layers_are_torchs_linear_ones(B, T, width, hidden, seed):
    torch.manual_seed(seed)
    ours = d2l.PositionWiseFFN(width, hidden).double()
    first, second = nn.Linear(width, hidden).double(), nn.Linear(hidden, width).double()
    first.load_state_dict(ours[0].state_dict())
    second.load_state_dict(ours[2].state_dict())
    x = normal(B, T, width)
    outputs = ours(x), second(torch.relu(first(x)))
    assert_close(*outputs)
    assert_same_gradients(outputs, (x,), ours.parameters(), [*first.parameters(), *second.parameters()])


@settings(deadline=None, max_examples=25)
@given(few, few, st.integers(2, 6), st.booleans(), st.integers(0, 99))
def test_add_and_norm_is_torchs_layer_norm_around_a_sum(B, T, width, pre_norm, seed):
    torch.manual_seed(seed)
    ours, norm, sublayer = d2l.AddNorm(width, 0.0, pre_norm).double(), nn.LayerNorm(width).double(), torch.tanh
    x = normal(B, T, width)
    outputs = ours(x, sublayer), x + sublayer(norm(x)) if pre_norm else norm(x + sublayer(x))
    assert_close(*outputs)
    assert_same_gradients(outputs, (x,), ours.parameters(), norm.parameters())
