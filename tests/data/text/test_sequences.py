"""A text as minibatches: windows, their order, and every token where it belongs."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.data.text.sequences import RandomLoader, SequentialLoader, random_batches, sequential_batches

sizes = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(40, 90))  # B, T, N


def pairs(batches):
    """All (token, next token) pairs that `batches` teach; a corpus 0, 1, 2, … tells where each came from."""
    return [(int(x), int(y)) for X, Y in batches for x, y in zip(X.flatten(), Y.flatten())]


@settings(deadline=None, max_examples=50)
@given(sizes, st.booleans(), st.integers(0, 99))
def test_targets_are_the_next_tokens_and_no_token_is_taught_twice(size, sequential, seed):
    B, T, N = size
    loader = SequentialLoader if sequential else RandomLoader
    for _ in range(2):
        batches = list(loader(torch.arange(N), B, T, generator=torch.Generator().manual_seed(seed)))
        assert all(X.shape == Y.shape == (B, T) and X.dtype == torch.int64 for X, Y in batches)
        seen = pairs(batches)
        assert all(y == x + 1 for x, y in seen)
        assert len(set(seen)) == len(seen)


@settings(deadline=None, max_examples=50)
@given(sizes, st.booleans(), st.integers(0, 99))
def test_length_is_the_number_of_batches_in_every_pass(size, sequential, seed):
    B, T, N = size
    loader = (SequentialLoader if sequential else RandomLoader)(
        torch.arange(N), B, T, generator=torch.Generator().manual_seed(seed)
    )
    assert [len(list(loader)) for _ in range(4)] == [len(loader)] * 4


def test_sequential_rows_continue_and_random_ones_do_not():
    """The published course's "random" run used the sequential iterator: the two must not be the same."""
    corpus, continued = torch.arange(2000), {}
    for loader in (SequentialLoader, RandomLoader):
        batches = list(loader(corpus, 4, 10, generator=torch.Generator().manual_seed(0)))
        joins = [X2[:, 0] == X1[:, -1] + 1 for (X1, _), (X2, _) in itertools.pairwise(batches)]
        continued[loader] = torch.cat(joins).float().mean().item()
    assert continued[SequentialLoader] == 1
    assert continued[RandomLoader] < 0.05


def test_random_order_differs_from_pass_to_pass_and_follows_its_generator():
    def passes(seed):
        loader = RandomLoader(torch.arange(500), 2, 5, generator=torch.Generator().manual_seed(seed))
        return [torch.stack([X for X, _ in loader]) for _ in range(2)]

    first, again = passes(3), passes(3)
    assert not torch.equal(first[0], first[1])
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])


def test_each_pass_is_cut_elsewhere():
    loader = SequentialLoader(torch.arange(500), 2, 7, generator=torch.Generator().manual_seed(0))
    starts = {int(next(iter(loader))[0][0, 0]) for _ in range(60)}
    assert starts == set(range(7))


def test_evaluation_sees_the_same_batches_and_every_token():
    loader = SequentialLoader(torch.arange(30), 1, 8, shift=False)
    assert [X.shape[1] for X, _ in loader] == [8, 8, 8, 5]
    assert pairs(loader) == [(i, i + 1) for i in range(29)]
    assert len(loader) == 4


@pytest.mark.parametrize("loader", [SequentialLoader, RandomLoader])
@pytest.mark.parametrize("batch_size, shift", [(1, False), (1, True), (4, False), (4, True)])
def test_changing_a_batch_leaves_the_text_alone(loader, batch_size, shift):
    corpus = torch.arange(100)
    for X, Y in loader(corpus, batch_size, 5, shift=shift):
        assert X.is_contiguous() and Y.is_contiguous()
        X.zero_(), Y.zero_()
    assert torch.equal(corpus, torch.arange(100))


def test_the_start_is_drawn_when_the_pass_begins():
    torch.manual_seed(0)
    expected = [X.tolist() for X, _ in SequentialLoader(torch.arange(200), 2, 7)]
    torch.manual_seed(0)
    batches = iter(SequentialLoader(torch.arange(200), 2, 7))
    torch.rand(5)
    assert [X.tolist() for X, _ in batches] == expected


@pytest.mark.parametrize("loader", [SequentialLoader, RandomLoader])
def test_generators_are_checked_and_stay_at_hand(loader):
    with pytest.raises(TypeError, match="generator must be a torch.Generator on the CPU, not 42"):
        loader(torch.arange(100), 2, 5, generator=42)
    generator = torch.Generator()
    assert loader(torch.arange(100), 2, 5, generator=generator).generator is generator


def test_the_windows_of_a_small_example():
    batches = [X.tolist() for X, _ in sequential_batches(torch.arange(13), batch_size=2, num_steps=3)]
    assert batches == [[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [9, 10, 11]]]
    X, Y = next(random_batches(torch.arange(13), batch_size=4, num_steps=3))
    assert sorted(X[:, 0].tolist()) == [0, 3, 6, 9] and torch.equal(Y, X + 1)


def test_to_keeps_everything():
    for loader in (SequentialLoader, RandomLoader):
        generator = torch.Generator().manual_seed(0)
        moved = loader(torch.arange(90), 3, 4, shift=False, generator=generator).to("cpu")
        assert (type(moved), moved.batch_size, moved.num_steps, moved.shift) == (loader, 3, 4, False)
        assert moved.generator is generator


@pytest.mark.parametrize("loader", [SequentialLoader, RandomLoader])
@pytest.mark.parametrize(
    "corpus, batch_size, num_steps, message",
    [
        ([], 2, 5, "N above 0"),
        (torch.zeros(3, 4, dtype=torch.long), 2, 5, r"not \(3, 4\) int64"),
        (torch.zeros(99), 2, 5, "float32"),
        (range(99), 0, 5, "batch_size must be a whole number, 1 or more, not 0"),
        (range(99), 2, -1, "num_steps must be a whole number, 1 or more, not -1"),
        (range(99), 2.0, 5, "batch_size must be a whole number, 1 or more, not 2.0"),
        (range(12), 2, 5, r"12 tokens, too few for one batch of 2 × 5"),
        (range(3), 1, 5, r"3 tokens, too few for one batch of 1 × 5"),
    ],
)
def test_bad_input(loader, corpus, batch_size, num_steps, message):
    with pytest.raises(ValueError, match=message):
        loader(list(corpus) if isinstance(corpus, range) else corpus, batch_size, num_steps)


@pytest.mark.parametrize("loader", [SequentialLoader, RandomLoader])
def test_the_shortest_text_that_fits(loader):
    # 2 rows of 5 tokens, a target after the last one, and 4 more to begin anywhere among the first five
    assert len(list(loader(list(range(15)), 2, 5))) == 1
    with pytest.raises(ValueError, match="too few"):
        loader(list(range(14)), 2, 5)
