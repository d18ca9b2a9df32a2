"""Answers to the exercises of the chapter on softmax regression, and to its softmax and cross-entropy."""

import torch
import torch.nn.functional as F
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def softmax(x):
    e = (x - x.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)


def row_by_row(x):
    return torch.stack([(row - row.max()).exp() / (row - row.max()).exp().sum() for row in x])


def log_sum_exp(x, dim):
    largest = x.amax(dim, keepdim=True)
    safe = largest.masked_fill(largest.isinf(), 0.0)
    return safe.squeeze(dim) + (x - safe).exp().sum(dim).log()


def one_after_the_other(x, dim):
    total = torch.full_like(x.select(dim, 0), -torch.inf)
    for part in x.unbind(dim):
        total = torch.logaddexp(total, part)
    return total


def cross_entropy(scores, labels):
    return (log_sum_exp(scores, 1) - scores[torch.arange(len(labels)), labels]).mean()


def example_by_example(scores, labels):
    return sum(log_sum_exp(row, 0) - row[label] for row, label in zip(scores, labels)) / len(labels)


def smooth(labels, classes, epsilon):
    return (1 - epsilon) * F.one_hot(labels, classes) + epsilon / classes


def filled(labels, classes, epsilon):
    targets = torch.full((len(labels), classes), epsilon / classes)
    targets[torch.arange(len(labels)), labels] += 1 - epsilon
    return targets


def listed(labels, classes, epsilon):
    rest = epsilon / classes
    return torch.tensor([[rest + (1 - epsilon) * (c == y) for c in range(classes)] for y in labels.tolist()])


RIGHT = [
    *((check.softmax, answer) for answer in (
        softmax, row_by_row, lambda x: x.log_softmax(1).exp(), torch.nn.Softmax(dim=-1))),
    *((check.cross_entropy, answer) for answer in (
        cross_entropy, example_by_example, torch.nn.CrossEntropyLoss(),
        lambda o, y: -o.log_softmax(1).gather(1, y[:, None]).mean(),
        lambda o, y: (F.one_hot(y, o.shape[1]) * -o.log_softmax(-1)).sum() / y.numel())),
    *((check.log_sum_exp, answer) for answer in (
        log_sum_exp, one_after_the_other, lambda x, dim: torch.logsumexp(x, dim),
        lambda x, dim: torch.logcumsumexp(x, dim).select(dim, -1))),
    *((check.label_smoothing, answer) for answer in (
        smooth, filled, listed, lambda y, c, e: torch.lerp(torch.eye(c), torch.full((c, c), 1 / c), e)[y],
        lambda y, c, e: torch.full((len(y), c), e / c).scatter_add(1, y[:, None], torch.full((len(y), 1), 1 - e)))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def without_care(x, dim):
    return x.amax(dim) + (x - x.amax(dim, keepdim=True)).exp().sum(dim).log()


WRONG = [
    (check.softmax, lambda x: F.softmax(x, 0), "each column sums to 1"),
    (check.softmax, lambda x: x.exp() / x.exp().sum(), "everything together sums to 1"),
    (check.softmax, lambda x: x.exp() / x.exp().sum(1), "do not broadcast"),
    (check.softmax, lambda x: x.exp() / x.exp().sum(1, keepdim=True), "exp of a large score is inf"),
    (check.softmax, lambda x: (x - x.max()).exp() / (x - x.max()).exp().sum(1, keepdim=True), "take each row's own"),
    (check.softmax, lambda x: F.softmax(x, -1).to(torch.float32), "a new tensor is float32"),
    (check.softmax, lambda x: F.softmax(x, -1).double(), "something turned it into float64"),
    (check.softmax, lambda x: F.softmax(x.detach(), -1), "cut the graph"),
    (check.softmax, lambda x: F.softmax(x, -1).numpy() if not x.requires_grad else 0, "expected a tensor"),
    (check.softmax, lambda x: x.sub_(x.amax(-1, keepdim=True)).softmax(-1), "in place"),
    (check.softmax, lambda x: F.softmax(x, -1) + 1e-3 * torch.rand(x.shape), "draws random numbers"),
    (check.softmax, lambda x: None, "the return statement is missing"),
    (check.softmax, lambda: None, "your function takes ()"),
    (check.softmax, lambda x: F.softmax(x, -1) * 2, "2 times what it should be"),
    (check.softmax, lambda x: F.softmax(x, -1).T, "rows and columns are swapped"),
    (check.softmax, lambda x: F.softmax(x, -1)[None], "an axis of size 1"),
    (check.softmax, lambda x: F.softmax(-x, -1), "turns the order around"),
    (check.softmax, torch.zeros(2, 2), "pass the function itself"),
    (check.cross_entropy, lambda o, y: F.cross_entropy(o, y) / len(y), "divided by the batch size twice"),
    (check.cross_entropy, lambda o, y: F.cross_entropy(o, y, reduction="sum"), "it is the sum over the batch"),
    (check.cross_entropy, lambda o, y: F.cross_entropy(o, y, reduction="none"), "one loss for each example"),
    (check.cross_entropy, lambda o, y: F.nll_loss(o, y), "softmax is missing"),
    (check.cross_entropy, lambda o, y: F.cross_entropy(o.softmax(1), y), "softmax was applied twice"),
    (check.cross_entropy, lambda o, y: -F.cross_entropy(o, y), "the minus sign is missing"),
    (check.cross_entropy, lambda o, y: F.nll_loss(o.softmax(1).log(), y), "a probability that is 0"),
    (check.cross_entropy, lambda o, y: F.cross_entropy(o, y).item(), "expected a tensor, got a float"),
    (check.cross_entropy, lambda o, y: F.nll_loss(o.log_softmax(0), y), "over the batch"),
    (check.cross_entropy, lambda o, y: F.cross_entropy(o, y).reshape(1), "an axis of size 1"),
    (check.log_sum_exp, lambda x, dim: x.exp().sum(dim).log(), "subtract the largest first"),
    (check.log_sum_exp, lambda x, dim: torch.logsumexp(x, -1), "dim is ignored"),
    (check.log_sum_exp, lambda x, dim: torch.logsumexp(x, dim, keepdim=True), "dim is kept with size 1"),
    (check.log_sum_exp, lambda x, dim: torch.logsumexp(x, dim) - x.amax(dim), "not added again"),
    (check.log_sum_exp, without_care, "-inf - (-inf) is nan"),
    (check.log_sum_exp, lambda x, dim: torch.logsumexp(x, dim).squeeze(), "expected shape"),
    (check.log_sum_exp, lambda x, dim: without_care(x, dim).nan_to_num(), "expected -inf"),
    (check.log_sum_exp, lambda x, dim: log_sum_exp(x.clamp(min=-100), dim), "expected"),
    (check.log_sum_exp, lambda x, dim: log_sum_exp(x, dim).detach(), "cut the graph"),
    (check.log_sum_exp, lambda x, dim: x.exp().mean(dim).log(), "logarithm of the mean"),
    (check.label_smoothing, lambda y, c, e: F.one_hot(y, c), "nothing is smoothed"),
    (check.label_smoothing, lambda y, c, e: (1 - e) * F.one_hot(y, c) + e, "divide it by their number"),
    (check.label_smoothing, lambda y, c, e: torch.where(F.one_hot(y, c) == 1, 1 - e, e / (c - 1)),
     "spreads it over all"),
    (check.label_smoothing, lambda y, c, e: (1 - e) * F.one_hot(y) + e / c, ""),
    (check.label_smoothing, lambda y, c, e: F.one_hot(y, c) + e / c, "the rows sum to more than 1"),
    (check.label_smoothing, lambda y, c, e: smooth(y, c, e).double(), "something turned it into float64"),
    (check.label_smoothing, lambda y, c, e: smooth(y, c, 0.1), "expected"),
    (check.label_smoothing, lambda y, c, e: smooth(y, c, e).squeeze(), "an axis of size 1"),
    (check.label_smoothing, lambda y, c, e: smooth(y, c, e).T, "rows and columns are swapped"),
]  # fmt: skip

ALL = [check.softmax, check.cross_entropy, check.log_sum_exp, check.label_smoothing]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
