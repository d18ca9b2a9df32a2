"""Signs that an output cannot encode, written plainly: a terminal in an old code page is no reason for an error."""

_PLAIN = str.maketrans({
    "±": "+/-", "×": "x", "−": "-", "–": "-", "—": "-", "→": "->", "←": "<-", "…": "...", "✓": "+", "✗": "x", "≤": "<=",
    "≥": ">=", "≈": "~", "·": "*", "“": '"', "”": '"', "’": "'",
})  # fmt: skip


def encodable(text: str, stream) -> str:
    """`text` as `stream` can write it: unchanged where it can, else with plain signs, and ? for what has none."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text
