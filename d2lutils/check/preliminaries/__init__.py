"""Checks of the preliminaries: rows, windows and distances of tensors, derivatives by hand and by machine."""

from d2lutils.check.preliminaries.autograd import (
    dual_numbers,
    gradient,
    jvp,
    layer_gradients,
    numerical_derivative,
    softplus_rule,
)
from d2lutils.check.preliminaries.calculus import (
    pinball_subgradients,
    quadratic_gradient,
    unit_jacobian,
    weighted_regression_gradients,
)
from d2lutils.check.preliminaries.tensors import normalize_rows, squared_distances, top_k_accuracy, windows

__all__ = [
    "dual_numbers", "gradient", "jvp", "layer_gradients", "normalize_rows", "numerical_derivative",
    "pinball_subgradients", "quadratic_gradient", "softplus_rule", "squared_distances", "top_k_accuracy",
    "unit_jacobian", "weighted_regression_gradients", "windows",
]  # fmt: skip
