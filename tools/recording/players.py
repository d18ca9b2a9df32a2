"""The players in stored outputs with the script and the style of today, without running the chapter again."""

import re

from nbformat import NotebookNode

from d2lutils.explore import asset

FIGURE = re.compile(r'<figure class="d2l-player".*?</figure>', re.DOTALL)


def refresh(notebook: NotebookNode) -> None:
    """Puts today's player.css and player.js into every player that the notebook shows."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html")
            if html:
                output.data["text/html"] = FIGURE.sub(lambda found: _anew(found[0]), html)


def _anew(figure: str) -> str:
    """The style comes first in a figure, the script last; what lies between is the recording."""
    style_end, script = figure.index("</style>"), figure.rfind("<script>")
    begin = figure[:figure.index("<style>")] + f"<style>{asset('player.css')}"
    if script < 0:  # a note that there is nothing to play
        return begin + figure[style_end:]
    return f"{begin}{figure[style_end:script]}<script>{asset('player.js')}</script></figure>"
