"""Checks of multilayer perceptrons: gradients, regularisation, initialisation; choosing, saving and serving a model."""

from d2lutils.check.multilayer_perceptrons.backpropagation import residual_gradients, tied_gradient
from d2lutils.check.multilayer_perceptrons.dropout import channel_dropout, expected_loss
from d2lutils.check.multilayer_perceptrons.house_prices import frequent_one_hot, leave_one_out_means
from d2lutils.check.multilayer_perceptrons.initialization import bce_with_logits, clip_gradients
from d2lutils.check.multilayer_perceptrons.model_selection import bias_variance, forward_fold, loo_errors
from d2lutils.check.multilayer_perceptrons.perceptron_and_mlp import dual_perceptron, parity_network, swish
from d2lutils.check.multilayer_perceptrons.train_save_serve import predict_in_batches, save_atomically
from d2lutils.check.multilayer_perceptrons.weight_decay import elastic_net_step, ridge, ridge_by_rows

__all__ = [
    "bce_with_logits", "bias_variance", "channel_dropout", "clip_gradients", "dual_perceptron", "elastic_net_step",
    "expected_loss", "forward_fold", "frequent_one_hot", "leave_one_out_means", "loo_errors", "parity_network",
    "predict_in_batches", "residual_gradients", "ridge", "ridge_by_rows", "save_atomically", "swish", "tied_gradient",
]  # fmt: skip
