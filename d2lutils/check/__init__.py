"""Checks for the exercises: `d2l.check.softmax(my_softmax)` says what is right, and what is wrong first, and why.

Each takes the reader's function (or class, or rule), prints a few lines and returns a Report, true if all is right.
"""

from d2lutils.check.attention.transformer import masked_accuracy, rotary, window_mask
from d2lutils.check.linear_models.judging_a_classifier import auc_by_ranks, f_beta, prior_shift
from d2lutils.check.linear_models.linear_regression import least_squares_qr, logistic_loss, raw_units
from d2lutils.check.linear_models.softmax_regression import cross_entropy, label_smoothing, log_sum_exp, softmax
from d2lutils.check.modern_convolutional_networks.batch_norm import fold_batch_norm, group_norm, without_start
from d2lutils.check.multilayer_perceptrons.backpropagation import residual_gradients, tied_gradient
from d2lutils.check.multilayer_perceptrons.dropout import channel_dropout, expected_loss
from d2lutils.check.multilayer_perceptrons.house_prices import frequent_one_hot, leave_one_out_means
from d2lutils.check.multilayer_perceptrons.initialization import bce_with_logits, clip_gradients
from d2lutils.check.multilayer_perceptrons.model_selection import bias_variance, forward_fold, loo_errors
from d2lutils.check.multilayer_perceptrons.perceptron_and_mlp import dual_perceptron, parity_network, swish
from d2lutils.check.multilayer_perceptrons.train_save_serve import predict_in_batches, save_atomically
from d2lutils.check.multilayer_perceptrons.weight_decay import elastic_net_step, ridge, ridge_by_rows
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
from d2lutils.check.recurrent_networks.rnn import diagonal_rnn_gradient, nucleus
from d2lutils.check.report import Report

__all__ = [
    "Report",
    "auc_by_ranks",
    "bce_with_logits",
    "bias_variance",
    "channel_dropout",
    "clip_gradients",
    "cross_entropy",
    "diagonal_rnn_gradient",
    "dual_numbers",
    "dual_perceptron",
    "elastic_net_step",
    "expected_loss",
    "f_beta",
    "fold_batch_norm",
    "forward_fold",
    "frequent_one_hot",
    "gradient",
    "group_norm",
    "jvp",
    "label_smoothing",
    "layer_gradients",
    "least_squares_qr",
    "leave_one_out_means",
    "log_sum_exp",
    "logistic_loss",
    "loo_errors",
    "masked_accuracy",
    "normalize_rows",
    "nucleus",
    "numerical_derivative",
    "parity_network",
    "pinball_subgradients",
    "predict_in_batches",
    "prior_shift",
    "quadratic_gradient",
    "raw_units",
    "residual_gradients",
    "ridge",
    "ridge_by_rows",
    "rotary",
    "save_atomically",
    "softmax",
    "softplus_rule",
    "squared_distances",
    "swish",
    "tied_gradient",
    "top_k_accuracy",
    "unit_jacobian",
    "weighted_regression_gradients",
    "window_mask",
    "windows",
    "without_start",
]
