"""The Transformer's blocks against PyTorch's, its decoder against itself in every way it can run, and searches."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from d2lutils.layers.attention.masks import causal_mask, padding_mask
from d2lutils.models.sequence.decoding import beam_search, greedy_search
from d2lutils.models.sequence.transformer import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderBlock,
    TransformerEncoder,
    TransformerEncoderBlock,
    attention_maps,
)

SOURCE, TARGET, BOS, EOS = 11, 9, 1, 2


def small(seed=0, **options) -> Transformer:
    torch.manual_seed(seed)
    options = {"width": 12, "hidden": 16, "num_heads": 3, "dropout": 0.3} | options
    return Transformer(SOURCE, TARGET, **options).double()


def batch(B=3, S=5, T=6):
    torch.manual_seed(1)
    lens = torch.tensor([S, 2, 1])[:B]
    return torch.randint(SOURCE, (B, S)), lens, torch.randint(TARGET, (B, T))


# --- blocks against PyTorch's --------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("pre_norm", [True, False])
def test_encoder_block_equals_pytorch(pre_norm, training):
    ours = TransformerEncoderBlock(12, 20, 3, 0.0, pre_norm).double().train(training)
    theirs = nn.TransformerEncoderLayer(12, 3, 20, 0.0, batch_first=True, norm_first=pre_norm).double().train(training)
    copy_block(ours, theirs)
    x = torch.randn(3, 5, 12, dtype=torch.float64, requires_grad=True)
    mask = padding_mask(torch.tensor([5, 3, 1]), 5)
    outputs = ours(x, mask), theirs(x, src_key_padding_mask=~mask[:, 0])
    direction = torch.randn_like(x)
    assert_close(*outputs)
    assert_close(*(torch.autograd.grad(output, x, direction)[0] for output in outputs))


@pytest.mark.parametrize("pre_norm", [True, False])
def test_decoder_block_equals_pytorch(pre_norm):
    ours = TransformerDecoderBlock(12, 20, 3, 0.0, pre_norm).double()
    theirs = nn.TransformerDecoderLayer(12, 3, 20, 0.0, batch_first=True, norm_first=pre_norm).double()
    copy_block(ours, theirs)
    x, memory = (torch.randn(3, T, 12, dtype=torch.float64, requires_grad=True) for T in (4, 5))
    source_mask = padding_mask(torch.tensor([5, 3, 1]), 5)
    mine, kept = ours(x, None, causal_mask(4), ours.project_source(memory), source_mask)
    other = theirs(x, memory, tgt_mask=~causal_mask(4), memory_key_padding_mask=~source_mask[:, 0])
    assert_close(mine, other)
    assert [k.shape for k in kept] == [(3, 3, 4, 4)] * 2
    direction = torch.randn_like(x)
    for a, b in zip(*(torch.autograd.grad(output, (x, memory), direction) for output in (mine, other))):
        assert_close(a, b)


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


# --- searches ------------------------------------------------------------------------------------------------------


def sharpened(seed, V=4):
    """A model over few tokens whose scores differ enough for searches to differ."""
    torch.manual_seed(seed)
    net = Transformer(SOURCE, V, width=8, hidden=8, num_heads=2, num_layers=1, dropout=0.3).double()
    nn.init.normal_(net.decoder.output.weight, std=1.5)
    return net


def log_prob(net, source, tokens) -> float:
    """ln P(tokens | source) by teacher forcing, all at once."""
    net.eval()
    row = torch.tensor([[BOS, *tokens]])
    logs = net(source[None], None, row[:, :-1]).log_softmax(-1)
    return logs[0, range(len(tokens)), tokens].sum().item()


def everything(net, source, max_steps, V=4, length_penalty=0.0):
    """All sentences that end within max_steps, best first: the slow oracle."""
    others = [v for v in range(V) if v != EOS]
    found = []
    for n in range(max_steps):
        for words in itertools.product(others, repeat=n):
            p = log_prob(net, source, [*words, EOS])
            found.append((p / (n + 1) ** length_penalty, list(words), p))
    return sorted(found, reverse=True)


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_wide_beam_finds_the_best_of_all_sentences(seed, length_penalty):
    net, source = sharpened(seed), torch.tensor([3, 1, 4])
    found = beam_search(net, source, bos=BOS, eos=EOS, max_steps=4, beam=81, length_penalty=length_penalty)
    best = everything(net, source, 4, length_penalty=length_penalty)
    for hypothesis, (score, tokens, p) in zip(found[:5], best):
        assert hypothesis.tokens == tokens
        assert hypothesis.score == pytest.approx(score) and hypothesis.log_prob == pytest.approx(p)


@pytest.mark.parametrize("seed", range(8))
def test_a_beam_of_one_is_greedy(seed):
    net, source = sharpened(seed), torch.tensor([3, 1, 4])
    greedy = greedy_search(net, source[None], torch.tensor([3]), bos=BOS, eos=EOS, max_steps=6)[0]
    assert beam_search(net, source, bos=BOS, eos=EOS, max_steps=6, beam=1)[0].tokens == greedy
    assert net.training  # left as it was


class Table(nn.Module):
    """A language whose next word depends on the last one alone: P[last, next]."""

    class Cache:
        def select(self, rows):
            self.rows = rows

    def start(self, source, lens):
        return self.Cache()

    def step(self, tokens, cache):
        return self.P[tokens].log()


def test_a_beam_finds_what_greedy_passes_by():
    """The likeliest first token, 0, leads into a thicket; the other, 3, ends almost surely."""
    net, source = Table(), torch.tensor([0])
    net.P = torch.tensor([[0.34, 0.0, 0.33, 0.33], [0.6, 0.0, 0.0, 0.4], [0.25] * 4, [0.05, 0.0, 0.9, 0.05]])
    options = {"bos": 1, "eos": 2, "max_steps": 3}
    greedy = greedy_search(net, source[None], torch.tensor([1]), **options)[0]
    assert greedy == [0, 0, 0]  # .6 · .34 · .34, and no end in sight
    best = beam_search(net, source, beam=2, **options)[0]
    assert best.tokens == [3] and best.log_prob == pytest.approx(math.log(0.4 * 0.9))


@pytest.mark.parametrize("seed", range(4))
def test_hypotheses_are_scored_as_teacher_forcing_would(seed):
    net, source = sharpened(seed), torch.tensor([3, 1, 4])
    for hypothesis in beam_search(net, source, bos=BOS, eos=EOS, max_steps=5, beam=6, length_penalty=0.7):
        assert hypothesis.log_prob == pytest.approx(log_prob(net, source, [*hypothesis.tokens, EOS]))
        assert hypothesis.score == pytest.approx(hypothesis.log_prob / (len(hypothesis.tokens) + 1) ** 0.7)


def test_greedy_search_is_the_argmax_of_teacher_forcing_for_each_sentence_alone():
    net = small(seed=5)
    source, lens, _ = batch()
    found = greedy_search(net, source, lens, bos=BOS, eos=EOS, max_steps=7)
    net.eval()
    for i, tokens in enumerate(found):
        inputs = torch.tensor([[BOS, *tokens]])
        best = net(source[i : i + 1], lens[i : i + 1], inputs).argmax(-1)[0].tolist()
        assert best[: len(tokens)] == tokens
        assert len(tokens) == 7 or best[len(tokens)] == EOS


def test_what_never_ends_is_cut():
    net, source = sharpened(0), torch.tensor([3, 1])
    nn.init.zeros_(net.decoder.output.weight)
    with torch.no_grad():
        net.decoder.output.bias.copy_(torch.tensor([3.0, 2.0, -50.0, 1.0]))  # <eos> is never likely
    assert greedy_search(net, source[None], torch.tensor([2]), bos=BOS, eos=EOS, max_steps=3) == [[0, 0, 0]]
    found = beam_search(net, source, bos=BOS, eos=EOS, max_steps=3, beam=2)
    assert found[0].tokens == [0, 0, 0] and len(found) == 2


def test_the_encoder_and_decoder_alone():
    encoder = TransformerEncoder(SOURCE, 8, 8, 2, 1, 0.0)
    decoder = TransformerDecoder(TARGET, 8, 8, 2, 1, 0.0)
    source, lens, target = batch()
    memory = encoder(source, padding_mask(lens, 5))
    assert memory.shape == (3, 5, 8)
    assert decoder(target, decoder.start(memory, padding_mask(lens, 5))).shape == (3, 6, TARGET)
