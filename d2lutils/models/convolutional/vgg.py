"""VGG (Simonyan and Zisserman, 2015, arXiv:1409.1556, table 1)."""

from torch import nn

from d2lutils.models.sizes import flattened, scaled
from d2lutils.models.stack import Stack

# (convolutions, channels) of each of the five blocks
CONFIGURATIONS = {
    11: ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)),  # A
    13: ((2, 64), (2, 128), (2, 256), (2, 512), (2, 512)),  # B
    16: ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)),  # D
    19: ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)),  # E
}


def vgg_block(convolutions: int, in_channels: int, out_channels: int, batch_norm: bool = False) -> list[nn.Module]:
    """The layers of a block, 3×3 convolutions with ReLU and the maximum of 2×2: (B, C, H, W) to (B, O, H/2, W/2)."""
    layers: list[nn.Module] = []
    for i in range(convolutions):
        layers.append(nn.Conv2d(in_channels if i == 0 else out_channels, out_channels, kernel_size=3, padding=1))
        layers += [nn.BatchNorm2d(out_channels), nn.ReLU()] if batch_norm else [nn.ReLU()]
    return [*layers, nn.MaxPool2d(kernel_size=2, stride=2)]


class VGG(Stack):
    """Blocks of 3×3 convolutions and three dense layers: (B, in_channels, image_size, image_size) to (B, classes).

    blocks: a depth of the paper (11, 13, 16 or 19, configurations A, B, D and E) or pairs (convolutions, channels).
    width: multiplies channels and the 4,096 dense units. batch_norm: before each ReLU of a convolution; the paper is
    older. At full width with three channels, 224 and a thousand classes: 132,863,336 parameters (11) to 143,667,240
    (19). Raises ValueError for an unknown depth, when no channel is left, or for pictures that are too small.
    """

    def __init__(self, blocks=11, classes: int = 10, in_channels: int = 1, width: float = 1, dropout: float = 0.5,
                 batch_norm: bool = False, image_size: int = 224):  # fmt: skip
        if isinstance(blocks, int):
            if blocks not in CONFIGURATIONS:
                raise ValueError(f"VGG has {', '.join(map(str, CONFIGURATIONS))} layers with weights, not {blocks}")
            blocks = CONFIGURATIONS[blocks]
        features, before = [], in_channels
        for convolutions, channels in blocks:
            after = scaled(channels, width)
            features += vgg_block(convolutions, before, after, batch_norm)
            before = after
        numbers = flattened(nn.Sequential(*features), in_channels, image_size)
        dense = scaled(4096, width)
        super().__init__(
            *features,
            nn.Flatten(),
            nn.Linear(numbers, dense), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(dense, dense), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(dense, classes),
        )  # fmt: skip
