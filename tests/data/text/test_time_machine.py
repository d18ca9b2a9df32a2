"""The book as minibatches, in the course's way of asking for it."""

import pytest
import torch

from d2lutils.data import RandomLoader, SequentialLoader, load_data_time_machine
from d2lutils.data.text import time_machine

pytestmark = pytest.mark.usefixtures("own_folders")

BOOK = "The Time Traveller, for so it will be convenient to speak of him. " * 300


@pytest.fixture
def book(monkeypatch):
    monkeypatch.setattr(time_machine, "read_time_machine", lambda: BOOK)


def test_a_loader_and_the_vocabulary_of_the_whole_book(book):
    loader, vocab = load_data_time_machine(32, 35)
    assert type(loader) is SequentialLoader and len(loader.corpus) == 10_000
    X, Y = next(iter(loader))
    assert X.shape == Y.shape == (32, 35) and torch.equal(X[:, 1:], Y[:, :-1])
    text = "".join(vocab.to_tokens(loader.corpus))
    assert text.startswith("the time traveller for so it will be ")
    assert vocab.idx_to_token[:2] == ["<unk>", " "] and vocab.counts["t"] > text.count("t")


def test_words_random_windows_and_all_of_it(book):
    loader, vocab = load_data_time_machine(2, 5, use_random_iter=True, max_tokens=None, token="word")
    assert type(loader) is RandomLoader and len(loader.corpus) == 13 * 300 and len(vocab) == 14
    orders = [[X.tolist() for X, _ in load_data_time_machine(
        2, 5, True, generator=torch.Generator().manual_seed(seed))[0]] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize("arguments, error, words", [
    ({"max_tokens": 0}, ValueError, "max_tokens must be at least 1"), ({"max_tokens": 1.5}, TypeError, "max_tokens"),
    ({"batch_size": 0}, ValueError, "batch_size"), ({"num_steps": 0}, ValueError, "num_steps"),
    ({"token": "letter"}, ValueError, "token is"), ({"generator": 1}, TypeError, "generator"),
    ({"max_tokens": 20}, ValueError, "too few")])
def test_arguments_that_are_refused(book, arguments, error, words):
    with pytest.raises(error, match=words):
        load_data_time_machine(**{"batch_size": 4, "num_steps": 5} | arguments)


@pytest.mark.real_data
def test_the_real_book():
    _, vocab = load_data_time_machine(32, 35)
    assert len(vocab) == 28 and vocab.token_freqs[0][0] == " " and vocab.token_freqs[1] == ("e", 17838)
