"""Minibatches by indexing: what comes out, in which order, and what is refused."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from d2lutils.data import TensorLoader, load_array

try:
    import pandas as pd
except ImportError:
    pd = None

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
    x, y = np.ones((5, 2), dtype=np.float32), [0, 1, 2, 3, 4]
    train, test = load_array((x, y), 2), load_array((x, y), 2, is_train=False)
    assert (train.shuffle, test.shuffle) == (True, False)
    assert torch.equal(torch.cat([b for _, b in test]), numbers(5))
    assert len(load_array(torch.ones(5, 2), 2)) == 3
    assert repr(train) == "TensorLoader((5, 2) float32, (5,) int64; batch_size=2, 3 batches)"


@pytest.mark.parametrize("array", [
    np.arange(6.0)[::-1], np.arange(12.0).reshape(6, 2)[::-1, ::-1], np.arange(6.0).astype(">f4"),
    np.asfortranarray(np.arange(12).reshape(6, 2)), np.broadcast_to(np.float32(3), (6, 2)),
], ids=["reversed", "reversed twice", "big-endian", "Fortran", "read-only"])
def test_load_array_takes_numpy_arrays_however_they_lie(array):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        [x] = load_array(array, 6, is_train=False)
    assert x[0].tolist() == array.tolist()


def test_drop_last_leaves_a_smaller_last_batch_out():
    x = torch.randn(65, 3)
    assert [len(batch) for batch, in load_array(x, 16)] == [16, 16, 16, 16, 1]
    assert [len(batch) for batch, in load_array(x, 16, drop_last=True)] == [16, 16, 16, 16]


TABLE = pd.DataFrame({"area": [50.0, 80.0], "air": ["Y", "N"]}) if pd else None
DATASET = TensorDataset(torch.ones(4, 2), torch.ones(4))


@pytest.mark.parametrize("arrays, words", [
    (DATASET, r"arrays must be a tensor or a tuple of tensors, such as \(X, y\), not TensorDataset: .*DataLoader"),
    (DataLoader(DATASET), "not DataLoader: it is a loader already"),
    (TensorLoader(numbers(4), batch_size=2), "not TensorLoader: it is a loader already"),
    ({"x": numbers(4)}, "not dict"), (None, "not NoneType"), ("text", "not str"),
    (iter([numbers(4)]), "not list_iterator"),
    ((numbers(4), "text"), "must hold tensors or numpy arrays, not str"), ((numbers(4), {1: 2}), "not dict"),
    ((numbers(4), ["a", "b", "c", "d"]), "must hold numbers"), ((numbers(4), [[1], [2, 3]]), "must hold numbers"),
    ((np.array(["a", "b"]),), "must hold numbers"), ((np.array([1, None]),), "must hold numbers"),
    ((DATASET,), "not TensorDataset: .*DataLoader"),
    *([(TABLE, "not DataFrame: .*to_numpy.*TablePreprocessor"), ((TABLE, numbers(2)), "not DataFrame: .*to_numpy"),
       (TABLE["area"], "not Series"), ((numbers(2), TABLE["area"]), "not Series")] if pd else []),
])  # fmt: skip
def test_what_is_no_tensor_is_named_in_one_sentence(arrays, words):
    with pytest.raises(TypeError, match=f"^arrays .*{words.removeprefix('arrays ')}") as raised:
        load_array(arrays, 2)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 250


def test_forgotten_parentheses_are_named_by_shape():
    with pytest.raises(TypeError, match=r"batch_size must be an int, not \(1000,\) int64$"):
        load_array(torch.ones(1000, 2), numbers(1000), 16)
    with pytest.raises(TypeError, match="one argument each, not tuple. load_array takes a tuple"):
        TensorLoader((torch.ones(4, 2), numbers(4)), batch_size=2)


def test_a_checkpoint_finds_the_generator_that_decides_the_order():
    generator = torch.Generator().manual_seed(3)
    loader = TensorLoader(numbers(50), batch_size=7, shuffle=True, generator=generator)
    next(iter(loader))
    saved = loader.generator.get_state()
    following = [x.tolist() for x, in loader]
    resumed = TensorLoader(numbers(50), batch_size=7, shuffle=True, generator=torch.Generator())
    resumed.generator.set_state(saved)
    assert [x.tolist() for x, in resumed] == following


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
