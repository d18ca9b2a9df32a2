"""Convolutional networks, one architecture a file."""

from d2lutils.models.convolutional.lenet import LeNet

__all__ = [
    "LeNet",
]
