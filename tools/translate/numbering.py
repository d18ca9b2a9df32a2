"""How the page and the notebooks number: chapters by the names of their files, everything else within a chapter."""

import re

FORMATS = {"figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s", "section": "Section %s"}
EQUATION = "({number})"


def place(document: str) -> tuple[int, int] | None:
    """The part and the chapter that a document's name stands for (`02_linear_models/01_x`), or None for other pages."""
    found = re.fullmatch(r"(\d\d)_\w+/(\d\d)_\w+", document)
    return (int(found[1]), int(found[2])) if found else None
