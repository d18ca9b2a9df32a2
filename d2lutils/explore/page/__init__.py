"""What a page shows without a kernel: the player with its chart, its numbers and its drawings, and the pad."""

from d2lutils.explore.page.chart import Chart, Curve
from d2lutils.explore.page.drawings import svg, webp
from d2lutils.explore.page.numbers import number
from d2lutils.explore.page.pad import Pad, pad_script, pad_style
from d2lutils.explore.page.player import Player, asset, notice, player

__all__ = [
    "Chart", "Curve", "Pad", "Player", "asset", "notice", "number", "pad_script", "pad_style", "player", "svg", "webp",
]
