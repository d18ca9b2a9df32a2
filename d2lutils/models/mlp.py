"""The multilayer perceptron: dense layers with a non-linearity between them."""

from itertools import pairwise

from torch import nn

from d2lutils.models.stack import Stack


class MLP(Stack):
    """Flatten, then dense layers of the given widths: `MLP(784, 256, 10)` has one hidden layer of 256 units.

    (B, …) with widths[0] numbers an example, to (B, widths[-1]). activation and dropout follow each hidden layer.
    `MLP(784, 10)` is the linear model of softmax regression. Raises ValueError for fewer than two widths.
    """

    def __init__(self, *widths: int, activation: type[nn.Module] = nn.ReLU, dropout: float = 0.0):
        if len(widths) < 2:
            raise ValueError(f"an MLP needs at least an input and an output width, got {widths}")
        layers: list[nn.Module] = [nn.Flatten()]
        for i, (before, after) in enumerate(pairwise(widths), start=1):
            layers.append(nn.Linear(before, after))
            if i < len(widths) - 1:
                layers.append(activation())
                if dropout:
                    layers.append(nn.Dropout(dropout))
        super().__init__(*layers)
