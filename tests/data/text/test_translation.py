"""Sentence pairs to tensors, and the step that trains on them: a loss that is the mean over real tokens."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from d2lutils.data.text.translation import build_array, load_data_nmt, preprocess, tokenized
from d2lutils.data.text.vocab import Vocab
from d2lutils.metrics import accuracy
from d2lutils.models import Transformer, greedy_search
from d2lutils.training import evaluate, fit, masked_cross_entropy, seq2seq

PAIRS = [("Go.", "Va !"), ("Run!", "Cours\u202f!"), ("I lost.", "J'ai perdu."), ("He ran.", "Il a couru."),
         ("Go.", "Bouge !"), ("I ran.", "J'ai couru."), ("He lost.", "Il a perdu.")]  # fmt: skip


def test_preprocess():
    assert preprocess("Cours\u202f!") == preprocess("cours!") == preprocess("Cours !") == "cours !"
    assert preprocess("Oh\xa0, I'm home.") == "oh , i'm home ."
    assert preprocess("Really?!") == "really ? !"


def test_build_array_pads_cuts_and_counts():
    vocab = Vocab([["a", "b", "c"]], reserved_tokens=["<pad>", "<bos>", "<eos>"])
    unk, pad, bos, eos, a, b, c = range(7)
    tokens, lens = build_array([["a"], ["c", "b", "a"], ["z", "b", "c", "a"]], vocab, 3)
    assert tokens.tolist() == [[a, eos, pad], [c, b, a], [unk, b, c]] and lens.tolist() == [2, 3, 3]
    assert tokens.dtype == lens.dtype == torch.int64
    shifted, again = build_array([["a"], ["c", "b", "a"]], vocab, 3, bos=True)
    assert shifted.tolist() == [[bos, a, eos, pad], [bos, c, b, a]] and again.tolist() == [2, 3]
    for sentences, where in (([["a"], []], 1), ([], 0)):
        with pytest.raises(ValueError, match=f"sentence {where} is empty"):
            build_array(sentences, vocab, 3)
    with pytest.raises(ValueError, match="num_steps must be at least 1"):
        build_array([["a"]], vocab, 0)


def test_600_pairs_are_600_pairs():
    data = load_data_nmt(64, 10, 600, pairs=[(f"a {i}", f"b {i}") for i in range(700)])
    assert [len(tensor) for tensor in data.train.tensors] == [600] * 4
    assert data.pairs[-1] == (["a", "599"], ["b", "599"])


def test_held_out_pairs_are_new_and_the_vocabulary_does_not_know_them():
    data = load_data_nmt(2, 6, 3, held_out=3, min_freq=1, pairs=PAIRS)
    assert [" ".join(source) for source, _ in data.held_out] == ["he ran .", "i ran .", "he lost ."]  # no second "go ."
    assert "ran" not in data.source_vocab and "couru" not in data.target_vocab
    source, source_lens, target, target_lens = data.test.tensors
    V = data.target_vocab
    assert V.to_tokens(target[0]) == ["<bos>", "<unk>", "<unk>", "<unk>", ".", "<eos>", "<pad>"]
    assert target_lens.tolist() == [5, 4, 5] and source_lens.tolist() == [4, 4, 4] and source.shape == (3, 6)
    assert load_data_nmt(2, 6, 3, pairs=PAIRS).test is None


def test_too_few_or_empty_pairs():
    with pytest.raises(ValueError, match="num_examples=8, but there are 7"):
        load_data_nmt(2, 6, 8, pairs=PAIRS)
    with pytest.raises(ValueError, match="held_out=4, but only 3"):
        load_data_nmt(2, 6, 3, held_out=4, pairs=PAIRS)
    with pytest.raises(ValueError, match="pair 2 has an empty sentence"):
        list(tokenized([("Go.", "Va !"), ("Hi.", "  ")]))


def test_masked_cross_entropy_is_the_mean_over_real_tokens():
    scores, target = torch.randn(3, 4, 7, dtype=torch.float64, requires_grad=True), torch.randint(7, (3, 4))
    lens = torch.tensor([4, 1, 2])
    real = [(i, t) for i, n in enumerate(lens) for t in range(n)]
    expected = sum(F.cross_entropy(scores[i, t], target[i, t]) for i, t in real) / len(real)
    loss = masked_cross_entropy(scores, target, lens)
    assert_close(loss, expected)
    mine, theirs = (torch.autograd.grad(value, scores, retain_graph=True)[0] for value in (loss, expected))
    assert_close(mine, theirs)
    assert (mine[1, 1:] == 0).all()
    scores.data[0, 0, 0], scores.data[1, 3] = 5.0, float("nan")  # what stands in the padding is not looked at
    assert masked_cross_entropy(scores, target, lens).isfinite()


def test_more_padding_changes_neither_loss_nor_gradient():
    """The loss of the course was averaged over padded steps and then divided again."""
    net = Transformer(10, 10, width=8, hidden=8, num_heads=2, num_layers=1, dropout=0.0).double()
    source, target = torch.randint(10, (3, 5)), torch.randint(10, (3, 7))
    lens = torch.tensor([5, 3, 1]), torch.tensor([6, 2, 4])
    results = []
    for padding in (0, 5):
        net.zero_grad()
        longer = F.pad(source, (0, padding)), lens[0], F.pad(target, (0, padding)), lens[1]
        out = seq2seq(net, longer, nn.CrossEntropyLoss())
        out.loss.backward()
        assert out.count == 12 and out.output.shape == (12, 10) and out.target.shape == (12,)
        results.append([out.loss.detach(), *(p.grad.clone() for p in net.parameters())])
    for a, b in zip(*results):
        assert_close(a, b)
    scores = net(source, lens[0], target[:, :-1])
    assert_close(results[0][0], masked_cross_entropy(scores, target[:, 1:], lens[1]).detach())


def test_fit_and_evaluate_weigh_batches_by_their_tokens():
    torch.manual_seed(0)
    data = load_data_nmt(2, 6, 7, min_freq=1, pairs=PAIRS)
    net = Transformer(len(data.source_vocab), len(data.target_vocab), width=16, hidden=16, num_heads=2, num_layers=1)
    together = evaluate(net, data.train, loss=nn.CrossEntropyLoss(), metrics={"accuracy": accuracy}, step=seq2seq)
    net.eval()
    source, source_lens, target, target_lens = data.train.tensors
    scores = net(source, source_lens, target[:, :-1])
    expected = masked_cross_entropy(scores, target[:, 1:], target_lens)
    assert together["loss"] == pytest.approx(expected.item(), rel=1e-5)
    assert 0 <= together["accuracy"] <= 1

    history = fit(net, data.train, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.Adam(p, 0.01), epochs=80,
                  step=seq2seq, clip=1.0, plot=False)  # fmt: skip
    assert history.examples == 80 * int(target_lens.sum())
    assert history.last("train loss") < 0.5
    V = data.target_vocab
    found = greedy_search(net, source[2:4], source_lens[2:4], bos=V["<bos>"], eos=V["<eos>"], max_steps=6)
    assert [" ".join(V.to_tokens(tokens)) for tokens in found] == ["j'ai perdu .", "il a couru ."]


@pytest.mark.real_data
def test_the_published_pairs():
    data = load_data_nmt(64, 10, 600, held_out=100)
    assert len(data.train.tensors[0]) == 600 and data.pairs[0] == (["go", "."], ["va", "!"])
    assert (len(data.source_vocab), len(data.target_vocab)) == (184, 201)
