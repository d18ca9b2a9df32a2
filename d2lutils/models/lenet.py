"""LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998, doi:10.1109/5.726791, figure 2)."""

from torch import nn


class LeNet(nn.Sequential):
    """Two convolutions and three dense layers: (B, 1, 28, 28) to scores (B, classes).

    activation: a class; the paper's is tanh. pool: nn.AvgPool2d, close to the paper's subsampling, or nn.MaxPool2d.
    The paper's Gaussian output layer is a dense one here, and its pictures of 32×32 are 28×28 padded by 2.
    61,706 parameters for ten classes.
    """

    def __init__(self, classes: int = 10, activation: type[nn.Module] = nn.Tanh, pool: type[nn.Module] = nn.AvgPool2d):
        super().__init__(
            nn.Conv2d(1, 6, kernel_size=5, padding=2),  # (B, 6, 28, 28)
            activation(),
            pool(kernel_size=2, stride=2),  # (B, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # (B, 16, 10, 10)
            activation(),
            pool(kernel_size=2, stride=2),  # (B, 16, 5, 5)
            nn.Flatten(),  # (B, 400)
            nn.Linear(400, 120),
            activation(),
            nn.Linear(120, 84),
            activation(),
            nn.Linear(84, classes),  # (B, classes)
        )
