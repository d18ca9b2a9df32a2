"""Whole networks, one architecture a file, from the perceptron to the Transformer, and how they are read out."""

from d2lutils.models.convolutional import LeNet
from d2lutils.models.evaluating import evaluating
from d2lutils.models.mlp import MLP
from d2lutils.models.perceptron import check_signs, margin, perceptron
from d2lutils.models.pretrained import pretrained
from d2lutils.models.sequence import (
    AddNorm,
    DecoderCache,
    PositionWiseFFN,
    RNNModel,
    Transformer,
    TransformerDecoder,
    TransformerDecoderBlock,
    TransformerEncoder,
    TransformerEncoderBlock,
    attention_maps,
    beam_search,
    generate,
    greedy_search,
    next_token_probabilities,
)
from d2lutils.models.softmax_regression import SoftmaxRegression
from d2lutils.models.stack import Stack

__all__ = [
    "MLP", "AddNorm", "DecoderCache", "LeNet", "PositionWiseFFN", "RNNModel", "SoftmaxRegression", "Stack",
    "Transformer", "TransformerDecoder", "TransformerDecoderBlock", "TransformerEncoder", "TransformerEncoderBlock",
    "attention_maps", "beam_search", "check_signs", "evaluating", "generate", "greedy_search", "margin",
    "next_token_probabilities", "perceptron", "pretrained",
]
