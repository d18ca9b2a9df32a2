"""Checks for the chapter on softmax regression."""

import torch
import torch.nn.functional as F

from d2lutils.check.draws import integers, normal
from d2lutils.check.examiner import Examiner, check


def _shapes(dimensions: int, number: int = 3) -> list[tuple[int, ...]]:
    """Shapes with sides of 2 to 6, all different, so that swapped dimensions show."""
    g = torch.Generator().manual_seed(dimensions)
    return [tuple((torch.randperm(5, generator=g)[:dimensions] + 2).tolist()) for _ in range(number)]


@check("softmax")
def softmax(ask: Examiner) -> None:
    """softmax(x): scores (B, C) to probabilities (B, C), each row summing to 1; also for scores in the thousands."""
    ask.is_callable()
    wrong = {
        "each column sums to 1 instead of each row: sum over the last dimension": lambda x: F.softmax(x, dim=0),
        "everything together sums to 1: sum over the last dimension only": lambda x: x.exp() / x.exp().sum(),
        "the sum over each row is missing below the line": torch.exp,
        "these are the logarithms of the probabilities": lambda x: F.log_softmax(x, dim=-1),
        "the scores themselves were divided by their sum: exp is missing": lambda x: x / x.sum(dim=-1, keepdim=True),
        "these are sigmoids, one for each score on its own": torch.sigmoid,
        "the minus sign in the exponent turns the order around": lambda x: F.softmax(-x, dim=-1),
    }
    cases = [(normal(*shape),) for shape in _shapes(2)]
    ask.agrees("probabilities of random scores", _softmax, cases, sides="bc", hypotheses=wrong)
    ask.keeps_float32(_softmax, cases[0], hypotheses=wrong)
    naive = {"exp of a large score is inf: subtract each row's largest score first": lambda x: _divide(x.exp())}
    at_once = {"the largest score of all was subtracted; rows far below it vanish: take each row's own":
               lambda x: _divide((x - x.max()).exp())}  # fmt: skip
    large = torch.tensor([[1000.0, 1001.0, 999.0], [-1000.0, -1001.0, -1002.0]], dtype=torch.float64)
    ask.agrees("scores in the thousands", _softmax, [(large,)], hypotheses=naive | at_once)
    ask.differentiates("gradients", _softmax, [(normal(3, 4),)], hypotheses=wrong)


def _softmax(x: torch.Tensor) -> torch.Tensor:
    return F.softmax(x, dim=-1)


def _divide(e: torch.Tensor) -> torch.Tensor:
    return e / e.sum(dim=-1, keepdim=True)


@check("cross_entropy")
def cross_entropy(ask: Examiner) -> None:
    """cross_entropy(scores, labels): scores (B, C), labels (B,) int64, to the mean over the batch, a 0-d tensor."""
    ask.is_callable()
    wrong = {
        "it is the sum over the batch: divide by the number of examples":
            lambda o, y: F.cross_entropy(o, y, reduction="sum"),
        "one loss for each example: take their mean": lambda o, y: F.cross_entropy(o, y, reduction="none"),
        "it looks like you divided by the batch size twice": lambda o, y: F.cross_entropy(o, y) / len(y),
        "it was divided by batch size times classes: mean() over a (B, C) tensor":
            lambda o, y: F.cross_entropy(o, y) / o.shape[1],
        "the minus sign is missing": lambda o, y: -F.cross_entropy(o, y),
        "softmax was applied twice: the inputs are scores, and one softmax is enough":
            lambda o, y: F.cross_entropy(F.softmax(o, dim=1), y),
        "the logarithm is missing: this is a mean of probabilities":
            lambda o, y: -F.softmax(o, dim=1)[torch.arange(len(y)), y].mean(),
        "the scores were taken for probabilities: softmax is missing": lambda o, y: -o[torch.arange(len(y)), y].mean(),
        "softmax went over the batch (dim=0) instead of over the classes":
            lambda o, y: F.nll_loss(F.log_softmax(o, dim=0), y),
    }  # fmt: skip
    cases = [(normal(b, c), integers(b, below=c)) for b, c in _shapes(2)]
    ask.agrees("losses of random scores", F.cross_entropy, cases, sides="b. b", hypotheses=wrong)
    ask.keeps_float32(F.cross_entropy, cases[0], hypotheses=wrong)
    large = torch.tensor([[0.0, 1000.0, -1000.0], [800.0, 0.0, 0.0]], dtype=torch.float64)
    overflow = {
        "exp overflows, or log(0) is taken: use log-sum-exp of the scores, never the logarithm of a probability":
            lambda o, y: -(o.exp() / o.exp().sum(1, keepdim=True)).log()[torch.arange(len(y)), y].mean(),
        "the logarithm of a probability that is 0: use log-sum-exp of the scores minus the true one":
            lambda o, y: -F.softmax(o, dim=1).log()[torch.arange(len(y)), y].mean(),
    }  # fmt: skip
    ask.agrees("scores in the thousands", F.cross_entropy, [(large, torch.tensor([0, 0]))], hypotheses=overflow)
    ask.differentiates("gradients", F.cross_entropy, [(normal(3, 4), integers(3, below=4))], hypotheses=wrong)


@check("log_sum_exp")
def log_sum_exp(ask: Examiner) -> None:
    """log_sum_exp(x, dim): the logarithm of the sum of exp x along `dim`, which disappears; rows of -inf give -inf."""
    ask.is_callable()
    wrong = {
        "dim is kept with size 1: squeeze(dim) the maximum, or sum without keepdim":
            lambda x, dim: torch.logsumexp(x, dim, keepdim=True),
        "dim is ignored: this is along the last dimension": lambda x, dim: torch.logsumexp(x, -1),
        "dim is ignored: this is along the first dimension": lambda x, dim: torch.logsumexp(x, 0),
        "the largest value was subtracted and not added again": lambda x, dim: torch.logsumexp(x, dim) - x.amax(dim),
        "the logarithm is missing": lambda x, dim: x.exp().sum(dim),
        "exp is missing": lambda x, dim: x.sum(dim).log(),
        "this is the logarithm of the mean": lambda x, dim: x.exp().mean(dim).log(),
        "this is the largest value, without what the others add": lambda x, dim: x.amax(dim),
    }  # fmt: skip
    cases = [(normal(*shape), dim) for shape in _shapes(3, 2) for dim in (1, 0, -1)] + [(normal(4), 0)]
    ask.agrees("random numbers along each dimension", torch.logsumexp, cases, sides="abc .", hypotheses=wrong)
    ask.keeps_float32(torch.logsumexp, cases[0], hypotheses=wrong)
    large = torch.tensor([[1000.0, 1001.0, 999.0], [-1000.0, -1001.0, -1002.0], [5.0, 5.0, 5.0]], dtype=torch.float64)
    overflow = {
        "exp overflows, or all of it underflows to 0: subtract the largest first":
            lambda x, dim: x.exp().sum(dim).log(),
        "the largest of all was subtracted: take the largest along dim":
            lambda x, dim: x.max() + (x - x.max()).exp().sum(dim).log(),
    }  # fmt: skip
    ask.agrees("numbers in the thousands", torch.logsumexp, [(large, 1), (large, 0)], hypotheses=overflow)
    empty = torch.tensor([[-torch.inf, -torch.inf], [0.0, -torch.inf]], dtype=torch.float64)
    no_number = {
        "-inf - (-inf) is nan: subtract something finite where the largest is infinite":
            lambda x, dim: x.amax(dim) + (x - x.amax(dim, keepdim=True)).exp().sum(dim).log()
    }  # fmt: skip
    ask.agrees("a row of -inf", torch.logsumexp, [(empty, 1), (empty.T.contiguous(), 0)], hypotheses=no_number)
    ask.differentiates("gradients", lambda x: torch.logsumexp(x, 0), [(normal(3, 4),)],
                       function=lambda x: ask.student(x, 0))  # fmt: skip


@check("label_smoothing")
def label_smoothing(ask: Examiner) -> None:
    """label_smoothing(labels, classes, epsilon): labels (B,) int64 to targets (B, classes) float32 whose rows sum to 1:
    epsilon is spread evenly over all classes, the rest stays on the true one."""
    ask.is_callable()
    wrong = {
        "epsilon goes to all classes, the true one too: its target is 1 - epsilon + epsilon / classes":
            lambda y, c, e: torch.where(F.one_hot(y, c) == 1, 1 - e, e / c).float(),
        "epsilon was shared among the other classes only; the formula spreads it over all":
            lambda y, c, e: torch.where(F.one_hot(y, c) == 1, 1 - e, e / (c - 1)).float(),
        "epsilon itself was added to every class: divide it by their number":
            lambda y, c, e: (1 - e) * F.one_hot(y, c) + e,
        "the rows sum to more than 1: the true class gives up epsilon": lambda y, c, e: F.one_hot(y, c) + e / c,
        "these are the one-hot labels: nothing is smoothed": lambda y, c, e: F.one_hot(y, c).float(),
        "epsilon and 1 - epsilon are swapped": lambda y, c, e: e * F.one_hot(y, c) + (1 - e) / c,
    }  # fmt: skip
    cases = [(integers(b, below=c), c, epsilon) for (b, c), epsilon in zip(_shapes(2), (0.1, 0.3, 1.0))]
    cases.append((torch.zeros(3, dtype=torch.int64), 4, 0.2))
    hint = {"one_hot guesses the number of classes from the largest label: give it": lambda y, c, e:
            (1 - e) * F.one_hot(y) + e / c}  # fmt: skip
    ask.agrees("targets of random labels", _smooth, cases, sides="b . .", hypotheses=wrong | hint)
    ask.agrees("epsilon 0 gives the one-hot labels", _smooth, [(integers(3, below=5), 5, 0.0)], hypotheses=wrong)


def _smooth(labels: torch.Tensor, classes: int, epsilon: float) -> torch.Tensor:
    return (1 - epsilon) * F.one_hot(labels, classes) + epsilon / classes
