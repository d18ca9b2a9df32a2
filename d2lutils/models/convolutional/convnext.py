"""ConvNeXt (Liu et al., 2022, arXiv:2201.03545), and squeeze-and-excitation (Hu et al., 2018, arXiv:1709.01507)."""

import torch
from torch import nn

from d2lutils.models.sizes import scaled
from d2lutils.models.stack import Stack

# (blocks of each of the four stages, channels of each)
SIZES = {
    "tiny": ((3, 3, 9, 3), (96, 192, 384, 768)), "small": ((3, 3, 27, 3), (96, 192, 384, 768)),
    "base": ((3, 3, 27, 3), (128, 256, 512, 1024)), "large": ((3, 3, 27, 3), (192, 384, 768, 1536)),
}  # fmt: skip
EPS = 1e-6  # of every layer norm


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation of the channels at each pixel, (B, C, H, W) to the same shape."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class StochasticDepth(nn.Module):
    """Drops an example's whole branch with probability p while training, and divides the others by 1 − p.

    (B, …) to the same shape (Huang et al., 2016, arXiv:1603.09382). Raises ValueError unless 0 ≤ p < 1.
    """

    def __init__(self, p: float):
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(f"the probability of dropping a branch is at least 0 and below 1, not {p}")
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        keep = torch.empty(len(x), *(1,) * (x.ndim - 1), dtype=x.dtype, device=x.device).bernoulli_(1 - self.p)
        return x * keep / (1 - self.p)


class SqueezeExcitation(nn.Module):
    """Multiplies each channel by a number between 0 and 1 that depends on the means of all: (B, C, H, W) to the same.

    reduction: the two dense layers between mean and number have C / reduction units in the middle, at least one.
    """

    def __init__(self, channels: int, reduction: int = 16):
        super().__init__()
        middle = max(1, channels // reduction)
        self.gate = nn.Sequential(nn.Linear(channels, middle), nn.ReLU(), nn.Linear(middle, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean(dim=(2, 3)))[:, :, None, None]  # (B, C, 1, 1)


class ConvNeXtBlock(nn.Module):
    """A depthwise 7×7, layer norm, four times as many channels, GELU, and back, added to x: (B, C, H, W) to the same.

    scale: where the learned factor of each channel of the branch starts; drop: probability of dropping the branch.
    """

    def __init__(self, channels: int, scale: float = 1e-6, drop: float = 0.0):
        super().__init__()
        self.scale = nn.Parameter(torch.full((channels, 1, 1), scale))
        self.depthwise = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=EPS)
        self.wide, self.narrow = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.drop = StochasticDepth(drop)

    def forward(self, x):
        out = self.norm(self.depthwise(x).permute(0, 2, 3, 1))  # (B, H, W, C): a dense layer reads the last dimension
        out = self.narrow(nn.functional.gelu(self.wide(out))).permute(0, 3, 1, 2)  # (B, C, H, W)
        return x + self.drop(self.scale * out)


class ConvNeXt(Stack):
    """Patches of 4×4, four stages of blocks, the mean and one dense layer: (B, in_channels, H, W) to (B, classes).

    size: tiny, small, base or large of the paper, or a pair (blocks, channels) of four numbers each. width: multiplies
    the channels; patch: the side of the first convolution and its stride. drop: stochastic depth of the last block,
    growing from 0 at the first. 28,589,128 parameters at tiny for three channels and a thousand classes. H and W are at
    least 8 · patch. Raises ValueError for another size, when no channel is left, or for a drop that is no probability.
    """

    def __init__(self, size="tiny", classes: int = 10, in_channels: int = 3, width: float = 1, patch: int = 4,
                 drop: float = 0.0):  # fmt: skip
        if isinstance(size, str):
            if size not in SIZES:
                raise ValueError(f"size is {', '.join(SIZES)} or (blocks, channels), not {size!r}")
            size = SIZES[size]
        blocks, channels = size[0], [scaled(c, width) for c in size[1]]
        layers: list[nn.Module] = [nn.Conv2d(in_channels, channels[0], kernel_size=patch, stride=patch),
                                   ChannelNorm(channels[0], eps=EPS)]  # fmt: skip
        number, total = 0, sum(blocks)
        for stage, count in enumerate(blocks):
            if stage:
                layers += [ChannelNorm(channels[stage - 1], eps=EPS),
                           nn.Conv2d(channels[stage - 1], channels[stage], kernel_size=2, stride=2)]  # fmt: skip
            for _ in range(count):
                layers.append(ConvNeXtBlock(channels[stage], drop=drop * number / max(1, total - 1)))
                number += 1
        super().__init__(
            *layers,
            nn.AdaptiveAvgPool2d(1), ChannelNorm(channels[-1], eps=EPS), nn.Flatten(), nn.Linear(channels[-1], classes),
        )  # fmt: skip
