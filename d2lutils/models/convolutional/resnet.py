"""ResNet (He, Zhang, Ren and Sun, 2016, arXiv:1512.03385, table 1), and what its authors changed afterwards."""

import torch
from torch import nn

from d2lutils.models.sizes import scaled
from d2lutils.models.stack import Stack

# (kind of block, number of blocks in each of the four stages)
DEPTHS = {
    18: ("basic", (2, 2, 2, 2)), 34: ("basic", (3, 4, 6, 3)), 50: ("bottleneck", (3, 4, 6, 3)),
    101: ("bottleneck", (3, 4, 23, 3)), 152: ("bottleneck", (3, 8, 36, 3)),
}  # fmt: skip
CHANNELS = (64, 128, 256, 512)


class Residual(nn.Module):
    """y = ReLU(f(x) + x), f two 3×3 convolutions with batch normalisation: (B, C, H, W) to (B, O, H/strides,
    W/strides).

    use_1x1conv: the shortcut is a 1×1 convolution with batch normalisation, which it has to be where channels or size
    change. shortcut=False leaves the addition out: a plain network of the same depth.
    """

    expansion = 1  # output channels by channels

    def __init__(self, in_channels: int, channels: int, strides: int = 1, use_1x1conv: bool = False,
                 shortcut: bool = True):  # fmt: skip
        super().__init__()
        if shortcut and not use_1x1conv and (strides != 1 or in_channels != channels * self.expansion):
            raise ValueError(
                f"{in_channels} channels cannot be added to {channels * self.expansion} with stride {strides}: "
                "use_1x1conv=True adapts them"
            )
        self.shortcut = shortcut
        self.residual = nn.Sequential(*self.layers(in_channels, channels, strides))
        after = channels * self.expansion
        self.adapt = nn.Sequential(
            nn.Conv2d(in_channels, after, kernel_size=1, stride=strides, bias=False), nn.BatchNorm2d(after),
        ) if shortcut and use_1x1conv else nn.Identity()  # fmt: skip

    def layers(self, in_channels: int, channels: int, strides: int) -> list[nn.Module]:
        return [
            nn.Conv2d(in_channels, channels, kernel_size=3, stride=strides, padding=1, bias=False),
            nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        ]  # fmt: skip

    def forward(self, x):
        out = self.residual(x)
        return torch.relu(out + self.adapt(x) if self.shortcut else out)


class Bottleneck(Residual):
    """A residual block of 1×1, 3×3 and 1×1 convolutions, four times as wide at its ends as in the middle.

    (B, C, H, W) to (B, 4 channels, H/strides, W/strides). The stride is at the 3×3, as in torchvision, not at the first
    1×1 as in the paper.
    """

    expansion = 4

    def layers(self, in_channels: int, channels: int, strides: int) -> list[nn.Module]:
        return [
            nn.Conv2d(in_channels, channels, kernel_size=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, kernel_size=3, stride=strides, padding=1, bias=False),
            nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, 4 * channels, kernel_size=1, bias=False), nn.BatchNorm2d(4 * channels),
        ]  # fmt: skip


BLOCKS = {"basic": Residual, "bottleneck": Bottleneck}


class ResNet(Stack):
    """A stem, four stages of residual blocks, the mean and one dense layer: (B, in_channels, H, W) to (B, classes).

    depth: 18, 34, 50, 101 or 152, or a pair ("basic" or "bottleneck", blocks of each stage). width: multiplies all
    channels. shortcut=False: the plain network. zero_init: the last scale of each block starts at 0, so that each block
    starts as its shortcut alone (Goyal et al., 2017, arXiv:1706.02677). 11,689,512 parameters at depth 18 and
    25,557,032
    at 50, for three channels and a thousand classes. Raises ValueError for another depth or when no channel is left.
    """

    def __init__(self, depth=18, classes: int = 10, in_channels: int = 3, width: float = 1, shortcut: bool = True,
                 zero_init: bool = False):  # fmt: skip
        if isinstance(depth, int):
            if depth not in DEPTHS:
                raise ValueError(
                    f"depth is {', '.join(map(str, DEPTHS))} or (block, blocks of each stage), not {depth}"
                )
            depth = DEPTHS[depth]
        kind, stages = depth
        if kind not in BLOCKS:
            raise ValueError(f"a block is {' or '.join(BLOCKS)}, not {kind!r}")
        block, before = BLOCKS[kind], scaled(64, width)
        layers: list[nn.Module] = [
            nn.Conv2d(in_channels, before, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(before), nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        ]  # fmt: skip
        for stage, (blocks, channels) in enumerate(zip(stages, CHANNELS)):
            channels = scaled(channels, width)
            for i in range(blocks):
                strides = 2 if i == 0 and stage > 0 else 1
                adapt = strides != 1 or before != channels * block.expansion
                layers.append(block(before, channels, strides, adapt, shortcut))
                before = channels * block.expansion
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, classes))
        if zero_init:
            for module in self:
                if isinstance(module, Residual):
                    nn.init.zeros_(module.residual[-1].weight)


def resnet18(num_classes: int = 10, in_channels: int = 1) -> ResNet:
    """ResNet-18 by its name in the *Dive into Deep Learning* course, for grey pictures unless in_channels differs."""
    return ResNet(18, num_classes, in_channels)
