"""The words and the table of a live panel as HTML."""

from html import escape

from d2lutils.explore.page.numbers import number
from d2lutils.explore.page.player import asset

STYLE = """.d2l-live.d2l-player{margin:2px 0;padding:0;border:0;background:none;max-width:820px}
.d2l-live p:not(.d2l-readout){font-size:13px;color:var(--soft)}
.d2l-live pre{white-space:pre-wrap;font-size:12px}.d2l-live summary{cursor:pointer}
.d2l-live table{border-collapse:collapse;margin:10px 0;font-size:13px;font-variant-numeric:tabular-nums}
.d2l-live caption{text-align:left;font-weight:600;padding:2px 0}.d2l-live th{font-weight:500;color:var(--soft)}
.d2l-live th,.d2l-live td{padding:3px 14px 3px 0;border-bottom:1px solid var(--line);text-align:right}
.jupyter-widgets-disconnected .d2l-live .d2l-readout::after{display:block;font-weight:600;content:"The kernel behind \
this panel has ended, and its run with it. Run the notebook again to here; what was recorded still plays."}"""


def style_html() -> str:
    """The style sheet of a panel: the player's, and its own."""
    return f"<style>{asset('player.css')}{STYLE}</style>"


def message_html(words: str, bad: bool = False, details: str = "") -> str:
    """A line of words, marked as bad news where it is, and details to unfold."""
    more = f"<details><summary>Where it happened</summary><pre>{escape(details)}</pre></details>" if details else ""
    kind = "d2l-readout bad" if bad else "d2l-readout"
    return f'<div class="d2l-player d2l-live"><p class="{kind}" role="status">{escape(words)}</p>{more}</div>'


def table_html(recorded, runs: list[dict]) -> str:
    """The last runs side by side: settings, and how each curve ended."""
    axes, curves = recorded.axes, recorded.curves
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in [*(a.label for a in axes), *curves, ""])
    rows = []
    for entry in runs:
        ends = [number(y[-1]) if y and y[-1] is not None else "–" for y in entry["run"]["y"]]
        cells = [*(a.text(entry["settings"][a.name]) for a in axes), *ends, entry["note"]]
        rows.append("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in cells) + "</tr>")
    table = f"<table><caption>Your last runs, the newest first</caption><tr>{head}</tr>{''.join(rows)}</table>"
    return f'<div class="d2l-player d2l-live">{table}</div>'
