"""Whole networks, one architecture a file, from the perceptron to the Transformer, and how they are read out."""

from d2lutils.models.convolutional import (
    VGG,
    AlexNet,
    Bottleneck,
    DenseBlock,
    DenseNet,
    GoogLeNet,
    Inception,
    LeNet,
    NiN,
    Residual,
    ResNet,
    nin_block,
    resnet18,
    vgg_block,
)
from d2lutils.models.mlp import MLP
from d2lutils.models.modes import Modes, evaluating
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
from d2lutils.models.sizes import layer_table
from d2lutils.models.softmax_regression import SoftmaxRegression
from d2lutils.models.stack import Stack

__all__ = [
    "MLP", "VGG", "AddNorm", "AlexNet", "Bottleneck", "DecoderCache", "DenseBlock", "DenseNet", "GoogLeNet",
    "Inception", "LeNet", "Modes", "NiN", "PositionWiseFFN", "RNNModel", "ResNet", "Residual", "SoftmaxRegression",
    "Stack", "Transformer", "TransformerDecoder", "TransformerDecoderBlock", "TransformerEncoder",
    "TransformerEncoderBlock", "attention_maps", "beam_search", "check_signs", "evaluating", "generate",
    "greedy_search", "layer_table", "margin", "next_token_probabilities", "nin_block", "perceptron", "pretrained",
    "resnet18", "vgg_block",
]
