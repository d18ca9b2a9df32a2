"""GoogLeNet, the first Inception network (Szegedy et al., 2015, arXiv:1409.4842, table 1)."""

import torch
from torch import nn

from d2lutils.models.sizes import scaled
from d2lutils.models.stack import Stack

POOL = None  # the maximum of 3×3 with stride 2
# the channels of the four paths: 1×1; 1×1 then 3×3; 1×1 then 5×5; maximum then 1×1
INCEPTIONS = [
    (64, (96, 128), (16, 32), 32), (128, (128, 192), (32, 96), 64), POOL,
    (192, (96, 208), (16, 48), 64), (160, (112, 224), (24, 64), 64), (128, (128, 256), (24, 64), 64),
    (112, (144, 288), (32, 64), 64), (256, (160, 320), (32, 128), 128), POOL,
    (256, (160, 320), (32, 128), 128), (384, (192, 384), (48, 128), 128),
]  # fmt: skip


def convolution(in_channels: int, out_channels: int, kernel: int, batch_norm: bool = False, **how) -> nn.Sequential:
    """A convolution and its ReLU, with batch normalisation between them (and no bias) where it is asked for."""
    norm = [nn.BatchNorm2d(out_channels, eps=0.001)] if batch_norm else []
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel, bias=not batch_norm, **how), *norm, nn.ReLU())


class Inception(nn.Module):
    """Four paths side by side, joined by their channels: (B, in_channels, H, W) to (B, c1 + c2[1] + c3[1] + c4, H, W).

    c1: channels of the 1×1 path; c2 and c3: pairs, the 1×1 and then the 3×3 or 5×5; c4: of the 1×1 after the maximum.
    """

    def __init__(self, in_channels: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int,
                 batch_norm: bool = False):  # fmt: skip
        super().__init__()
        self.path1 = convolution(in_channels, c1, 1, batch_norm)
        self.path2 = nn.Sequential(convolution(in_channels, c2[0], 1, batch_norm),
                                   convolution(c2[0], c2[1], 3, batch_norm, padding=1))  # fmt: skip
        self.path3 = nn.Sequential(convolution(in_channels, c3[0], 1, batch_norm),
                                   convolution(c3[0], c3[1], 5, batch_norm, padding=2))  # fmt: skip
        self.path4 = nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=1, padding=1),
                                   convolution(in_channels, c4, 1, batch_norm))  # fmt: skip

    def forward(self, x):
        return torch.cat([self.path1(x), self.path2(x), self.path3(x), self.path4(x)], dim=1)


class GoogLeNet(Stack):
    """22 layers with weights, nine Inception blocks: (B, in_channels, H, W) to scores (B, classes).

    The two auxiliary classifiers of the paper, which only training used, are left out. width: multiplies all channels.
    batch_norm: after each convolution, as the successor (arXiv:1502.03167) has it. dropout: before the dense layer.
    5,977,530 parameters for one channel and ten classes. torchvision's has 3×3 where the paper says 5×5. Raises
    ValueError when no channel is left.
    """

    def __init__(self, classes: int = 10, in_channels: int = 1, width: float = 1, dropout: float = 0.4,
                 batch_norm: bool = False):  # fmt: skip
        def w(channels):
            return tuple(map(w, channels)) if isinstance(channels, tuple) else scaled(channels, width)

        layers: list[nn.Module] = [
            convolution(in_channels, w(64), 7, batch_norm, stride=2, padding=3),
            nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),
            convolution(w(64), w(64), 1, batch_norm),
            convolution(w(64), w(192), 3, batch_norm, padding=1),
            nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),
        ]
        before = w(192)
        for paths in INCEPTIONS:
            if paths is POOL:
                layers.append(nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True))
                continue
            c1, c2, c3, c4 = w(paths)
            layers.append(Inception(before, c1, c2, c3, c4, batch_norm))
            before = c1 + c2[1] + c3[1] + c4
        head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(before, classes)]
        super().__init__(*layers, *head)
