"""What a page shows without a kernel: the player with its chart, its numbers and its drawings."""

from d2lutils.explore.page.chart import Chart, Curve
from d2lutils.explore.page.drawings import svg, webp
from d2lutils.explore.page.numbers import number
from d2lutils.explore.page.player import Player, asset, notice, player

__all__ = ["Chart", "Curve", "Player", "asset", "notice", "number", "player", "svg", "webp"]
