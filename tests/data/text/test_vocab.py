"""Tokens and their numbers."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.data.text.vocab import Vocab, normalize, tokenize


def test_normalize_keeps_letters_and_single_spaces():
    assert normalize("  The Time--Machine,\n 1895: it's  ON ") == "the time machine it s on"
    assert normalize("1895 …") == ""


def test_tokenize():
    assert tokenize("a b") == ["a", " ", "b"]
    assert tokenize("the  time\nmachine", "word") == ["the", "time", "machine"]


@pytest.mark.parametrize("text, token", [("", "char"), ("", "word"), (" \n ", "word")])
def test_a_text_without_tokens_is_an_error(text, token):
    with pytest.raises(ValueError, match="no tokens"):
        tokenize(text, token)


def test_an_unknown_kind_of_token_is_an_error():
    with pytest.raises(ValueError, match='"char" or "word", not \'letter\''):
        tokenize("abc", "letter")


def test_the_order_is_by_frequency_then_alphabet():
    vocab = Vocab(["b", "a", "c", "b", "d", "a", "b"], reserved_tokens=["<pad>"])
    assert vocab.idx_to_token == ["<unk>", "<pad>", "b", "a", "c", "d"]
    assert vocab.counts["b"] == 3
    # the order in which tokens were first seen plays no part
    other_order = Vocab(["b", "a", "c", "b", "d", "a", "b"])
    assert Vocab(["d", "c", "b", "b", "b", "a", "a"]).idx_to_token == other_order.idx_to_token


def test_rare_tokens_become_unknown():
    vocab = Vocab(["a", "a", "a", "b", "b", "c"], min_freq=2)
    assert vocab.idx_to_token == ["<unk>", "a", "b"]
    assert vocab[["a", "c", "never seen"]] == [1, 0, 0]
    assert "c" not in vocab and "a" in vocab


def test_without_an_unknown_token_it_is_an_error():
    vocab = Vocab("abc", unknown=None)
    assert len(vocab) == 3 and vocab["a"] == 0
    with pytest.raises(KeyError, match="'z' is not in this vocabulary"):
        vocab["z"]


def test_a_reserved_token_that_is_in_the_text_has_one_number():
    vocab = Vocab(["<eos>", "a", "<eos>", "<eos>"], reserved_tokens=["<pad>", "<eos>"])
    assert vocab.idx_to_token == ["<unk>", "<pad>", "<eos>", "a"]


def test_lists_of_sentences_and_of_numbers():
    vocab = Vocab([["go", "."], ["i", "lost", "."]])
    assert vocab.counts["."] == 2
    assert vocab[[["go"], ["lost", "."]]] == [[vocab["go"]], [vocab["lost"], vocab["."]]]
    assert vocab.to_tokens(torch.tensor([[1, 2]])) == [[".", "go"]]
    assert vocab.to_tokens(torch.tensor(1)) == "."


@pytest.mark.parametrize("index", [-1, 5])
def test_numbers_outside_the_vocabulary(index):
    with pytest.raises(IndexError, match=f"{index} is no number of this vocabulary: it has 0 … 4"):
        Vocab("abcd").to_tokens(index)


def test_a_tuple_is_a_token():
    """A vocabulary of bigrams counts bigrams, not words."""
    words = ["the", "time", "the", "time", "of"]
    vocab = Vocab(pairwise(words))
    assert vocab.idx_to_token == ["<unk>", ("the", "time"), ("time", "of"), ("time", "the")]
    assert vocab[("the", "time")] == 1 and vocab[[("time", "of"), ("of", "the")]] == [2, 0]
    assert vocab.to_tokens([1, 2]) == [("the", "time"), ("time", "of")] and ("time", "of") in vocab
    assert Vocab([[("a", "b")], [("a", "b"), ("b", "c")]]).counts == {("a", "b"): 2, ("b", "c"): 1}
    assert Vocab((["a", "b"], ["b"])).counts == {"a": 1, "b": 2}  # a tuple of sentences is still what holds them


def test_a_tuple_where_tokens_are_words_is_a_mistake():
    with pytest.raises(TypeError, match=r"a tuple is one token, .* look up \['a', 'b'\]"):
        Vocab("abc")[("a", "b")]


def test_frequencies_by_falling_count():
    vocab = Vocab([["b", "a", "c"], ["b", "a", "b"]], min_freq=2, reserved_tokens=["<pad>"])
    assert vocab.token_freqs == [("b", 3), ("a", 2), ("c", 1)]  # of the text: rare tokens too, reserved ones not


def test_the_number_of_the_unknown():
    assert Vocab("abc").unk == 0 and Vocab("abc")["z"] == 0
    assert Vocab("abc", unknown=None).unk is None


def test_a_vocabulary_without_a_text():
    assert Vocab().idx_to_token == ["<unk>"] and Vocab().token_freqs == []
    vocab = Vocab(reserved_tokens=["<pad>"])
    assert vocab[["<pad>", "word"]] == [1, 0] and len(vocab) == 2


def test_bad_vocabularies():
    with pytest.raises(ValueError, match="needs tokens"):
        Vocab([])
    with pytest.raises(ValueError, match="must all differ"):
        Vocab("abc", reserved_tokens=["<pad>", "<pad>"])
    with pytest.raises(ValueError, match="must all differ"):
        Vocab("abc", reserved_tokens=["<unk>"])


@settings(deadline=None)
@given(st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1))
def test_there_and_back(tokens):
    vocab = Vocab(tokens)
    assert vocab.to_tokens(vocab[tokens]) == tokens
    assert sorted(vocab.idx_to_token[1:]) == sorted(set(tokens))
    frequencies = [vocab.counts[token] for token in vocab.idx_to_token[1:]]
    assert frequencies == sorted(frequencies, reverse=True)
