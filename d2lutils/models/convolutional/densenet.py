"""DenseNet (Huang, Liu, van der Maaten and Weinberger, 2017, arXiv:1608.06993, table 1)."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from d2lutils.models.sizes import scaled
from d2lutils.models.stack import Stack

# depth: (growth rate, channels of the stem, convolutions in each of the four blocks)
DEPTHS = {121: (32, 64, (6, 12, 24, 16)), 169: (32, 64, (6, 12, 32, 32)), 201: (32, 64, (6, 12, 48, 32))}
COURSE = (32, 64, (4, 4, 4, 4))  # the Dive into Deep Learning course's, without bottlenecks


def dense_layer(in_channels: int, growth: int, bottleneck: int = 0) -> nn.Sequential:
    """Batch norm, ReLU and a 3×3 convolution to `growth` channels, before it a 1×1 to bottleneck · growth, if any."""
    middle = bottleneck * growth if bottleneck else in_channels
    squeeze = [nn.BatchNorm2d(in_channels), nn.ReLU(), nn.Conv2d(in_channels, middle, kernel_size=1, bias=False)]
    return nn.Sequential(
        *(squeeze if bottleneck else []),
        nn.BatchNorm2d(middle), nn.ReLU(), nn.Conv2d(middle, growth, kernel_size=3, padding=1, bias=False),
    )  # fmt: skip


class DenseBlock(nn.Module):
    """Each convolution reads all maps so far and adds `growth` of its own: (B, C, H, W) to (B, C + n growth, H, W).

    recompute: keep only what is joined and compute the rest again on the way back, which saves memory for time.
    """

    def __init__(self, convolutions: int, in_channels: int, growth: int, bottleneck: int = 0, recompute: bool = False):
        super().__init__()
        self.recompute = recompute
        self.layers = nn.ModuleList(
            dense_layer(in_channels + i * growth, growth, bottleneck) for i in range(convolutions)
        )

    def forward(self, x):
        for layer in self.layers:
            again = self.recompute and torch.is_grad_enabled() and x.requires_grad
            new = checkpoint(layer, x, use_reentrant=False) if again else layer(x)
            x = torch.cat([x, new], dim=1)
        return x


def transition(in_channels: int, out_channels: int) -> nn.Sequential:
    """Fewer channels by 1×1 and half the size by the mean of 2×2: (B, C, H, W) to (B, O, H/2, W/2)."""
    return nn.Sequential(
        nn.BatchNorm2d(in_channels), nn.ReLU(), nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False),
        nn.AvgPool2d(kernel_size=2, stride=2),
    )  # fmt: skip


class DenseNet(Stack):
    """Four dense blocks with a transition between each two: (B, in_channels, H, W) to scores (B, classes).

    depth: 121, 169 or 201 of the paper, or (growth, channels of the stem, convolutions of each block). bottleneck:
    1×1 to
    so many times the growth before each 3×3; the paper's is 4, the course's COURSE has 0. width: multiplies growth and
    stem. recompute: see DenseBlock. 7,978,856 parameters at 121 for three channels and a thousand classes. Raises
    ValueError for another depth or when no channel is left.
    """

    def __init__(self, depth=121, classes: int = 10, in_channels: int = 3, width: float = 1, bottleneck: int = 4,
                 recompute: bool = False):  # fmt: skip
        if isinstance(depth, int):
            if depth not in DEPTHS:
                raise ValueError(f"depth is {', '.join(map(str, DEPTHS))} or (growth, stem, convolutions), not {depth}")
            depth = DEPTHS[depth]
        growth, before, blocks = scaled(depth[0], width), scaled(depth[1], width), depth[2]
        layers: list[nn.Module] = [
            nn.Conv2d(in_channels, before, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(before), nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        ]  # fmt: skip
        for number, convolutions in enumerate(blocks, start=1):
            layers.append(DenseBlock(convolutions, before, growth, bottleneck, recompute))
            before += convolutions * growth
            if number < len(blocks):
                layers.append(transition(before, before // 2))
                before //= 2
        super().__init__(
            *layers,
            nn.BatchNorm2d(before), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, classes),
        )  # fmt: skip
