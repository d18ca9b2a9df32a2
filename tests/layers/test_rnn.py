"""The recurrent layer against torch.nn.RNN: values, gradients, state dicts, errors."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.layers.rnn import RNN, recur

close = torch.testing.assert_close


def pair(layers=1, nonlinearity="tanh", inputs=3, hidden=5):
    """Our layer and torch's with the same weights, in float64."""
    ours = RNN(inputs, hidden, layers, nonlinearity).double()
    theirs = nn.RNN(inputs, hidden, layers, nonlinearity).double()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


@settings(deadline=None, max_examples=30)
@given(
    T=st.integers(1, 6), B=st.integers(1, 4), D=st.integers(1, 4), H=st.integers(1, 5), layers=st.integers(1, 3),
    nonlinearity=st.sampled_from(["tanh", "relu"]), given_state=st.booleans(), seed=st.integers(0, 999),
)  # fmt: skip
def test_values_and_gradients_equal_torch(T, B, D, H, layers, nonlinearity, given_state, seed):
    torch.manual_seed(seed)
    ours, theirs = pair(layers, nonlinearity, D, H)
    X = torch.randn(T, B, D, dtype=torch.float64)
    state = torch.randn(layers, B, H, dtype=torch.float64) if given_state else None
    weight_of_output, weight_of_state = torch.randn(T, B, H).double(), torch.randn(layers, B, H).double()
    results = []
    for rnn in (ours, theirs):
        x = X.clone().requires_grad_()
        h = state.clone().requires_grad_() if given_state else None
        output, last = rnn(x, h)
        ((output * weight_of_output).sum() + (last * weight_of_state).sum()).backward()
        results.append([output, last, x.grad, *([h.grad] if given_state else []), *(p.grad for p in rnn.parameters())])
    for left, right in zip(*results):
        close(left, right)


def test_state_dicts_go_both_ways_and_the_start_is_the_same():
    ours, theirs = RNN(4, 6, 2), nn.RNN(4, 6, 2)
    assert {k: v.shape for k, v in ours.state_dict().items()} == {k: v.shape for k, v in theirs.state_dict().items()}
    ours.load_state_dict(theirs.state_dict())
    torch.manual_seed(5)
    ours = RNN(4, 6, 2)
    torch.manual_seed(5)
    theirs = nn.RNN(4, 6, 2)
    for name, value in ours.state_dict().items():
        close(value, theirs.state_dict()[name])


def test_one_call_equals_two_that_carry_the_state():
    rnn = RNN(3, 5, 2).double()
    X = torch.randn(7, 2, 3).double()
    whole, last = rnn(X)
    first, state = rnn(X[:4])
    second, state = rnn(X[4:], state)
    close(torch.cat([first, second]), whole)
    close(state, last)


def test_recur_changes_nothing_it_was_given():
    X, h = torch.randn(4, 2, 3), torch.randn(2, 5)
    before = X.clone(), h.clone()
    recur(X, h, torch.randn(5, 3), torch.randn(5, 5), torch.randn(5), torch.randn(5))
    assert torch.equal(X, before[0]) and torch.equal(h, before[1])


def test_half_precision():
    rnn = RNN(3, 4).to(torch.bfloat16)
    output, state = rnn(torch.randn(5, 2, 3, dtype=torch.bfloat16))
    assert output.dtype == state.dtype == torch.bfloat16


@pytest.mark.parametrize(
    "shape, state, message",
    [
        ((5, 2, 4), None, r"inputs must be \(T, B, 3\).*got \(5, 2, 4\)"),
        ((2, 3), None, r"got \(2, 3\)"),
        ((0, 2, 3), None, r"1 or more.*got \(0, 2, 3\)"),
        ((5, 2, 3), (2, 4, 6), r"the state has shape \(2, 4, 6\).*a batch of 2 and 6 units need \(2, 2, 6\)"),
        ((5, 2, 3), (1, 2, 6), r"2 layer\(s\).*need \(2, 2, 6\)"),
        ((5, 2, 3), (2, 2, 5), r"6 units need"),
        ((5, 2, 3), (2, 6), r"the state has shape \(2, 6\)"),
    ],
)
def test_inputs_and_states_of_other_shapes(shape, state, message):
    with pytest.raises(ValueError, match=message):
        RNN(3, 6, 2)(torch.randn(shape), None if state is None else torch.randn(state))


@pytest.mark.parametrize("arguments", [(0, 5), (3, 0), (3, 5, 0)])
def test_sizes_below_one(arguments):
    with pytest.raises(ValueError, match="must be 1 or more, not 0"):
        RNN(*arguments)


def test_an_unknown_nonlinearity():
    with pytest.raises(ValueError, match='"tanh" or "relu", not \'sigmoid\''):
        RNN(3, 5, nonlinearity="sigmoid")
