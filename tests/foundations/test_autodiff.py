"""The chapter's reverse-mode engine against PyTorch's, in float64."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from d2lutils.foundations import autodiff as engine

BINARY = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div}
UNARY = {"exp": torch.exp, "log": torch.log, "tanh": torch.tanh, "relu": torch.relu, "sum": torch.sum}


def both(build, arrays, seed_of=np.ones_like):
    """`build` on the engine and on torch: the two values, then the two lists of gradients."""
    tape = engine.Tape()
    ours = [tape.variable(a) for a in arrays]
    output = build(*ours)
    theirs = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in arrays]
    expected = build(*theirs)
    seed = seed_of(output.value)
    gradients = tape.gradient(output, ours, seed=seed)
    return output.value, expected, gradients, torch.autograd.grad(expected, theirs, torch.tensor(seed))


def check(build, arrays, seed_of=np.ones_like):
    value, expected, gradients, expected_gradients = both(build, arrays, seed_of)
    torch.testing.assert_close(torch.tensor(value), expected.detach())
    for array, ours, theirs in zip(arrays, gradients, expected_gradients):
        assert np.shape(ours) == np.shape(array)
        torch.testing.assert_close(torch.as_tensor(ours), theirs)


def numbers(shape):
    return hnp.arrays(np.float64, shape, elements=st.floats(0.25, 4.0))


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(sorted(BINARY)))
def test_broadcasting_is_undone_for_every_pair_of_shapes(data, operation):
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3)).input_shapes
    a, b = (data.draw(numbers(shape)) for shape in shapes)

    def build(u, v):
        return u.tape.apply(operation, u, v) if isinstance(u, engine.Traced) else BINARY[operation](u, v)

    check(build, [a, b], seed_of=lambda y: np.cos(np.arange(y.size, dtype=float)).reshape(y.shape))


@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(sorted(UNARY)))
def test_functions_of_one_array(data, operation):
    shapes = hnp.array_shapes(min_dims=0, max_dims=3, max_side=3)
    a = data.draw(hnp.arrays(np.float64, shapes, elements=st.floats(-3, 3)))
    a = np.abs(a) + 0.1 if operation == "log" else a
    check(lambda u: getattr(u, operation)(), [a], seed_of=lambda y: np.sin(1.0 + np.arange(y.size)).reshape(y.shape))


@pytest.mark.parametrize("left, right", [((2, 3), (3, 4)), ((1, 1), (1, 5)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 1))])
def test_matrix_product(left, right):
    rng = np.random.default_rng(0)
    check(lambda u, v: u @ v, [rng.normal(size=left), rng.normal(size=right)], seed_of=np.cos)


def test_every_rule_is_covered_by_a_comparison():
    assert set(engine.RULES) == {*BINARY, *UNARY, "matmul"}


@pytest.mark.parametrize("hidden", [1, 4])
def test_two_layer_network_with_cross_entropy(hidden):
    rng = np.random.default_rng(1)
    x, targets = rng.normal(size=(6, 3)), np.eye(2)[[0, 1, 1, 0, 1, 0]]
    ones = np.ones((2, 1))

    def loss(w, b, v, c):
        if isinstance(w, torch.Tensor):
            logits = torch.tanh(torch.tensor(x) @ w + b) @ v + c
            return torch.nn.functional.cross_entropy(logits, torch.tensor(targets.argmax(1)))
        logits = (x @ w + b).tanh() @ v + c  # (6, 2)
        return ((logits.exp() @ ones).log() - (logits * targets) @ ones).sum() / len(x)

    check(loss, [rng.normal(size=s) for s in [(3, hidden), (hidden,), (hidden, 2), (2,)]])


def test_a_value_used_more_than_once_collects_every_part():
    check(lambda a: a * a + a / (1.0 + a) - 2.0 * a, [np.array([0.5, 2.0])])


def test_numbers_and_arrays_on_the_left():
    check(lambda a: 3.0 - (2.0 / a), [np.array(1.5)])
    tape = engine.Tape()
    a = tape.variable([1.0, 2.0])
    left = np.array([10.0, 20.0]) * a  # one row, not one for each number
    assert isinstance(left, engine.Traced) and len(tape.rows) == 1
    np.testing.assert_array_equal(tape.gradient(left, [a], seed=[1.0, 1.0])[0], [10.0, 20.0])


def test_what_the_output_does_not_depend_on_has_gradient_zero():
    tape = engine.Tape()
    a, b = tape.variable(np.ones((2, 3))), tape.variable(2.0)
    later = b * b
    later * a  # computed after the output, on the same tape
    (gradient_a, gradient_b, own) = tape.gradient(later, [a, b, later])
    np.testing.assert_array_equal(gradient_a, np.zeros((2, 3)))
    assert gradient_b == 4.0 and own == 1.0


def test_a_gradient_of_an_intermediate_value():
    tape = engine.Tape()
    a = tape.variable(3.0)
    middle = a * 2.0
    assert tape.gradient(middle * middle, [middle])[0] == 12.0


def test_a_chain_far_deeper_than_the_recursion_limit():
    tape = engine.Tape()
    a = tape.variable(1.0)
    y = a
    for _ in range(50 * sys.getrecursionlimit()):
        y = y * 1.0
    assert tape.gradient(y, [a])[0] == 1.0


def test_relu_takes_the_slope_zero_at_its_kink_as_torch_does():
    check(lambda a: a.relu().sum(), [np.array([-1.0, 0.0, 2.0])])


def test_a_second_gradient_gives_the_same_answer():
    tape = engine.Tape()
    a = tape.variable([1.0, 2.0])
    y = (a * a).sum()
    first, second = (tape.gradient(y, [a])[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("seed", [None, 1.0, np.ones(2), np.ones((1, 3))])
def test_a_seed_of_the_wrong_shape_is_refused(seed):
    tape = engine.Tape()
    a = tape.variable(np.ones(3))
    with pytest.raises(ValueError, match=r"the output has shape \(3,\)"):
        tape.gradient(a * 2.0, [a], seed=seed)


def test_two_tapes_do_not_mix():
    one, other = engine.Tape(), engine.Tape()
    with pytest.raises(ValueError, match="different tapes"):
        one.variable(1.0) + other.variable(1.0)
    with pytest.raises(ValueError, match="must all lie on this tape"):
        one.gradient(one.variable(1.0), [other.variable(1.0)])


def test_vectors_in_a_matrix_product_raise_instead_of_giving_a_wrong_gradient():
    tape = engine.Tape()
    a, b = tape.variable(np.eye(2)), tape.variable(np.ones(2))
    with pytest.raises(ValueError):
        tape.gradient((a @ b).sum(), [a])


def test_the_engine_is_under_a_hundred_lines_and_needs_numpy_only():
    source = Path(engine.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 100
    program = "import runpy, sys; runpy.run_path(sys.argv[1]); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program, engine.__file__], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
