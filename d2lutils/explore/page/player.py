"""The player: a recording as HTML whose sliders work wherever a page is shown, with no kernel and no network.

What a page gets is one `<figure>` that shows a still picture and a sentence, so that text readers, printed pages and
notebooks that are not trusted have something; the script inside (player.js) puts sliders and a chart in its place.
There are no ids in it: the same player may stand twice on a page, and its text is the same from run to run.
"""

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from urllib.parse import quote

from d2lutils.explore.record.recording import SweepError

OLDER = (
    "This recording is older than {}() as your notebook has it now, and shows what the function did before. The live "
    "panel runs the new one; .record() records it."
)


class Player:
    """HTML for notebooks and pages, a sentence elsewhere."""

    def __init__(self, html: str, text: str):
        self.html, self.text = html, text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def player(recorded) -> Player:
    """The player of a Sweep or Frames; where there is no recording, a note that says how to make one."""
    try:
        data = recorded.load()
        payload, still, sentence = recorded.player_parts(data)
    except SweepError as error:
        return notice(recorded.title, str(error))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        problem = f"is damaged ({type(error).__name__}: {error})"
        return notice(recorded.title, f"The recording {recorded.file} {problem}: delete it, then `make sweeps`.")
    axes = [{"l": a.label, "v": [a.text(v) for v in a.values], "s": a.values.index(a.start)} for a in recorded.axes]
    title = f'<figcaption class="d2l-title">{escape(recorded.title)}</figcaption>' if recorded.title else ""
    older = OLDER.format(recorded.function_name) if recorded.is_older_here(data) else ""
    if older:
        title += f'<p class="d2l-note">{escape(older)}</p>'
    name = recorded.title or f"{recorded.kind} {recorded.name}"
    html = (
        f'<figure class="d2l-player" data-name="{escape(recorded.name)}"><style>{asset("player.css")}</style>{title}'
        f'<div class="d2l-body"><img alt="{escape(sentence)}" src="{still}"><p>{escape(sentence)} '
        "<em>(A still picture: the sliders appear where JavaScript runs.)</em></p></div>"
        f'<script type="application/json">{script_json({"n": name, "a": axes, **payload})}</script>'
        f"<script>{asset('player.js')}</script></figure>\n"
    )
    sliders = ", ".join(f"{a.label} ({len(a.values)} values)" for a in recorded.axes)
    return Player(html, f"[{name}: sliders for {sliders}. {sentence}{older and f' {older}'}]")


def notice(title: str | None, message: str) -> Player:
    """A player that has nothing to play."""
    heading = f'<figcaption class="d2l-title">{escape(title)}</figcaption>' if title else ""
    words = re.sub("`([^`]+)`", r"<code>\1</code>", escape(message))
    note = f'{heading}<p class="d2l-note">{words}</p>'
    html = f'<figure class="d2l-player"><style>{asset("player.css")}</style>{note}</figure>\n'
    return Player(html, f"[{message}]")


def script_json(data) -> str:
    """JSON that can stand in a script element: no text in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub(r"<(?=!|script)", r"\\u003c", text, flags=re.IGNORECASE).replace("</", "<\\/")


def svg_image(svg: str) -> str:
    """An SVG as a data URI for an attribute in double quotes; shorter than base64 would be."""
    return "data:image/svg+xml," + quote(svg, safe=" !'()*+,-./:;=?@[]_{|}~")


@cache
def asset(name: str) -> str:
    """player.js or player.css without indentation, blank lines and comment lines."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("//", "/*"))]
    return "\n".join(lines) if name.endswith(".js") else "".join(lines)
