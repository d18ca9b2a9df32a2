"""Answers to the exercises of the chapter on automatic differentiation that write rules: dual numbers, softplus."""

import numpy as np
import torch
from helpers import checking
from torch.func import jvp as forward

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


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


class WithZeros(Dual):
    def __init__(self, value, tangent=None):
        value = torch.as_tensor(value)
        super().__init__(value, torch.zeros_like(value) if tangent is None else tangent)


class OneByOne(Dual):
    def __sub__(self, other):
        if isinstance(other, (int, float)):
            return OneByOne(self.value - other, self.tangent)
        return OneByOne(self.value - other.value, self.tangent - other.tangent)

    def __rsub__(self, number):
        return OneByOne(number - self.value, -self.tangent)

    def exp(self):
        e = torch.exp(self.value)
        return OneByOne(e, torch.mul(e, self.tangent))


class ByFunc(Dual):
    """Each operation through PyTorch's own forward mode."""

    def exp(self):
        tangent = torch.as_tensor(self.tangent, dtype=self.value.dtype).expand_as(self.value)
        return ByFunc(*forward(torch.exp, (self.value,), (tangent,)))


def softplus(a):
    return np.logaddexp(0.0, a)


def stable_slope(g, y, a):
    return (g * np.where(a > 0, 1 / (1 + np.exp(-np.abs(a))), np.exp(-np.abs(a)) / (1 + np.exp(-np.abs(a)))),)


RIGHT = [
    *((check.dual_numbers, answer) for answer in (Dual, WithZeros, OneByOne, ByFunc)),
    (check.softplus_rule, (softplus, lambda g, y, a: (g * np.exp(a - y),))),
    (check.softplus_rule, [lambda a: np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a))), stable_slope]),
    (check.softplus_rule, (lambda a: np.where(a > 30, a, np.log1p(np.exp(a))), lambda g, y, a: [g * -np.expm1(-y)])),
    (check.softplus_rule, (lambda a: np.array([softplus(v) for v in a]), lambda g, y, a: (g / (1 + np.exp(-a)),))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


class NoProduct(Dual):
    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return type(self)(self.value * other.value, torch.as_tensor(self.tangent) * torch.as_tensor(other.tangent))

    __rmul__ = __mul__


class SecondOrder(Dual):
    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        cross = self.tangent * other.tangent
        return type(self)(self.value * other.value, self.tangent * other.value + self.value * other.tangent + cross)


class Turned(Dual):
    def __rsub__(self, other):
        return self + -1 * other


class Exp(Dual):
    def exp(self):
        return type(self)(self.value.exp(), self.tangent)


class ExpTimesValue(Dual):
    def exp(self):
        return type(self)(self.value.exp(), self.value * self.tangent)


class ExpOfTangent(Dual):
    def exp(self):
        return type(self)(self.value.exp(), self.tangent.exp())


class NoNumbers(Dual):
    def __add__(self, other):
        return type(self)(self.value + other.value, self.tangent + other.tangent)


class Overwriting(Dual):
    def exp(self):
        return type(self)(self.value.exp_(), self.tangent * self.value)


class Unmarked(Dual):
    def exp(self):
        return self.value.exp()


rule = (softplus, lambda g, y, a: (g * np.exp(a - y),))

WRONG = [
    (check.dual_numbers, NoProduct, "has two terms"),
    (check.dual_numbers, SecondOrder, "of second order"),
    (check.dual_numbers, Turned, "__rsub__"),
    (check.dual_numbers, Exp, "multiply it by exp(a)"),
    (check.dual_numbers, ExpTimesValue, "by exp(a), not by a"),
    (check.dual_numbers, ExpOfTangent, "exp of the value"),
    (check.dual_numbers, NoNumbers, "it raised AttributeError"),
    (check.dual_numbers, Overwriting, "in place"),
    (check.dual_numbers, Unmarked, "a new Dual"),
    (check.dual_numbers, Dual(0.0), "pass the function itself"),
    (check.softplus_rule, (lambda a: np.log(1 + np.exp(a)), rule[1]), "np.logaddexp"),
    (check.softplus_rule, (lambda a: np.where(a > 8, a, np.log1p(np.exp(a))), rule[1]), "few digits"),
    (check.softplus_rule, (softplus, lambda g, y, a: (g,)), "g went through unchanged"),
    (check.softplus_rule, (softplus, lambda g, y, a: g * np.exp(a - y)), "with its comma"),
    (check.softplus_rule, (softplus, lambda g, y, a: (g * np.exp(a) / (1 + np.exp(a)),)), "inf - inf"),
    (check.softplus_rule, (softplus, lambda g, y, a: (np.exp(a - y),)), "multiply it by g"),
    (check.softplus_rule, (softplus, lambda g, y, a: (g * np.exp(y - a),)), "expected"),
    (check.softplus_rule, (lambda a: np.exp(a), rule[1]), "expected"),
    (check.softplus_rule, (lambda a: torch.as_tensor(softplus(a)), rule[1]), "expected a NumPy array"),
    (check.softplus_rule, 3, "the rule is a pair"),
    (check.softplus_rule, softplus, "the rule is a pair"),
]  # fmt: skip

test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense([check.dual_numbers, check.softplus_rule])
