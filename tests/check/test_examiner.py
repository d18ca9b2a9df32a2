"""What all checks do alike: what is said first, what is said for certain, and that nothing ever raises."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils import check


def softmax(x):
    e = (x - x.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)


def test_what_is_right_is_said_before_what_is_wrong(capsys):
    report = check.softmax(lambda x: x.exp() / x.exp().sum(1, keepdim=True))
    assert report.right == ["probabilities of random scores", "float32 stays float32"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "softmax: not yet" and lines[3].startswith("  ✗ scores in the thousands: at index [0, 0] ")
    assert "expected 0.24473, got nan (for shape (2, 3))" in lines[3]


@pytest.mark.parametrize("answer", [lambda x: F.softmax(x, 0), lambda x: 2 * softmax(x), lambda x: softmax(x)[None]])
def test_the_words_are_the_same_at_every_run(answer):
    assert check.softmax(answer).text == check.softmax(answer).text


def test_errors_in_the_answer_are_told_in_words():
    def unwritten(x):
        raise NotImplementedError

    def broken(x):
        raise KeyError("scores")

    def unsupported(x):
        raise NotImplementedError("mean of bool")

    class Base(BaseException):
        pass

    def odd(x):
        raise Base("odd")

    assert check.softmax(unwritten).wrong == "it is not written yet"
    assert check.softmax(broken).wrong.startswith("it raised KeyError: 'scores' (for shape")
    assert check.softmax(unsupported).wrong.startswith("it raised NotImplementedError: mean of bool")
    assert check.softmax(odd).wrong.startswith("it raised Base: odd")
    assert "SystemExit" in check.softmax(lambda x: exit(1)).wrong
    assert "RecursionError" in check.softmax(lambda x: (f := lambda x: f(x))(x)).wrong


def test_a_state_that_is_kept_between_calls_is_found():
    kept = []

    def counting(x):
        kept.append(x)
        return F.softmax(x, -1) + len(kept)

    assert "keeps something from the first call" in check.softmax(counting).cause


# --- causes are said only where they are certain --------------------------------------------------------------------


def test_a_hypothesis_has_to_hold_for_every_case():
    """For one of the cases the answer is what dim=0 gives; for the others it is not, so that is not what happened."""
    def by_chance(x):
        return F.softmax(x, 0) if tuple(x.shape) == (5, 6) else F.softmax(x, 1) * 3

    report = check.softmax(by_chance)
    assert not report and "each column" not in report.text


def test_two_hypotheses_that_cannot_be_told_apart_are_both_said():
    def ordered(x):
        return torch.softmax(x, 0)

    assert "; or " not in check.softmax(ordered).cause
    report = check.fold_batch_norm(lambda conv, norm: (conv.weight * 1, norm.bias * 1))
    assert report.cause.count("; or ") <= 1


@pytest.mark.parametrize("factor", [1.0000003, 1.2, 2.0, -1.0])
def test_a_single_number_has_no_ratio_that_says_anything(factor):
    report = check.cross_entropy(lambda o, y: F.cross_entropy(o, y) * factor)
    assert not report
    assert "times what it should be" not in report.text and "1 times" not in report.text


def test_a_result_in_single_precision_is_not_mistaken_for_a_small_eps_that_is_missing():
    report = check.group_norm(lambda *given: F.group_norm(*given).float())
    assert report.cause.startswith("a new tensor is float32")


def test_where_any_dtype_will_do_none_is_blamed():
    assert check.auc_by_ranks(lambda s, y: torch.tensor(0.25)).cause == ""
    assert check.bias_variance(lambda p, t: (torch.tensor(1), torch.tensor(1))).cause == ""


def test_numbers_that_are_all_zero_are_called_so_and_no_more():
    report = check.unit_jacobian(lambda u: u.new_zeros(len(u), len(u)))
    assert report.cause == "every entry is 0"


def test_rounding_is_blamed_on_float32_only_if_the_numbers_are_of_float32():
    single = check.softmax(lambda x: softmax(x.float()).to(x.dtype))
    assert "these are numbers of float32" in single.cause
    near = check.softmax(lambda x: softmax(x) * (1 + 1e-7))
    assert not near and "these are numbers of float32" not in near.cause


def test_exchanged_results_are_called_so():
    assert check.ridge(lambda X, y, lam: (y.mean(), X[0][:, None])).cause == ""

    def swapped(X, W, b, T):
        W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
        return torch.autograd.grad(((torch.tanh(X @ W + b) - T) ** 2).mean(), (W, b))[::-1]

    assert check.layer_gradients(swapped).cause == "the two results are exchanged"


# --- the session, the arguments, and answers that are none ----------------------------------------------------------


def test_a_right_answer_leaves_everything_as_it_was():
    torch.manual_seed(5)
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.is_grad_enabled()
    assert check.softmax(softmax)
    assert torch.equal(before[0], torch.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all() and torch.is_grad_enabled() is before[2]


class Evil:
    def __getattr__(self, name):
        raise RuntimeError("evil")

    def __repr__(self):
        raise RuntimeError("evil")

    def __eq__(self, other):
        raise RuntimeError("evil")

    __hash__ = None


GARBAGE = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3),
    st.lists(st.floats(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2), st.booleans(), st.builds(Evil), st.just(Evil),
    st.builds(lambda s: torch.full(s, torch.nan), st.lists(st.integers(0, 3), max_size=3).map(tuple)),
    st.sampled_from([
        torch.zeros(2, 3, dtype=torch.complex64), torch.zeros(2, 3).to_sparse(), torch.zeros(0), np.array("x"),
        np.zeros((2, 3), dtype=object), torch.tensor(True), torch.empty(3, device="meta"), Ellipsis,
        (torch.zeros(2),) * 2, torch.zeros(1).expand(10**9, 10**9), [0.0] * 10**6, [[0.0] * 10**4] * 10**4,
    ]),
)  # fmt: skip


@settings(deadline=None, max_examples=12, derandomize=True)
@given(garbage=GARBAGE)
@pytest.mark.parametrize("name", ["softmax", "bias_variance", "group_norm", "dual_numbers", "softplus_rule",
                                  "frequent_one_hot", "fold_batch_norm"])  # fmt: skip
def test_nothing_ever_raises(name, garbage):
    run = getattr(check, name)
    for answer in (garbage, lambda *arguments: garbage, (lambda *a: garbage,) * 2):
        report = run(answer)
        assert not report and report.wrong and isinstance(report.text, str)
