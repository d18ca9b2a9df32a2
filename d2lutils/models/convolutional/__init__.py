"""Convolutional networks, one architecture a file."""

from d2lutils.models.convolutional.alexnet import AlexNet
from d2lutils.models.convolutional.densenet import DenseBlock, DenseNet
from d2lutils.models.convolutional.googlenet import GoogLeNet, Inception
from d2lutils.models.convolutional.lenet import LeNet
from d2lutils.models.convolutional.nin import NiN, nin_block
from d2lutils.models.convolutional.resnet import Bottleneck, Residual, ResNet, resnet18
from d2lutils.models.convolutional.vgg import VGG, vgg_block

__all__ = [
    "VGG", "AlexNet", "Bottleneck", "DenseBlock", "DenseNet", "GoogLeNet", "Inception", "LeNet", "NiN", "ResNet",
    "Residual", "nin_block", "resnet18", "vgg_block",
]
