"""Network in network (Lin, Chen and Yan, 2014, arXiv:1312.4400), in the sizes of AlexNet."""

from torch import nn

from d2lutils.models.sizes import scaled
from d2lutils.models.stack import Stack

# (channels, kernel, stride, padding) of each block's first convolution, as the Dive into Deep Learning course has them
BLOCKS = [(96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1)]


def nin_block(in_channels: int, out_channels: int, kernel: int, stride: int = 1, padding: int = 0) -> list[nn.Module]:
    """The layers of a block: a convolution, then two of 1×1, each with ReLU: a small MLP at every place."""
    return [
        nn.Conv2d(in_channels, out_channels, kernel, stride, padding), nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU(),
    ]  # fmt: skip


class NiN(Stack):
    """Blocks with 1×1 convolutions and no dense layer: (B, in_channels, H, W) to scores (B, classes).

    The last block has a channel for each class, and a score is the mean of its map. width: multiplies the channels of
    the other blocks; dropout: before the last block. 1,992,166 parameters for one channel and ten classes. H and W are
    at least 67. Raises ValueError when no channel is left.
    """

    def __init__(self, classes: int = 10, in_channels: int = 1, width: float = 1, dropout: float = 0.5):
        layers, before = [], in_channels
        for channels, kernel, stride, padding in BLOCKS:
            after = scaled(channels, width)
            layers += [*nin_block(before, after, kernel, stride, padding), nn.MaxPool2d(kernel_size=3, stride=2)]
            before = after
        super().__init__(
            *layers,
            nn.Dropout(dropout),
            *nin_block(before, classes, kernel=3, padding=1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),  # (B, classes)
        )
