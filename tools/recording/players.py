"""The players and pads in stored outputs with the script and the style of today, without running the chapter again."""

import re

from nbformat import NotebookNode

from d2lutils.explore import asset, pad_script, pad_style

FIGURE = re.compile(r'<figure class="d2l-(player|pad)".*?</figure>', re.DOTALL)
TODAY = {"player": lambda: (asset("player.css"), asset("player.js")), "pad": lambda: (pad_style(), pad_script())}


def refresh(notebook: NotebookNode) -> None:
    """Puts today's style and script into every player and every pad that the notebook shows."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html")
            if html:
                output.data["text/html"] = FIGURE.sub(lambda found: _anew(found[0], *TODAY[found[1]]()), html)


def _anew(figure: str, style: str, script: str) -> str:
    """The style comes first in a figure, the script last; what lies between is the recording."""
    style_end, begin_script = figure.index("</style>"), figure.rfind("<script>")
    begin = figure[:figure.index("<style>")] + f"<style>{style}"
    if begin_script < 0:  # a note that there is nothing to play
        return begin + figure[style_end:]
    return f"{begin}{figure[style_end:begin_script]}<script>{script}</script></figure>"
