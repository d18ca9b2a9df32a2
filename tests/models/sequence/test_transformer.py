"""The Transformer's decoder against itself in every way it can run: whole sentences, pieces, token by token."""

import pytest
import torch
from helpers.nets.transformers import BOS, EOS, SOURCE, TARGET, batch, small
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from d2lutils.layers import padding_mask
from d2lutils.models import (
    TransformerDecoder,
    TransformerEncoder,
    attention_maps,
    beam_search,
    greedy_search,
)


def test_dropout_is_on_in_training_only():
    net, inputs = small(), batch()
    net.train()
    assert not torch.equal(net(*inputs), net(*inputs))
    net.eval()
    assert torch.equal(net(*inputs), net(*inputs))


# --- one path for training and decoding ----------------------------------------------------------------------------


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("pre_norm", [True, False])
def test_no_position_sees_the_future_in_either_mode(pre_norm, training):
    net = small(pre_norm=pre_norm, dropout=0.0).train(training)
    source, lens, target = batch()
    before = net(source, lens, target)
    for t in range(1, target.shape[1]):
        changed = target.clone()
        changed[:, t:] = (changed[:, t:] + 1) % TARGET
        after = net(source, lens, changed)
        assert_close(after[:, :t], before[:, :t])
        assert not torch.allclose(after[:, t], before[:, t])


@given(cuts=st.lists(st.integers(1, 3), min_size=1, max_size=6), pre_norm=st.booleans(), by_hand=st.booleans())
@settings(deadline=None, max_examples=25)
def test_decoding_piece_by_piece_equals_teacher_forcing(cuts, pre_norm, by_hand):
    net = small(pre_norm=pre_norm).eval()
    net.by_hand = by_hand
    source, lens, target = batch(T=sum(cuts))
    whole = net(source, lens, target)
    cache = net.start(source, lens)
    pieces = [net.step(piece, cache) for piece in target.split(cuts, dim=1)]
    assert_close(torch.cat(pieces, dim=1), whole, rtol=0, atol=1e-10)
    assert cache.length == target.shape[1]


def test_decoding_token_by_token_equals_teacher_forcing_in_float32():
    net = small().float().eval()
    source, lens, target = batch(T=10)
    cache = net.start(source, lens)
    pieces = [net.step(token, cache) for token in target.split(1, dim=1)]
    assert_close(torch.cat(pieces, dim=1), net(source, lens, target), rtol=1e-6, atol=1e-6)


def test_every_step_gets_its_own_position():
    """The same token again and again, self-attention switched off: only the position can make a difference."""
    net = small(num_layers=1).eval()
    nn.init.zeros_(net.decoder.blocks[0].self_attention.W_o.weight)
    source, lens, _ = batch(B=1)
    cache = net.start(source, lens)
    scores = [net.step(torch.tensor([[3]]), cache) for _ in range(3)]
    assert not torch.allclose(scores[0], scores[1]) and not torch.allclose(scores[1], scores[2])


def test_padding_of_the_source_changes_nothing():
    net = small().eval()
    source, lens, target = batch()
    whole = net(source, lens, target)
    for i, n in enumerate(lens):
        assert_close(net(source[i : i + 1, :n], lens[i : i + 1], target[i : i + 1]), whole[i : i + 1])
        assert_close(net(source[i : i + 1, :n], None, target[i : i + 1]), whole[i : i + 1])


def test_both_kinds_of_attention_give_the_same_model():
    net, inputs = small(dropout=0.0), batch()
    results = []
    for net.by_hand in (False, True):
        net.zero_grad()
        output = net(*inputs)
        output.square().mean().backward()
        results.append([output, *(p.grad.clone() for p in net.parameters())])
    for a, b in zip(*results):
        assert_close(a, b)


def test_select_keeps_orders_and_repeats_sentences():
    net = small().eval()
    source, lens, target = batch()
    cache, rows = net.start(source, lens), torch.tensor([2, 0, 0, 1])
    net.step(target[:, :3], cache)
    cache.select(rows)
    assert_close(net.step(target[rows, 3:], cache), net(source, lens, target)[rows, 3:])


def test_attention_maps():
    net, (source, lens, target) = small(), batch()
    maps = attention_maps(net, source, lens, target)
    assert {name: tuple(m.shape) for name, m in maps.items()} == {
        "encoder": (2, 3, 3, 5, 5), "decoder": (2, 3, 3, 6, 6), "source": (2, 3, 3, 6, 5)}  # fmt: skip
    for weights in maps.values():
        assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    assert (maps["encoder"][:, 1, :, :, 2:] == 0).all() and (maps["source"][:, 2, :, :, 1:] == 0).all()
    assert (maps["decoder"].triu(1) == 0).all()
    assert net.training and not net.by_hand


def test_state_dict_has_weights_only_and_another_table_length_fits():
    net = small(max_len=20)
    assert not any("P" in name.split(".") for name in net.state_dict())
    small(max_len=30).load_state_dict(net.state_dict())


# --- bad input -----------------------------------------------------------------------------------------------------


def test_bad_input():
    net = small(max_len=6).eval()
    source, lens, target = batch()
    with pytest.raises(ValueError, match="7 positions is longer than the position table of 6"):
        net(source, lens, torch.zeros(3, 7, dtype=torch.long))
    with pytest.raises(ValueError, match="7 positions is longer than the position table of 6"):
        greedy_search(net, source, lens, bos=BOS, eos=TARGET, max_steps=7)
    with pytest.raises(ValueError, match="num_heads=5 does not divide"):
        small(num_heads=5)
    with pytest.raises(ValueError, match=r"tokens lie in 0 … 11, but this side's vocabulary is 0 … 10"):
        net(torch.tensor([[0, SOURCE]]), torch.tensor([2]), target[:1])
    with pytest.raises(ValueError, match="tokens lie in -9 … -1"):
        net(source, lens, target - TARGET)
    for empty in (torch.zeros(3, 0, dtype=torch.long), torch.zeros(3, dtype=torch.long)):
        with pytest.raises(ValueError, match="the source has shape"):
            net.start(empty, lens)
    with pytest.raises(ValueError, match="valid_lens"):
        net(source, lens[:, None], target)
    with pytest.raises(ValueError, match="beam=0: the search must keep at least one"):
        beam_search(net, source[0], bos=BOS, eos=EOS, max_steps=3, beam=0)
    with pytest.raises(ValueError, match="length_penalty"):
        beam_search(net, source[0], bos=BOS, eos=EOS, max_steps=3, length_penalty=-1)
    for search in (lambda: beam_search(net, source[0], bos=BOS, eos=EOS, max_steps=0),
                   lambda: greedy_search(net, source, lens, bos=BOS, eos=EOS, max_steps=0)):  # fmt: skip
        with pytest.raises(ValueError, match="max_steps is the longest translation"):
            search()


def test_the_encoder_and_decoder_alone():
    encoder = TransformerEncoder(SOURCE, 8, 8, 2, 1, 0.0)
    decoder = TransformerDecoder(TARGET, 8, 8, 2, 1, 0.0)
    source, lens, target = batch()
    memory = encoder(source, padding_mask(lens, 5))
    assert memory.shape == (3, 5, 8)
    assert decoder(target, decoder.start(memory, padding_mask(lens, 5))).shape == (3, 6, TARGET)
