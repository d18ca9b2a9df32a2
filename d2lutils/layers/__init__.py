"""Layers and losses from scratch, each equal to PyTorch's in values and gradients."""

from d2lutils.layers.activations import (
    ACTIVATIONS,
    elu,
    elu_derivative,
    gelu,
    gelu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    softmax_jacobian,
    tanh,
    tanh_derivative,
)
from d2lutils.layers.attention import (
    AdditiveAttention,
    DotProductAttention,
    MultiHeadAttention,
    PositionalEncoding,
    causal_mask,
    fitted_mask,
    masked_softmax,
    padding_mask,
)
from d2lutils.layers.batch_norm import BatchNorm, batch_norm_backward, batch_statistics, check_input, per_channel
from d2lutils.layers.channels import (
    check_channels,
    check_groups,
    conv2d,
    corr2d_multi_in,
    corr2d_multi_in_out,
    output_size,
)
from d2lutils.layers.convolution import check_kernel, convolution_matrix, corr2d, receptive_field
from d2lutils.layers.dropout import Dropout, dropout
from d2lutils.layers.initialization import (
    chosen_fan,
    fans,
    kaiming_normal_,
    kaiming_uniform_,
    xavier_normal_,
    xavier_uniform_,
)
from d2lutils.layers.losses import absolute_loss, huber_loss, residuals, squared_loss
from d2lutils.layers.rnn import RNN, check_rnn_shapes, recur
from d2lutils.layers.softmax import cross_entropy, log_sum_exp, softmax

__all__ = [
    "ACTIVATIONS", "RNN", "AdditiveAttention", "BatchNorm", "DotProductAttention", "Dropout", "MultiHeadAttention",
    "PositionalEncoding", "absolute_loss", "batch_norm_backward", "batch_statistics", "causal_mask", "check_channels",
    "check_groups", "check_input", "check_kernel", "check_rnn_shapes", "chosen_fan", "conv2d", "convolution_matrix",
    "corr2d", "corr2d_multi_in", "corr2d_multi_in_out", "cross_entropy", "dropout", "elu", "elu_derivative", "fans",
    "fitted_mask", "gelu", "gelu_derivative", "huber_loss", "kaiming_normal_", "kaiming_uniform_", "leaky_relu",
    "leaky_relu_derivative", "log_sum_exp", "masked_softmax", "output_size", "padding_mask", "per_channel",
    "receptive_field", "recur", "relu", "relu_derivative", "residuals", "sigmoid", "sigmoid_derivative", "softmax",
    "softmax_jacobian", "squared_loss", "tanh", "tanh_derivative", "xavier_normal_", "xavier_uniform_",
]
