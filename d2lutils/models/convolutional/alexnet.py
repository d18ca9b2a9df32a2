"""AlexNet (Krizhevsky, Sutskever and Hinton, 2012, doi:10.1145/3065386), as it is built since."""

from torch import nn

from d2lutils.models.sizes import flattened, scaled
from d2lutils.models.stack import Stack

POOL = None  # 3×3 with stride 2
# (channels, kernel, stride, padding)
ONE_TOWER = [(64, 11, 4, 2), POOL, (192, 5, 1, 2), POOL, (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1), POOL]
COURSE = [(96, 11, 4, 1), POOL, (256, 5, 1, 2), POOL, (384, 3, 1, 1), (384, 3, 1, 1), (256, 3, 1, 1), POOL]


class AlexNet(Stack):
    """Five convolutions and three dense layers: (B, in_channels, image_size, image_size) to scores (B, classes).

    layers: COURSE, the paper's channels on one device, as the *Dive into Deep Learning* course prints them (46,764,746
        parameters for one channel and ten classes at 224), or ONE_TOWER, torchvision's (Krizhevsky 2014,
        arXiv:1404.5997; 61,100,840 for three channels and a thousand classes). The paper's own is cut in two for two
        devices and normalises neighbouring channels; both have gone since.
    width: multiplies the channels and the 4,096 dense units. dropout: before each of the two hidden dense layers.
    Raises ValueError when no channel is left, or when pictures of image_size are too small.
    """

    def __init__(self, classes: int = 10, in_channels: int = 1, width: float = 1, dropout: float = 0.5,
                 image_size: int = 224, layers: list = COURSE):  # fmt: skip
        features, before = [], in_channels
        for layer in layers:
            if layer is POOL:
                features.append(nn.MaxPool2d(kernel_size=3, stride=2))
                continue
            channels, kernel, stride, padding = layer
            after = scaled(channels, width)
            features += [nn.Conv2d(before, after, kernel, stride, padding), nn.ReLU()]
            before = after
        numbers = flattened(nn.Sequential(*features), in_channels, image_size)
        dense = scaled(4096, width)
        super().__init__(
            *features,
            nn.Flatten(),
            nn.Dropout(dropout), nn.Linear(numbers, dense), nn.ReLU(),
            nn.Dropout(dropout), nn.Linear(dense, dense), nn.ReLU(),
            nn.Linear(dense, classes),
        )  # fmt: skip
