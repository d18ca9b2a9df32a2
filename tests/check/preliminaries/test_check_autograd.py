"""Answers to the exercises of the chapter on automatic differentiation."""

import numpy as np
import torch
from helpers import checking
from torch.func import grad
from torch.func import jvp as forward

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def by_nudges(f, x, h=1e-5, up=1, down=1, divisor=2):
    x = x.detach().clone().contiguous()
    out = torch.zeros_like(x)
    for i in range(x.numel()):
        nudge = torch.zeros_like(x)
        nudge.view(-1)[i] = h
        out.view(-1)[i] = (f(x + up * nudge) - f(x - down * nudge)) / (divisor * h)
    return out


def by_index(f, x, h=1e-5):
    slopes = x.clone()
    for index in np.ndindex(*x.shape):
        above, below = x.clone(), x.clone()
        above[index] += h
        below[index] -= h
        slopes[index] = (f(above) - f(below)) / 2 / h
    return slopes


def by_rows_of_the_identity(f, x, h=1e-5):
    nudges = h * torch.eye(x.numel(), dtype=x.dtype).reshape(x.numel(), *x.shape)
    return torch.stack([(f(x + nudge) - f(x - nudge)) / (2 * h) for nudge in nudges]).reshape(x.shape)


def through_numbers(f, x, h=1e-5):
    flat = x.reshape(-1).tolist()
    slopes = []
    for i, value in enumerate(flat):
        at = [f(torch.tensor([*flat[:i], value + step, *flat[i + 1:]], dtype=x.dtype).reshape(x.shape)).item()
              for step in (h, -h)]  # fmt: skip
        slopes.append((at[0] - at[1]) / (2 * h))
    return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape)


def layer(X, W, b, T):
    return ((torch.tanh(X @ W + b) - T) ** 2).mean()


def layer_by_hand(X, W, b, T, two=2.0, over=torch.numel, slope=lambda y: 1 - y * y):
    y = torch.tanh(X @ W + b)
    g = two * (y - T) / over(T) * slope(y)
    return X.T @ g, g.sum(0)


def layer_in_numpy(X, W, b, T):
    X, W, b, T = (part.numpy() for part in (X, W, b, T))
    y = np.tanh(X @ W + b)
    g = 2 * (y - T) * (1 - y**2) / y.size
    return torch.from_numpy(np.einsum("nk,nm->km", X, g)), torch.from_numpy(g.sum(axis=0))


def layer_in_loops(X, W, b, T):
    gW, gb = torch.zeros_like(W), torch.zeros_like(b)
    for x, t in zip(X, T):
        y = torch.tanh(x @ W + b)
        g = 2 * (y - t) / T.numel() / torch.cosh(x @ W + b) ** 2
        gW += torch.outer(x, g)
        gb += g
    return gW, gb


def f(x):
    return (x.sin() * x).sum()


def gradient(answer):
    return check.gradient(f, answer)


gradient.__name__ = "gradient"
by_hand = [(gradient, answer) for answer in (
    lambda x: x.cos() * x + x.sin(), grad(f), lambda x: torch.autograd.functional.jacobian(f, x),
    lambda x: torch.from_numpy(np.cos(x.numpy()) * x.numpy() + np.sin(x.numpy())),
)]  # fmt: skip

RIGHT = [
    *((check.numerical_derivative, answer) for answer in (
        by_nudges, by_index, by_rows_of_the_identity, through_numbers)),
    *((check.layer_gradients, answer) for answer in (
        layer_by_hand, layer_in_numpy, layer_in_loops, lambda *given: list(grad(layer, argnums=(1, 2))(*given)))),
    (check.jvp, lambda f, x, v: forward(f, (x,), (v,))[1]),
    (check.jvp, lambda f, x, v: torch.autograd.functional.jacobian(f, x) @ v),
    (check.jvp, lambda f, x, v: (f(x + 1e-6 * v) - f(x - 1e-6 * v)) / 2e-6),
    (check.jvp, lambda f, x, v: torch.autograd.functional.jvp(f, x.clone(), v)[1]),
    *by_hand,
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def left_over(f, x, h=1e-5):
    x = x.detach().clone().contiguous()
    out = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        above = f(x)
        x.view(-1)[i] -= 2 * h
        out.view(-1)[i] = (above - f(x)) / (2 * h)
    return out


def on_the_input(f, x, h=1e-5):
    out = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        out[index] = (above - f(x)) / (2 * h)
    return out


def by_view(f, x, h=1e-5):
    return by_nudges(f, x.view(-1).view(x.shape), h)


WRONG = [
    (check.numerical_derivative, lambda f, x: by_nudges(f, x, down=0, divisor=1), "one side only"),
    (check.numerical_derivative, lambda f, x: by_nudges(f, x, divisor=1), "it is 2h, not h"),
    (check.numerical_derivative, left_over, "undo it"),
    (check.numerical_derivative, on_the_input, "in place"),
    (check.numerical_derivative, by_view, "view"),
    (check.numerical_derivative, lambda f, x, h=1e-5: torch.zeros_like(x), "every entry is 0"),
    (check.numerical_derivative, lambda f, x, h=1e-5: by_nudges(f, x), "h is not used"),
    (check.numerical_derivative, lambda f, x: by_nudges(f, x), "your function takes"),
    (check.numerical_derivative, lambda f, x, h=1e-5: by_nudges(f, x.float(), h), "expected dtype float64"),
    (check.numerical_derivative, lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h) + 0 * x,
     "all entries were nudged"),
    (check.numerical_derivative, lambda f, x, h=1e-5: by_nudges(f, x, h).reshape(-1), "an axis of size 1"),
    (check.layer_gradients, lambda X, W, b, T: [T.shape[1] * g for g in layer_by_hand(X, W, b, T)], "over the n rows"),
    (check.layer_gradients, lambda *given: layer_by_hand(*given, two=1.0), "the 2 that comes down"),
    (check.layer_gradients, lambda *given: layer_by_hand(*given, slope=lambda y: 1 - y), "the square is missing"),
    (check.layer_gradients, lambda *given: layer_by_hand(*given, slope=lambda y: 1), "the way through tanh"),
    (check.layer_gradients, lambda *given: layer_by_hand(*given, over=lambda T: 1), "divide by the number of entries"),
    (check.layer_gradients, lambda *given: layer_by_hand(*given)[0], "expected 2 results"),
    (check.layer_gradients, lambda X, W, b, T: (torch.zeros_like(W), torch.zeros_like(b)), "every entry is 0"),
    (check.layer_gradients, lambda *given: layer_by_hand(*given)[::-1], "the two results are exchanged"),
    (check.layer_gradients, lambda X, W, b, T: layer_by_hand(X.float(), W.float(), b.float(), T.float()), "float32"),
    (check.jvp, lambda f, x, v: forward(f, (x,), (torch.ones_like(x),))[1], "v is not used"),
    (check.jvp, lambda f, x, v: torch.autograd.functional.vjp(f, x, v)[1], "this is Jᵀ v"),
    (check.jvp, lambda f, x, v: f(x), "this is f(x)"),
    (check.jvp, lambda f, x, v: forward(f, (x,), (v / v.norm(),))[1], "a unit vector"),
    (check.jvp, lambda f, x, v: (f(x + 1e-3 * v) - f(x)) / 1e-3, "expected"),
    (check.jvp, lambda f, x, v: torch.autograd.functional.jacobian(f, x), "expected shape"),
    (check.jvp, lambda f, x, v: 2 * forward(f, (x,), (v,))[1], "every entry is 2 times"),
    (check.jvp, lambda f, x, v: forward(f, (x.float(),), (v.float(),))[1], "float32"),
    *((gradient, answer, words) for answer, words in (
        (lambda x: -x.cos() * x - x.sin(), "the sign is the wrong way round"), (lambda x: x.cos(), "expected"),
        (lambda x: 2 * grad(f)(x), "every entry is 2 times"), (lambda x: f(x), "expected shape"),
        (lambda x: grad(f)(x).T, "expected shape"), (lambda x: grad(f)(x.float()), "float32"),
        (lambda x: x.cos_() * x, "in place"), (lambda x: ..., "the dots are still there"))),
]  # fmt: skip

test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
FUNCTIONS = [check.numerical_derivative, check.layer_gradients, check.jvp]
test_spoiled_answers_fail = checking.spoiled_answers(
    [row for row in RIGHT if row[0] in FUNCTIONS], of_tensors=FUNCTIONS)  # fmt: skip
test_nothing_and_nonsense_are_reported = checking.nonsense([*FUNCTIONS, gradient])


def test_a_gradient_needs_a_function_that_autograd_can_differentiate():
    assert "autograd cannot differentiate f" in check.gradient(lambda x: 3, lambda x: x).text
    assert "not a float" in check.gradient(3.0, lambda x: x).text
