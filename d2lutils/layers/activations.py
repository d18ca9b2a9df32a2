"""The functions that stand between two layers, each with its derivative, as chapter 3.1 derives them.

Every function works entry by entry on a tensor of any shape and keeps its dtype. The derivatives are written out by
hand; autograd and torch.nn.functional are the oracles of the tests. No branch overflows, so no gradient is nan.
(GELU at an infinity is: there it is ∞ · 0, in PyTorch too.)
"""

import math

import torch

from d2lutils.foundations import in_float32
from d2lutils.layers.softmax import softmax


@in_float32
def sigmoid(x):
    """1 / (1 + e^−x), between 0 and 1."""
    e = torch.exp(-torch.where(x >= 0, x, -x))
    return torch.where(x >= 0, 1.0, e) / (1 + e)


@in_float32
def sigmoid_derivative(x):
    """σ(x) (1 − σ(x)), where 1 − σ(x) = σ(−x): at most 1/4, at 0."""
    return sigmoid(x) * sigmoid(-x)


@in_float32
def tanh(x):
    """(e^x − e^−x) / (e^x + e^−x) = 2 σ(2x) − 1, between −1 and 1."""
    e = torch.expm1(-2 * torch.where(x >= 0, x, -x))
    return torch.where(x >= 0, -e, e) / (2 + e)


@in_float32
def tanh_derivative(x):
    """1 − tanh² x: at most 1, at 0."""
    return 1 - tanh(x) ** 2


def relu(x):
    """x where it is positive, else 0."""
    return torch.where(x <= 0, 0.0, x)


def relu_derivative(x):
    """1 where x is positive, else 0; at the corner, 0, as in PyTorch."""
    return torch.where(x <= 0, 0.0, torch.ones_like(x))


def leaky_relu(x, slope=0.01):
    """x where it is positive, else slope · x (Maas, Hannun and Ng, 2013)."""
    return torch.where(x > 0, x, slope * x)


def leaky_relu_derivative(x, slope=0.01):
    """1 where x is positive, else slope."""
    return torch.where(x > 0, torch.ones_like(x), slope)


@in_float32
def elu(x, alpha=1.0):
    """x where it is positive, else α (e^x − 1) (Clevert, Unterthiner and Hochreiter, 2016)."""
    below = torch.where(x > 0, 0.0, x)
    return torch.where(x > 0, x, alpha * torch.expm1(below))


@in_float32
def elu_derivative(x, alpha=1.0):
    """1 where x is positive, else α e^x."""
    return torch.where(x > 0, 1.0, alpha * torch.exp(x.clamp(max=0)))


@in_float32
def gelu(x):
    """x Φ(x), where Φ(x) is the probability that a standard normal number is below x (Hendrycks and Gimpel, 2016)."""
    return x * torch.erfc(-x / math.sqrt(2)) / 2


@in_float32
def gelu_derivative(x):
    """Φ(x) + x φ(x), with φ = Φ' the bell curve."""
    bell = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return torch.erfc(-x / math.sqrt(2)) / 2 + x * bell


@in_float32
def softmax_jacobian(x):
    """∂p_i / ∂x_j = p_i (1[i = j] − p_j) for p = softmax(x): (…, C) to (…, C, C)."""
    p = softmax(x)
    return torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)


ACTIVATIONS = {
    "sigmoid": (sigmoid, sigmoid_derivative),
    "tanh": (tanh, tanh_derivative),
    "ReLU": (relu, relu_derivative),
    "leaky ReLU": (leaky_relu, leaky_relu_derivative),
    "ELU": (elu, elu_derivative),
    "GELU": (gelu, gelu_derivative),
}  # name: (function, derivative)
