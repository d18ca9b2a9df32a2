"""The exercise checks: right answers pass, typical wrong ones are told apart, and nothing ever raises."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils import check


def softmax(x):
    e = (x - x.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)


def log_sum_exp(x, dim):
    largest = x.amax(dim, keepdim=True)
    safe = largest.masked_fill(largest.isinf(), 0.0)
    return safe.squeeze(dim) + (x - safe).exp().sum(dim).log()


def cross_entropy(scores, labels):
    return (log_sum_exp(scores, 1) - scores[torch.arange(len(labels)), labels]).mean()


def label_smoothing(labels, classes, epsilon):
    return (1 - epsilon) * F.one_hot(labels, classes) + epsilon / classes


def numerical_derivative(f, x, h=1e-5, up=1, down=1, divisor=2):
    x = x.detach().clone().contiguous()
    out = torch.zeros_like(x)
    for i in range(x.numel()):
        nudge = torch.zeros_like(x)
        nudge.view(-1)[i] = h
        out.view(-1)[i] = (f(x + up * nudge) - f(x - down * nudge)) / (divisor * h)
    return out


def jvp(f, x, v, h=1e-6):
    return (f(x + h * v) - f(x - h * v)) / (2 * h)


class Dual:
    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return type(self)(self.value + other.value, self.tangent + other.tangent)

    def __sub__(self, other):
        return self + -1 * other

    def __rsub__(self, other):
        return -1 * self + other

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return type(self)(self.value * other.value, self.tangent * other.value + self.value * other.tangent)

    def exp(self):
        return type(self)(self.value.exp(), self.tangent * self.value.exp())

    __radd__, __rmul__ = __add__, __mul__


def layer_gradients(X, W, b, T):
    y = torch.tanh(X @ W + b)
    g = 2 * (y - T) / T.numel() * (1 - y * y)
    return X.T @ g, g.sum(0)


def group_norm(x, groups, weight, bias, eps=1e-5):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(2, keepdim=True)) / (g.var(2, correction=0, keepdim=True) + eps).sqrt()
    return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def fold_batch_norm(conv, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    bias = norm.bias - scale * norm.running_mean + (0 if conv.bias is None else scale * conv.bias)
    return conv.weight * scale.reshape(-1, 1, 1, 1), bias


def without_start(running, start, momentum, k):
    return (running - (1 - momentum) ** k * start) / (1 - (1 - momentum) ** k)


softplus_rule = (lambda a: np.logaddexp(0.0, a), lambda g, y, a: (g * np.exp(a - y),))

RIGHT = {
    "softmax": softmax, "log_sum_exp": log_sum_exp, "cross_entropy": cross_entropy, "label_smoothing": label_smoothing,
    "numerical_derivative": numerical_derivative, "jvp": jvp, "dual_numbers": Dual, "layer_gradients": layer_gradients,
    "softplus_rule": softplus_rule, "group_norm": group_norm, "fold_batch_norm": fold_batch_norm,
    "without_start": without_start,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_passes(name, capsys):
    report = getattr(check, name)(RIGHT[name])
    assert report and report.passed, report.text
    assert repr(report) == f"<check {name}: passed>"
    printed = capsys.readouterr().out
    assert printed.startswith(f"{name}: all right") and "✗" not in printed and printed.count("✓") >= 1


class _NoProduct(Dual):
    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return type(self)(self.value * other.value, torch.as_tensor(self.tangent) * torch.as_tensor(other.tangent))

    __rmul__ = __mul__


class _Turned(Dual):
    def __rsub__(self, other):
        return self + -1 * other


class _Exp(Dual):
    def exp(self):
        return type(self)(self.value.exp(), self.tangent)


class _ExpTimesValue(Dual):
    def exp(self):
        return type(self)(self.value.exp(), self.value * self.tangent)


class _ExpOfTangent(Dual):
    def exp(self):
        return type(self)(self.value.exp(), self.tangent.exp())


class _SecondOrder(Dual):
    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        cross = self.tangent * other.tangent
        return type(self)(self.value * other.value, self.tangent * other.value + self.value * other.tangent + cross)


def _left_over(f, x, h=1e-5):
    x = x.detach().clone().contiguous()
    out = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        above = f(x)
        x.view(-1)[i] -= 2 * h
        out.view(-1)[i] = (above - f(x)) / (2 * h)
    return out


def _eps_outside(x, groups, weight, bias):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(2, keepdim=True)) / (g.std(2, correction=0, keepdim=True) + 1e-5)
    return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def _folded(conv, norm, eps=None, sign=1):
    scale = norm.weight / (norm.running_var + (norm.eps if eps is None else eps)).sqrt()
    bias = norm.bias - sign * scale * norm.running_mean + (0 if conv.bias is None else scale * conv.bias)
    return conv.weight * scale.reshape(-1, 1, 1, 1), bias


def _tanh_without_square(X, W, b, T):
    y = torch.tanh(X @ W + b)
    g = 2 * (y - T) / T.numel() * (1 - y)
    return X.T @ g, g.sum(0)


WRONG = [
    ("softmax", lambda x: F.softmax(x, 0), "each column sums to 1"),
    ("softmax", lambda x: x.exp() / x.exp().sum(), "everything together sums to 1"),
    ("softmax", lambda x: x.exp() / x.exp().sum(1), "do not broadcast"),
    ("softmax", lambda x: x.exp() / x.exp().sum(1, keepdim=True), "exp of a large score is inf"),
    ("softmax", lambda x: F.softmax(x, -1).to(torch.float32), "expected dtype float64, got float32"),
    ("softmax", lambda x: F.softmax(x, -1).to(torch.float32), "a new tensor gets float32"),
    ("softmax", lambda x: F.softmax(x, -1).double(), "expected dtype float32, got float64"),
    ("softmax", lambda x: F.softmax(x, -1).double(), "something turned it into float64"),
    ("softmax", lambda x: F.softmax(x.detach(), -1), "cut the graph"),
    ("softmax", lambda x: F.softmax(x, -1).numpy() if not x.requires_grad else 0, "carry no gradient"),
    ("softmax", lambda x: x.sub_(x.amax(-1, keepdim=True)).softmax(-1), "changed its argument number 1"),
    ("softmax", lambda x: F.softmax(x, -1) + 1e-3 * torch.rand(x.shape), "draws random numbers"),
    ("softmax", lambda x: None, "the return statement is missing"),
    ("softmax", lambda: None, "your function takes ()"),
    ("softmax", lambda x: F.softmax(x, -1) * 2, "2 times what it should be"),
    ("softmax", lambda x: F.softmax(x, -1).T, "rows and columns are swapped"),
    ("softmax", lambda x: F.softmax(x, -1)[None], "an axis of size 1"),
    ("softmax", lambda x: F.softmax(-x, -1), "turns the order around"),
    ("softmax", torch.zeros(2, 2), "pass the function itself"),
    ("cross_entropy", lambda o, y: F.cross_entropy(o, y) / len(y), "divided by the batch size twice"),
    ("cross_entropy", lambda o, y: F.cross_entropy(o, y, reduction="sum"), "it is the sum over the batch"),
    ("cross_entropy", lambda o, y: F.cross_entropy(o, y, reduction="none"), "one loss for each example"),
    ("cross_entropy", lambda o, y: F.nll_loss(o, y), "softmax is missing"),
    ("cross_entropy", lambda o, y: F.cross_entropy(o.softmax(1), y), "softmax was applied twice"),
    ("cross_entropy", lambda o, y: -F.cross_entropy(o, y), "the minus sign is missing"),
    ("cross_entropy", lambda o, y: F.nll_loss(o.softmax(1).log(), y), "a probability that is 0"),
    ("cross_entropy", lambda o, y: F.cross_entropy(o, y).item(), "expected a tensor, got a float"),
    ("log_sum_exp", lambda x, dim: x.exp().sum(dim).log(), "subtract the largest first"),
    ("log_sum_exp", lambda x, dim: torch.logsumexp(x, -1), "dim is ignored"),
    ("log_sum_exp", lambda x, dim: torch.logsumexp(x, dim, keepdim=True), "dim is kept with size 1"),
    ("log_sum_exp", lambda x, dim: torch.logsumexp(x, dim) - x.amax(dim), "not added again"),
    ("log_sum_exp",
     lambda x, dim: x.amax(dim) + (x - x.amax(dim, keepdim=True)).exp().sum(dim).log(), "-inf - (-inf) is nan"),
    ("label_smoothing", lambda y, c, e: F.one_hot(y, c), "expected dtype float32, got int64"),
    ("label_smoothing", lambda y, c, e: (1 - e) * F.one_hot(y, c) + e, "divide it by their number"),
    ("label_smoothing", lambda y, c, e: torch.where(F.one_hot(y, c) == 1, 1 - e, e / (c - 1)), "spreads it over all"),
    ("label_smoothing", lambda y, c, e: (1 - e) * F.one_hot(y) + e / c, "guesses the number of classes"),
    ("numerical_derivative", lambda f, x: numerical_derivative(f, x, down=0, divisor=1), "one side only"),
    ("numerical_derivative", lambda f, x: numerical_derivative(f, x, divisor=1), "it is 2h, not h"),
    ("numerical_derivative", _left_over, "undo it"),
    ("numerical_derivative", lambda f, x: torch.zeros_like(x), "as in the frame of the exercise"),
    ("jvp", lambda f, x, v: jvp(f, x, torch.ones_like(x)), "v is not used"),
    ("jvp", lambda f, x, v: torch.autograd.functional.vjp(f, x, v)[1], "this is Jᵀ v"),
    ("dual_numbers", _NoProduct, "has two terms"),
    ("dual_numbers", _Turned, "__rsub__"),
    ("dual_numbers", _Exp, "multiply it by exp(a)"),
    ("dual_numbers", _ExpTimesValue, "by exp(a), not by a"),
    ("dual_numbers", _ExpOfTangent, "exp of the value"),
    ("dual_numbers", _SecondOrder, "of second order"),
    ("dual_numbers", Dual(0.0), "pass the function itself"),
    ("layer_gradients", lambda X, W, b, T: [T.shape[1] * g for g in layer_gradients(X, W, b, T)],
     "not over the n rows"),
    ("layer_gradients", lambda X, W, b, T: [g / 2 for g in layer_gradients(X, W, b, T)], "the 2 that comes down"),
    ("layer_gradients", _tanh_without_square, "the square is missing"),
    ("layer_gradients", lambda X, W, b, T: layer_gradients(X, W, b, T)[0], "expected 2 results"),
    ("layer_gradients", lambda X, W, b, T: (torch.zeros_like(W), torch.zeros_like(b)), "all of it is zero"),
    ("softplus_rule", (lambda a: np.log(1 + np.exp(a)), softplus_rule[1]), "np.logaddexp"),
    ("softplus_rule", (softplus_rule[0], lambda g, y, a: (g,)), "g went through unchanged"),
    ("softplus_rule", (softplus_rule[0], lambda g, y, a: g * np.exp(a - y)), "with its comma"),
    ("softplus_rule", (softplus_rule[0], lambda g, y, a: (g * np.exp(a) / (1 + np.exp(a)),)), "inf - inf"),
    ("softplus_rule", 3, "the rule is a pair"),
    ("group_norm", lambda x, g, w, b: F.batch_norm(x, None, None, w, b, training=True), "this is batch normalisation"),
    ("group_norm", lambda x, g, w, b: F.group_norm(x, x.shape[1], w, b), "whatever its group"),
    ("group_norm", lambda x, g, w, b: F.group_norm(x, 1, w, b), "the groups are mixed"),
    ("group_norm", lambda x, g, w, b: F.group_norm(x, g), "weight and bias are not used"),
    ("group_norm", lambda x, g, w, b: F.group_norm(x, g, w, b, 0.0), "eps is missing"),
    ("group_norm", lambda x, g, w, b: F.group_norm(x, x.shape[1] // g, w, b), "not of channels in each"),
    ("group_norm", _eps_outside, "under the root"),
    ("fold_batch_norm", lambda c, n: (c.weight * 1, fold_batch_norm(c, n)[1]), "weights of the convolution are not"),
    ("fold_batch_norm", lambda c, n: _folded(c, n, eps=1e-5), "take norm.eps"),
    ("fold_batch_norm", lambda c, n: (c.weight, n.weight * c.bias), "made with bias=False"),
    ("fold_batch_norm", lambda c, n: _folded(c, n, sign=-1), "is subtracted, not added"),
    ("without_start", lambda r, s, m, k: (r - s) / (1 - (1 - m) ** k), "the start's share"),
    ("without_start", lambda r, s, m, k: without_start(r, s, m, k - 1), "not k - 1 times"),
    ("fold_batch_norm", lambda c, n: (fold_batch_norm(c, n)[0], n.bias - 0 * n.running_mean), "is not subtracted"),
    ("fold_batch_norm", lambda c, n: (fold_batch_norm(c, n)[0], fold_batch_norm(nn.Conv2d(*c.weight.shape[1::-1], 1,
     bias=False), n)[1]), "own bias is forgotten"),
    ("fold_batch_norm", lambda c, n: (..., ...), "the dots are still there"),
    ("without_start", lambda r, s, m, k: r - (1 - m) ** k * s, "divided by its share"),
    ("without_start", lambda r, s, m, k: (r - m**k * s) / (1 - m**k), "not mᵏ"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "words"), WRONG, ids=[f"{i}-{w[2]}" for i, w in enumerate(WRONG)])
def test_a_wrong_answer_gets_its_likely_cause(name, answer, words):
    report = getattr(check, name)(answer)
    assert not report and words in report.text, report.text
    again = getattr(check, name)(answer)
    assert again.text == report.text, "nbval compares the text from run to run"


def test_what_is_right_is_said_before_what_is_wrong(capsys):
    report = check.softmax(lambda x: x.exp() / x.exp().sum(1, keepdim=True))
    assert report.right == ["probabilities of random scores", "float32 stays float32"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "softmax: not yet" and lines[3].startswith("  ✗ scores in the thousands: at index [0, 0] ")
    assert "expected 0.24473, got nan (for shape (2, 3))" in lines[3]


def test_errors_in_the_answer_are_told_in_words():
    def unwritten(x):
        raise NotImplementedError

    def broken(x):
        raise KeyError("scores")

    def unsupported(x):
        raise NotImplementedError("mean of bool")

    assert check.softmax(unwritten).wrong == "it is not written yet"
    assert check.softmax(broken).wrong.startswith("it raised KeyError: 'scores' (for shape")
    assert check.softmax(unsupported).wrong.startswith("it raised NotImplementedError: mean of bool")
    assert "SystemExit" in check.softmax(lambda x: exit(1)).wrong


def test_a_state_that_is_kept_between_calls_is_found():
    kept = []

    def counting(x):
        kept.append(x)
        return F.softmax(x, -1) + len(kept)

    assert "keeps something from the first call" in check.softmax(counting).cause


def test_a_gradient_by_hand():
    assert check.gradient(lambda x: (x.sin() * x).sum(), lambda x: x.cos() * x + x.sin())
    wrong = check.gradient(lambda x: (x.sin() * x).sum(), lambda x: -x.cos() * x - x.sin())
    assert "the sign is the wrong way round" in wrong.text
    assert "autograd cannot differentiate f" in check.gradient(lambda x: 3, lambda x: x).text
    assert "not a float" in check.gradient(3.0, lambda x: x).text


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
        (torch.zeros(2),) * 2,
    ]),
)  # fmt: skip


@settings(deadline=None, max_examples=15)
@given(garbage=GARBAGE)
@pytest.mark.parametrize("name", RIGHT)
def test_nothing_ever_raises(name, garbage):
    run = getattr(check, name)
    for answer in (garbage, lambda *arguments: garbage, (lambda *a: garbage,) * 2):
        report = run(answer)
        assert not report and report.wrong and isinstance(report.text, str)


def test_a_report_is_shown_once_in_a_notebook():
    from IPython.core.formatters import DisplayFormatter

    report = check.softmax(softmax)
    formatter = DisplayFormatter()
    formatter.ipython_display_formatter.enabled = True
    assert formatter.ipython_display_formatter(report), "the display hook must find that the report displays itself"
