"""Checks for the chapter on automatic differentiation."""

import numpy as np
import torch

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check
from d2lutils.check.report import Wrong


def _slope(f, x: torch.Tensor, *_) -> torch.Tensor:
    """The exact gradient of the number f(x), by autograd."""
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(x), x)[0]


@check("numerical_derivative")
def numerical_derivative(ask: Examiner) -> None:
    """numerical_derivative(f, x): the slopes of the number f(x) along each entry of x, in its shape, by nudges."""
    ask.is_callable()

    def differences(f, x, above, below, divisor):
        x, out = x.clone(), torch.zeros_like(x)
        for index in np.ndindex(*x.shape):
            nudge = torch.zeros_like(x)
            nudge[index] = 1e-5
            out[index] = (f(x + above * nudge) - f(x + below * nudge)) / (divisor * 1e-5)
        return out

    def left_over(f, x):
        x, out = x.clone(), torch.zeros_like(x)
        for index in np.ndindex(*x.shape):  # up by h, down by 2h, and never back
            x[index] += 1e-5
            above = f(x)
            x[index] -= 2e-5
            out[index] = (above - f(x)) / 2e-5
        return out

    wrong = {
        "the nudge goes to one side only: half of the error of a step up is its curve; take (f(x + h) - f(x - h)) / 2h":
            lambda f, x: differences(f, x, 1, 0, 1),
        "the nudge goes down only: take (f(x + h) - f(x - h)) / 2h": lambda f, x: differences(f, x, 0, -1, 1),
        "from x - h to x + h it is 2h, not h": lambda f, x: differences(f, x, 1, -1, 1),
        "the nudge goes up by h, not to both sides, so it is h below the line, not 2h":
            lambda f, x: differences(f, x, 1, 0, 2),
        "the nudge of one entry was still there at the next: undo it": left_over,
        "the difference is not divided by the nudge": lambda f, x: differences(f, x, 1, -1, 1e5),
        "all entries were nudged at once: nudge one at a time":
            lambda f, x: _slope(f, x).sum().expand_as(x).contiguous(),
    }  # fmt: skip
    functions = [lambda x: (x**3).sum() + x.sum() ** 2, lambda x: (x.sin() * x.exp()).sum(), lambda x: x.tanh().prod()]
    numbers = [(f, normal(seed=3)) for f in functions]
    ask.agrees("functions of a number", _slope, numbers, hypotheses=wrong, tolerance=1e-8)
    tensors = [(f, normal(*shape)) for f in functions for shape in [(4,), (2, 3), (2, 1, 3)]]
    ask.agrees("functions of tensors", _slope, tensors, sides=". n", hypotheses=wrong, tolerance=1e-8)
    turned = [(functions[0], normal(3, 2).T), (lambda x: (x[0] * x[-1]).sum(), normal(3, 4)[:, ::2])]
    ask.agrees("tensors that are views", _slope, turned, tolerance=1e-8)

    def with_h(f, x, h):
        return differences(f, x, h / 1e-5, -h / 1e-5, 2 * h / 1e-5)

    ignored = {"h is not used: this is the slope for the usual nudge": _slope}
    ask.agrees("another h", with_h, [(functions[0], normal(3), 0.1), (functions[1], normal(2, 2), 0.5)],
               hypotheses=ignored, tolerance=1e-8)  # fmt: skip


@check("dual_numbers")
def dual_numbers(ask: Examiner) -> None:
    """Dual(value, tangent=0.0): the operations +, -, * (numbers on either side) and .exp() carry the tangent along."""
    ask.is_callable("the class Dual")

    def carried(operation):
        def function(a, da, b, db):
            result = operation(ask.student(a, da), ask.student(b, db))
            if not hasattr(result, "value") or not hasattr(result, "tangent"):
                raise Wrong(f"{title}: the result is {type(result).__name__}, not a Dual with a value and a tangent",
                            "every operation returns a new Dual")  # fmt: skip
            return result.value, torch.as_tensor(result.tangent, dtype=torch.float64).expand_as(a)

        return function

    def exact(operation):
        def function(a, da, b, db):
            return torch.autograd.functional.jvp(operation, (a, b), (da, db))

        return function

    product = {
        "a product's tangent has two terms, a' b + a b'": lambda a, da, b, db: (a * b, da * db),
        "one of the two terms of the product's tangent, a' b + a b', is missing": lambda a, da, b, db: (a * b, da * b),
        "the term a' b of the product's tangent is missing": lambda a, da, b, db: (a * b, a * db),
        "the two terms of the product's tangent are added": lambda a, da, b, db: (a * b, da * b - a * db),
        "a' b' is too much: it is of second order, as small as h²":
            lambda a, da, b, db: (a * b, da * b + a * db + da * db),
        "the first operand came back unchanged": lambda a, da, b, db: (a, da),
    }  # fmt: skip
    unchanged = {"the first operand came back unchanged": lambda a, da, b, db: (a, da)}
    reversed_ = {"2 - a is not a - 2: __rsub__ gets its operands the other way round": lambda a, da, b, db: (a - 2, da),
                 "the tangent of 2 - a is minus that of a": lambda a, da, b, db: (2 - a, da)}  # fmt: skip
    slope = {"the tangent of exp(a) is exp(a) times the tangent of a": lambda a, da, b, db: (a.exp(), a.exp()),
             "the tangent of a is multiplied by exp(a), not by a": lambda a, da, b, db: (a.exp(), a * da),
             "exp was taken of the tangent: its factor is exp of the value": lambda a, da, b, db: (a.exp(), da.exp()),
             "exp leaves the tangent as it was: multiply it by exp(a)": lambda a, da, b, db: (a.exp(), da)}  # fmt: skip
    questions = [
        ("a + b", lambda a, b: a + b, unchanged),
        ("a * b", lambda a, b: a * b, product),
        ("a + 2 and 2 + a", lambda a, b: (a + 2) + (2 + a), {}),
        ("3 * a and a * 3", lambda a, b: 3 * a + a * 3, {}),
        ("a - b", lambda a, b: a - b,
         unchanged | {"the tangents are subtracted like the values": lambda a, da, b, db: (a - b, da + db)}),
        ("a - 2", lambda a, b: a - 2, unchanged),
        ("2 - a", lambda a, b: 2 - a, unchanged | reversed_),
        ("exp(a)", lambda a, b: a.exp(), unchanged | slope),
        ("a longer program", lambda a, b: (1 - a * b).exp() * (a - 2 * b) + a * a, {}),
    ]  # fmt: skip
    point = (normal(4, seed=1), normal(4, seed=2), normal(4, seed=3), normal(4, seed=4))
    for title, operation, wrong in questions:
        ask.agrees(title, exact(operation), [point], sides="n n n n", function=carried(operation),
                   parts=["value", "tangent"], hypotheses=wrong)  # fmt: skip


@check("jvp")
def jvp(ask: Examiner) -> None:
    """jvp(f, x, v): the derivative of f at x along v, a tensor of f(x)'s shape."""
    ask.is_callable()

    def exact(f, x, v):
        return torch.autograd.functional.jvp(f, x, v)[1]

    functions = [lambda x: x.sin() * x, lambda x: (x**2).cumsum(0), lambda x: torch.stack([x.prod(), x.exp().sum()])]
    wrong = {
        "this is Jᵀ v, reverse mode; along v it is J v":
            lambda f, x, v: torch.autograd.functional.vjp(f, x, v)[1],
        "v is not used: this is the derivative along (1, …, 1)": lambda f, x, v: exact(f, x, torch.ones_like(x)),
        "v was made a unit vector: the derivative grows with v": lambda f, x, v: exact(f, x, v / v.norm()),
        "this is f(x), not its derivative": lambda f, x, v: f(x),
    }  # fmt: skip
    cases = [(f, normal(n, seed=n), normal(n, seed=n + 9)) for f in functions for n in (3, 5)]
    ask.agrees("derivatives along random directions", exact, cases, sides=". n n", hypotheses=wrong, tolerance=1e-8)
    zero = [(functions[0], normal(4), torch.zeros(4, dtype=torch.float64))]
    ask.agrees("along no direction it is zero", exact, zero, tolerance=1e-8)


@check("layer_gradients")
def layer_gradients(ask: Examiner) -> None:
    """layer_gradients(X, W, b, T): the gradients of mean((tanh(X W + b) - T)²) with respect to W (k, m) and b (m,)."""
    ask.is_callable()

    def exact(X, W, b, T):
        W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
        return torch.autograd.grad(((torch.tanh(X @ W + b) - T) ** 2).mean(), (W, b))

    def by_hand(two=True, mean=None, tanh=True, sum_b=True):
        def function(X, W, b, T):
            y = torch.tanh(X @ W + b)
            g = (2 if two else 1) * (y - T) / (T.numel() if mean is None else mean(T))
            g = g * (1 - y * y) if tanh else g
            return X.T @ g, g.sum(0) if sum_b else g

        return function

    wrong = {
        "the mean is over all n m entries, not over the n rows": by_hand(mean=len),
        "the 2 that comes down from the square is missing": by_hand(two=False),
        "the way through tanh is missing: times 1 - y²": by_hand(tanh=False),
        "the loss is a mean: divide by the number of entries": by_hand(mean=lambda T: 1),
        "the mean is over all n m entries, not over the m columns": by_hand(mean=lambda T: T.shape[1]),
        "b was copied to n rows, so its gradient is the sum over them": by_hand(sum_b=False),
        "the slope of tanh is 1 - y²: the square is missing":
            lambda X, W, b, T: _through(X, W, b, T, lambda y: 1 - y),
        "the slope of tanh is 1 - y², with y = tanh(u) already at hand":
            lambda X, W, b, T: _through(X, W, b, T, lambda y: 1 - torch.tanh(y) ** 2),
        "b was copied to n rows: sum over them, do not take the mean":
            lambda X, W, b, T: (exact(X, W, b, T)[0], exact(X, W, b, T)[1] / len(X)),
    }  # fmt: skip
    sizes = [(4, 3, 2), (2, 5, 3), (6, 1, 4), (3, 3, 3)]
    cases = [(normal(n, k), normal(k, m, seed=1), normal(m, seed=2), normal(n, m, seed=3)) for n, k, m in sizes]
    asked = {"hypotheses": wrong, "parts": ["with respect to W", "with respect to b"]}
    ask.agrees("gradients of W and b", exact, cases, sides="nk km m nm", **asked)
    ask.keeps_float32(exact, cases[0], **asked)


def _through(X, W, b, T, slope):
    y = torch.tanh(X @ W + b)
    g = 2 * (y - T) / T.numel() * slope(y)
    return X.T @ g, g.sum(0)


@check("softplus_rule")
def softplus_rule(ask: Examiner) -> None:
    """A pair of functions on NumPy arrays: softplus(a) = log(1 + eᵃ), and its vector-Jacobian product (g, y, a)."""
    rule = ask.student
    if not isinstance(rule, (tuple, list)) or len(rule) != 2 or not all(map(callable, rule)):
        raise Wrong("the rule is a pair: (the function of a, its vector-Jacobian product of g, y and a)")

    def vjp(g, y, a):
        result = rule[1](g, y, a)
        if isinstance(result, np.ndarray):
            raise Wrong("the product returns a tuple, one gradient for each input: (g * …,) with its comma")
        return result

    def slope(a):
        return np.exp(-np.logaddexp(0.0, -a))

    def exact(g, y, a):
        return (g * slope(a),)

    a, g = normal(7).numpy(), normal(7, seed=1).numpy()
    wrong = {
        "g went through unchanged: multiply it by the slope 1 / (1 + e^-a)": lambda g, y, a: (g,),
        "the slope alone: multiply it by g": lambda g, y, a: (slope(a),),
        "this is the slope at -a: mind the sign in the exponent": lambda g, y, a: (g * slope(-a),),
        "e^a is the slope of e^a; divide by 1 + e^a": lambda g, y, a: (g * np.exp(a),),
        "this is the slope's own slope": lambda g, y, a: (g * slope(a) * (1 - slope(a)),),
    }
    for_f = {"log(e^a) is a: the 1 is missing": lambda a: a, "the logarithm is missing": lambda a: 1 + np.exp(a)}
    with np.errstate(all="ignore"):
        ask.agrees("softplus", lambda a: np.logaddexp(0.0, a), [(a,)], sides="n", function=rule[0], hypotheses=for_f)
        case = (g, np.logaddexp(0.0, a), a)
        ask.agrees("its product", exact, [case], sides="n n n", function=vjp, parts=["the gradient"], hypotheses=wrong)
        large = np.concatenate([[-1000.0], np.arange(-40.0, 40.0, 2.5), [1000.0]])
        overflow = {"e^1000 is inf: log(e^0 + e^a) is np.logaddexp(0, a), which takes the larger one out first":
                    lambda a: np.log(1 + np.exp(a))}  # fmt: skip
        ask.agrees("softplus of large inputs", lambda a: np.logaddexp(0.0, a), [(large,)], function=rule[0],
                   hypotheses=overflow)  # fmt: skip
        cases = [(np.ones(large.shape), np.logaddexp(0.0, large), large)]
        ask.agrees("its product for large inputs", exact, cases, function=vjp, parts=["the gradient"])


def gradient(f, grad_f):
    """Check a gradient by hand: `grad_f(x)` against autograd through the number `f(x)`, for functions of your own.

    Both are called with random float64 x of the shapes (4,), (2, 3) and (1, 3). Returns a Report.
    """

    @check("gradient")
    def run(ask: Examiner) -> None:
        ask.is_callable()
        if not callable(f):
            raise Wrong(f"the first argument is the function itself, not a {type(f).__name__}")

        def exact(x):
            try:
                return _slope(f, x)
            except Exception as error:
                raise Wrong(f"autograd cannot differentiate f: {type(error).__name__}: {error}") from None

        cases = [(normal(*shape),) for shape in [(4,), (2, 3), (1, 3)]]
        ask.agrees("the gradient at random points", exact, cases, tolerance=1e-8)

    return run(grad_f)
