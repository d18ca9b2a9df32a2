"""Greedy and beam search against every sentence there is, and against teacher forcing."""

import itertools
import math

import pytest
import torch
from helpers.nets.transformers import BOS, EOS, SOURCE, batch, small
from torch import nn

from d2lutils.models import Transformer, beam_search, greedy_search


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
