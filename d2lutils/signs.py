"""Signs that an output cannot encode, written plainly: a terminal in an old code page is no reason for an error."""

import unicodedata

_PLAIN = {
    "±": "+/-", "×": "x", "−": "-", "–": "-", "—": "-", "→": "->", "←": "<-", "…": "...", "✓": "+", "✗": "x", "≤": "<=",
    "≥": ">=", "≈": "~", "·": "*", "‖": "|", "“": '"', "”": '"', "’": "'",
}  # fmt: skip


def encodable(text: str, stream) -> str:
    """`text` as `stream` can write it: each sign as it is where it can be, else plainly, and ? for what has no way."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_written(sign, encoding) for sign in text)
    return text


def _written(sign: str, encoding: str) -> str:
    bare = "".join(piece for piece in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(piece))
    for way in (sign, _PLAIN.get(sign, bare)):  # ² is 2 and é is e
        try:
            way.encode(encoding)
        except UnicodeEncodeError:
            continue
        return way
    return "?"
