"""Checks of linear models: least squares, the losses of softmax regression, how a classifier is judged."""

from d2lutils.check.linear_models.judging_a_classifier import auc_by_ranks, f_beta, prior_shift
from d2lutils.check.linear_models.linear_regression import least_squares_qr, logistic_loss, raw_units
from d2lutils.check.linear_models.softmax_regression import cross_entropy, label_smoothing, log_sum_exp, softmax

__all__ = [
    "auc_by_ranks", "cross_entropy", "f_beta", "label_smoothing", "least_squares_qr", "log_sum_exp", "logistic_loss",
    "prior_shift", "raw_units", "softmax",
]  # fmt: skip
