"""Minibatches by indexing: what comes out, in which order, and what is refused."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from d2lutils.data import TensorLoader, load_array

quick = settings(deadline=None, max_examples=60)
sizes = st.integers(1, 40)


def numbers(n):
    return torch.arange(n)


@quick
@given(n=sizes, batch_size=st.integers(1, 50), shuffle=st.booleans())
def test_each_example_comes_exactly_once_a_pass(n, batch_size, shuffle):
    loader = TensorLoader(numbers(n), numbers(n) * 10, batch_size=batch_size, shuffle=shuffle)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        assert [len(x) for x, _ in batches[:-1]] == [batch_size] * (len(loader) - 1)
        x, y = (torch.cat(column) for column in zip(*batches))
        assert sorted(x.tolist()) == list(range(n))
        assert torch.equal(y, x * 10)  # the rows of several tensors stay together
        assert shuffle or torch.equal(x, numbers(n))


@quick
@given(n=sizes, batch_size=st.integers(1, 50), drop_last=st.booleans())
def test_number_and_sizes_of_batches_are_those_of_pytorchs_loader(n, batch_size, drop_last):
    ours = TensorLoader(numbers(n), batch_size=batch_size, drop_last=drop_last)
    theirs = DataLoader(TensorDataset(numbers(n)), batch_size=batch_size, drop_last=drop_last)
    assert len(ours) == len(theirs)
    assert [x.tolist() for x, in ours] == [x.tolist() for x, in theirs]


@quick
@given(n=sizes, batch_size=st.integers(1, 50), seed=st.integers(0, 2**31))
def test_the_order_follows_from_the_generator_alone(n, batch_size, seed):
    def order(generator, passes=2):
        loader = TensorLoader(numbers(n), batch_size=batch_size, shuffle=True, generator=generator)
        return [x.tolist() for _ in range(passes) for x, in loader]

    first = order(torch.Generator().manual_seed(seed))
    torch.manual_seed(seed + 1)  # the global generator has no say
    generator = torch.Generator().manual_seed(seed)
    loader = TensorLoader(numbers(n), batch_size=batch_size, shuffle=True, generator=generator)
    one = [x.tolist() for x, in loader]
    state = generator.get_state()  # a pass can be taken up from the state it began with
    two = [x.tolist() for x, in loader]
    assert one + two == first
    generator.set_state(state)
    assert [x.tolist() for x, in loader] == two
    torch.manual_seed(seed)        # without a generator the global one decides
    assert order(None) == first


def test_passes_differ_and_several_at_once_do_not_disturb_each_other():
    loader = TensorLoader(numbers(100), batch_size=10, shuffle=True)
    assert [x.tolist() for x, in loader] != [x.tolist() for x, in loader]
    pairs = list(zip(loader, loader))
    for side in range(2):
        assert sorted(i for pair in pairs for i in pair[side][0].tolist()) == list(range(100))


def test_the_order_is_drawn_when_the_pass_begins():
    expected = torch.randperm(20, generator=torch.Generator().manual_seed(3))
    torch.manual_seed(3)
    batches = iter(TensorLoader(numbers(20), batch_size=20, shuffle=True))
    torch.rand(5)
    assert torch.equal(next(batches)[0], expected)


@pytest.mark.parametrize("shuffle", [False, True])
def test_changing_a_batch_leaves_the_data_alone(shuffle):
    data = torch.ones(6, 2)
    for x, in TensorLoader(data, batch_size=4, shuffle=shuffle):
        x.zero_()
    assert torch.equal(data, torch.ones(6, 2))


def test_a_transform_sees_each_batch():
    x, y = torch.randint(0, 256, (10, 1, 4, 4), dtype=torch.uint8), numbers(10)
    seen = []

    def halve(x, y):
        seen.append((x.dtype, len(y)))
        return x.float() / 255, y
    for got, rows in TensorLoader(x, y, batch_size=4, transform=halve):
        torch.testing.assert_close(got, x[rows].float() / 255, rtol=0, atol=0)
    assert seen == [(torch.uint8, 4), (torch.uint8, 4), (torch.uint8, 2)]


@pytest.mark.parametrize("transform, error, words", [
    (lambda x, y: x, TypeError, r"must return a tuple of tensors.*returned Tensor.*return x, y"),
    (lambda x, y: None, TypeError, "returned NoneType"),
    (lambda x, y: (x, y.tolist()), TypeError, "tuple of tensors"),
    (lambda x, y: (x[:1], y), ValueError, r"keep the batch's 4 examples .* shape \(1, 2\)"),
    (lambda x, y: (x, y.sum()), ValueError, r"shape \(\)"),
])
def test_a_transform_that_returns_the_wrong_thing(transform, error, words):
    with pytest.raises(error, match=f"transform {words}" if words.startswith("must") else words):
        next(iter(TensorLoader(torch.ones(8, 2), numbers(8), batch_size=4, transform=transform)))


@pytest.mark.parametrize("size, error", [(0, ValueError), (-3, ValueError), (2.5, TypeError), ("8", TypeError),
                                         (None, TypeError), (True, TypeError)])
def test_batch_sizes_that_are_refused(size, error):
    with pytest.raises(error, match=f"batch_size must be .*{size}"):
        TensorLoader(numbers(4), batch_size=size)
    with pytest.raises(error, match="batch_size"):
        load_array((numbers(4),), size)


@pytest.mark.parametrize("tensors, error, words", [
    ((), ValueError, "at least one tensor"), ((torch.empty(0, 3),), ValueError, "data set is empty"),
    ((numbers(3), numbers(4)), ValueError, r"\[3, 4\]"), (([1, 2],), TypeError, "not list"),
    ((torch.tensor(1),), ValueError, "not a single number")])
def test_tensors_that_are_refused(tensors, error, words):
    with pytest.raises(error, match=words):
        TensorLoader(*tensors, batch_size=2)


def test_other_arguments_that_are_refused():
    with pytest.raises(TypeError, match="transform must be a function"):
        TensorLoader(numbers(4), batch_size=2, transform=3)
    with pytest.raises(TypeError, match="generator must be a torch.Generator"):
        TensorLoader(numbers(4), batch_size=2, generator=42)


def test_load_array_takes_what_becomes_tensors():
    import numpy as np
    x, y = np.ones((5, 2), dtype=np.float32), [0, 1, 2, 3, 4]
    train, test = load_array((x, y), 2), load_array((x, y), 2, is_train=False)
    assert (train.shuffle, test.shuffle) == (True, False)
    assert torch.equal(torch.cat([b for _, b in test]), numbers(5))
    assert len(load_array(torch.ones(5, 2), 2)) == 3
    assert repr(train) == "TensorLoader((5, 2) float32, (5,) int64; batch_size=2, 3 batches)"


def test_the_same_device_gives_the_same_loader():
    loader = TensorLoader(numbers(4), batch_size=2)
    assert loader.to("cpu") is loader


def test_data_that_would_not_fit_stays_where_it_is(monkeypatch):
    loader = TensorLoader(torch.ones(100, dtype=torch.uint8), batch_size=2)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device=None: (199, 1000))  # half of it must stay free
    assert loader.to("cuda") is loader


def test_another_device_keeps_the_settings():
    # the meta device is everywhere, and moving to it takes the same path
    generator = torch.Generator()
    loader = TensorLoader(numbers(7), batch_size=2, shuffle=True, drop_last=True, transform=lambda x: (x,),
                          generator=generator)
    moved = loader.to("meta")
    assert moved is not loader and moved.tensors[0].is_meta and len(moved) == 3
    for name in ("batch_size", "shuffle", "drop_last", "transform", "generator"):
        assert getattr(moved, name) is getattr(loader, name)
    torch.manual_seed(0)
    assert [x.is_meta for x, in moved] == [True] * 3


@pytest.mark.gpu
def test_the_order_is_the_same_on_every_device():
    device = "cuda" if torch.cuda.is_available() else "mps"
    loader = TensorLoader(numbers(1000), batch_size=64, shuffle=True, transform=lambda x: (x * 2,))
    orders = []
    for version in (loader, loader.to(device)):
        torch.manual_seed(5)
        orders.append([x.tolist() for x, in version])
    assert loader.to(device).tensors[0].device.type == device
    assert loader.to(device).to(device).to("cpu").tensors[0].device.type == "cpu"
    assert orders[0] == orders[1]
