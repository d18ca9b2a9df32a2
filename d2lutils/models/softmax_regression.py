"""Softmax regression: one layer of scores."""

import torch
from torch import nn


class SoftmaxRegression(nn.Module):
    """A linear model of each class's score: pictures (B, …) with `inputs` numbers each, to scores (B, classes).

    Weights start normal with standard deviation 0.01, biases at zero.
    """

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.W = nn.Parameter(0.01 * torch.randn(inputs, classes))
        self.b = nn.Parameter(torch.zeros(classes))

    def forward(self, x):
        return x.flatten(start_dim=1) @ self.W + self.b  # (B, inputs) -> (B, classes)
