"""Files of a reader's copy as bytes: read, and what a person typed into them."""

import hashlib
import json
import re
from pathlib import Path


def read(path: Path) -> bytes | None:
    """The file's bytes; None where there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def digest(data: bytes) -> str:
    """SHA-256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def cells(data: bytes) -> list[tuple[str, str]] | None:
    """Kind and source of each cell of a notebook; None where `data` is none, as when its JSON is damaged."""
    try:
        return [(str(cell["cell_type"]), "".join(cell["source"])) for cell in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def text(name: str, data: bytes) -> str | None:
    """A digest of what a person typed: of a notebook the cells' kinds and sources, of another file all of it.

    Outputs, counts and folding are not typed: a notebook that was only run is the same text. None for a damaged one.
    """
    if not name.endswith(".ipynb"):
        return digest(data)
    found = cells(data)
    return None if found is None else digest(json.dumps(found).encode())


def title(data: bytes) -> str | None:
    """A notebook's first heading, without the number of the chapter; None if it has none."""
    for kind, source in cells(data) or []:
        found = re.search(r"^# +[\d.]* *(.+)$", source, flags=re.MULTILINE) if kind == "markdown" else None
        if found:
            return found[1].strip()
    return None
