"""What readers get to see of a recording: the player on a page, and the panel that runs its function."""

from d2lutils.explore.live.panels import open_panel
from d2lutils.explore.page.player import Player, player
from d2lutils.explore.record.recording import Recorded


class Shown(Recorded):
    """A recording with its two faces."""

    def show(self) -> Player:
        """The player: sliders over what was recorded, which work on a page without a kernel."""
        return player(self)

    def live(self):
        """The live panel for this function, or a sentence where there can be none."""
        return open_panel(self)
