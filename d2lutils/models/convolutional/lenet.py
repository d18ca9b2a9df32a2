"""LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998, doi:10.1109/5.726791, figure 2)."""

from collections.abc import Callable

from torch import nn

from d2lutils.models.stack import Stack


class LeNet(Stack):
    """Two convolutions and three dense layers: (B, 1, 28, 28) to scores (B, classes).

    activation: a class; the paper's is tanh. pool: nn.AvgPool2d, close to the paper's subsampling, or nn.MaxPool2d.
    The paper's Gaussian output layer is a dense one here, and its pictures of 32×32 are 28×28 padded by 2.
    61,706 parameters for ten classes.
    norm: makes a layer from a number of channels, such as d2l.BatchNorm; one stands before each activation. The biases
    before it stay, so that equal seeds give equal weights with and without (batch normalisation takes them out again).
    """

    def __init__(self, classes: int = 10, activation: type[nn.Module] = nn.Tanh, pool: type[nn.Module] = nn.AvgPool2d,
                 norm: Callable[[int], nn.Module] | None = None):  # fmt: skip
        def activated(channels: int) -> list[nn.Module]:
            return [activation()] if norm is None else [norm(channels), activation()]

        super().__init__(
            nn.Conv2d(1, 6, kernel_size=5, padding=2),  # (B, 6, 28, 28)
            *activated(6),
            pool(kernel_size=2, stride=2),  # (B, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # (B, 16, 10, 10)
            *activated(16),
            pool(kernel_size=2, stride=2),  # (B, 16, 5, 5)
            nn.Flatten(),  # (B, 400)
            nn.Linear(400, 120),
            *activated(120),
            nn.Linear(120, 84),
            *activated(84),
            nn.Linear(84, classes),  # (B, classes)
        )
