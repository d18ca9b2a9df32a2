"""Checks for the chapter on the perceptron and the multilayer perceptron."""

import torch

from d2lutils.check.draws import normal, numbers
from d2lutils.check.examiner import Examiner, check
from d2lutils.check.report import Wrong


def _corners(bits: int) -> torch.Tensor:
    """All rows of `bits` zeros and ones, (2**bits, bits) float64."""
    return torch.tensor([[number >> i & 1 for i in range(bits)] for number in range(2**bits)], dtype=torch.float64)


def _dual(K, y, epochs, undecided=True, signs=True, at_once=True):
    counts = torch.zeros_like(y)
    for _ in range(epochs):
        made = torch.zeros_like(y)
        for i in range(len(y)):
            score = K[i] @ (counts * y if signs else counts)
            if y[i] * score < 0 or (undecided and score == 0):
                (counts if at_once else made)[i] += 1
        counts = counts + made
    return counts


@check("dual_perceptron")
def dual_perceptron(ask: Examiner) -> None:
    """dual_perceptron(K, y, epochs): how often the rule was wrong at each example, (n,), from K[i, j] = x_i · x_j
    alone. y (n,) holds −1 and +1; exactly `epochs` passes in the order of the examples; a score of 0 is a mistake."""
    ask.is_callable()

    def total(K, y, epochs):
        return _dual(K, y, epochs).cumsum(0)

    wrong = {
        "nothing was ever counted: a score of exactly 0 is a mistake too (<=), or the rule never begins":
            lambda K, y, e: _dual(K, y, e, undecided=False),
        "the signs are missing in the score: example j entered the weights as y_j x_j":
            lambda K, y, e: _dual(K, y, e, signs=False),
        "the counts change at the end of a pass; the rule corrects after each mistake":
            lambda K, y, e: _dual(K, y, e, at_once=False),
        "this is one pass only": lambda K, y, e: _dual(K, y, 1),
        "these are the counts times the signs: a count is not negative": lambda K, y, e: _dual(K, y, e) * y,
        "this is a running sum of the counts: one count for each example": total,
    }  # fmt: skip
    cases = []
    for n, d, epochs in ((6, 2, 1), (9, 3, 4), (12, 2, 7)):
        X = normal(n, d, seed=n)
        y = torch.where(normal(n, seed=n + 1) > 0, 1.0, -1.0).double()
        cases.append((X @ X.T, y, epochs))
    ask.agrees("random examples", _dual, cases, sides="nn n .", hypotheses=wrong, numbers=True)
    X = torch.cat([torch.ones(4, 1).double(), _corners(2)], dim=1)
    y = torch.tensor([-1.0, 1, 1, -1]).double()
    ask.agrees("the exclusive or: four mistakes a pass", _dual, [(X @ X.T, y, 3)], hypotheses=wrong,
               numbers=True)  # fmt: skip
    ask.agrees("the exclusive or with squared products: it ends", _dual, [((X @ X.T) ** 2, y, 50)], hypotheses=wrong,
               numbers=True)  # fmt: skip


def _swish(x, beta):
    s = torch.sigmoid(beta * x)
    return x * s, s + beta * x * s * (1 - s)


@check("swish")
def swish(ask: Examiner) -> None:
    """swish(x, beta): x · sigmoid(beta x) and its derivative along x, both in the shape of x."""
    ask.is_callable()

    def slope(of):
        return lambda x, beta: (_swish(x, beta)[0], of(torch.sigmoid(beta * x), x, beta))

    wrong = {
        "the product rule has two terms: x changes, and the sigmoid changes with it": slope(lambda s, x, b: s),
        "this is the slope of the second factor alone: the first factor changes too":
            slope(lambda s, x, b: b * x * s * (1 - s)),
        "the sigmoid's slope is not multiplied by x": slope(lambda s, x, b: s + b * s * (1 - s)),
        "the chain rule's beta is missing: sigmoid(beta x) changes beta times as fast":
            slope(lambda s, x, b: s + x * s * (1 - s)),
        "beta is missing in the sigmoid": lambda x, beta: _swish(x, 1.0),
        "exp overflows: use torch.sigmoid, or an exponent that is never positive":
            lambda x, b: (x / (1 + torch.exp(-b * x)),
                          1 / (1 + torch.exp(-b * x)) + b * x * torch.exp(-b * x) / (1 + torch.exp(-b * x)) ** 2),
    }  # fmt: skip
    parts = ["the value", "the derivative"]
    cases = [(3 * normal(4, 3), 1.0), (normal(5, seed=1), 2.5), (normal(2, 1, 3, seed=2), 0.0), (normal(4), -0.7)]
    ask.agrees("random numbers", _swish, cases, sides="nm .", hypotheses=wrong, parts=parts)
    far = torch.cat([torch.linspace(-50, 50, 41, dtype=torch.float64), numbers(-1000.0, 1000.0)])
    ask.agrees("numbers far from 0", _swish, [(far, 1.0), (far, -2.0)], hypotheses=wrong, parts=parts)
    ask.keeps_float32(_swish, (normal(4), 1.5), hypotheses=wrong, parts=parts)


@check("parity_network")
def parity_network(ask: Examiner) -> None:
    """parity_network(n): W1 (n, units), b1 (units,), W2 (units,), b2 () so that relu(X W1 + b1) W2 + b2 is 1 for rows
    of X with an odd number of ones among n bits, else 0."""
    ask.is_callable("a function of the number of bits")

    def run(n):
        parts = ask.student(n)
        if parts is None or parts is ...:
            return parts
        if not isinstance(parts, (tuple, list)) or len(parts) != 4:
            raise Wrong("expected four results: W1, b1, W2, b2")
        W1, b1, W2, b2 = (torch.as_tensor(part) for part in parts)
        if W1.ndim != 2 or len(W1) != n or b1.shape != W1.shape[1:] or W2.shape != b1.shape or b2.numel() != 1:
            shapes = ", ".join(str(tuple(part.shape)) for part in (W1, b1, W2, b2))
            raise Wrong(f"for {n} bits the shapes must be ({n}, units), (units,), (units,) and (), got {shapes}")
        if W2.numel() > 10_000:
            raise Wrong(f"for {n} bits it has {W2.numel()} hidden units: n of them are enough")
        W1, b1, W2, b2 = (part.double() for part in (W1, b1, W2, b2))
        return (_corners(n) @ W1 + b1).relu() @ W2 + b2.reshape(())

    def ones(n):
        return _corners(n).sum(1)

    wrong = {
        "this is 1 when any bit is set: it must go down again for the second": lambda n: ones(n).clamp(max=1),
        "this counts the ones": ones,
        "it goes down after the first bit and never up again: each further bit needs a kink of its own":
            lambda n: ones(n) - 2 * (ones(n) - 1).relu(),
        "it stays down after the second bit: each further bit needs a kink of its own":
            lambda n: ones(n) - 2 * (ones(n) - 1).relu() + (ones(n) - 2).relu(),
        "odd and even are swapped": lambda n: 1 - ones(n) % 2,
    }  # fmt: skip
    for n, title in ((1, "one bit"), (2, "two bits: the light on the stairs"), (3, "three bits"), (6, "six bits")):
        ask.agrees(title, lambda n: ones(n) % 2, [(n,)], function=run, hypotheses=wrong)
