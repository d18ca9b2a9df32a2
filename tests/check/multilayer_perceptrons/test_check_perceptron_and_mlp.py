"""The checks for the chapter on multilayer perceptrons name the mistakes that are made."""

import torch

from d2lutils.check import mlp as check


def dual(K, y, epochs, zero=True, sign=True):
    counts = torch.zeros_like(y)
    for _ in range(epochs):
        for i in range(len(y)):
            score = (K[i] * counts * (y if sign else 1)).sum()
            if y[i] * score < 0 or (zero and score == 0):
                counts[i] += 1
    return counts


def test_dual_perceptron():
    assert check.dual_perceptron(dual)
    assert "never begins" in check.dual_perceptron(lambda *a: dual(*a, zero=False)).cause
    assert "signs" in check.dual_perceptron(lambda *a: dual(*a, sign=False)).cause
    assert "one pass" in check.dual_perceptron(lambda K, y, e: dual(K, y, 1)).cause
    assert not check.dual_perceptron(lambda K, y, e: torch.zeros_like(y))


def swish(x, beta):
    s = torch.sigmoid(beta * x)
    return x * s, s * (1 + beta * x * (1 - s))


def test_swish():
    assert check.swish(swish)
    assert "two terms" in check.swish(lambda x, b: (swish(x, b)[0], torch.sigmoid(b * x))).cause
    assert "beta is missing" in check.swish(lambda x, b: swish(x, 1.0)).cause
    assert "overflows" in check.swish(
        lambda x, b: (swish(x, b)[0], (1 + (1 + b * x) * torch.exp(-b * x)) / (1 + torch.exp(-b * x)) ** 2)
    ).cause
    assert not check.swish(lambda x, b: swish(x, b)[0])


def parity(n, kinks=None):
    W2 = 2.0 * (-1.0) ** torch.arange(n)
    W2[0] = 1
    return torch.ones(n, n), -torch.arange(n).float(), W2 if kinks is None else W2 * (torch.arange(n) < kinks), 0.0


def test_parity_network():
    assert check.parity_network(parity)
    assert "counts the ones" in check.parity_network(lambda n: parity(n, kinks=1)).cause
    assert "never up again" in check.parity_network(lambda n: parity(n, kinks=2)).cause
    assert "shapes" in check.parity_network(lambda n: (torch.ones(n), *parity(n)[1:])).wrong
    assert "four" in check.parity_network(lambda n: parity(n)[:3]).wrong
    assert not check.parity_network(lambda n: ...)
