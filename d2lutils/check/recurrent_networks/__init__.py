"""Checks of recurrent networks: gradients through time, and sampling from a nucleus of tokens."""

from d2lutils.check.recurrent_networks.rnn import diagonal_rnn_gradient, nucleus

__all__ = ["diagonal_rnn_gradient", "nucleus"]
