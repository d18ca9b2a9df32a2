"""What a check found, and how it is said."""

import sys
from dataclasses import dataclass, field

from d2lutils.signs import encodable


class Wrong(Exception):
    """The first thing that is wrong, in words; `cause` says why, where that is certain."""

    def __init__(self, message: str, cause: str = ""):
        super().__init__(message)
        self.cause = cause


@dataclass
class Report:
    """What a check found. True if everything is right. Printed when made, so a notebook does not show it again."""

    name: str
    right: list[str] = field(default_factory=list)
    wrong: str = ""
    cause: str = ""

    @property
    def passed(self) -> bool:
        return not self.wrong

    def __bool__(self) -> bool:
        return self.passed

    @property
    def text(self) -> str:
        lines = [f"{self.name}: {'all right' if self.passed else 'not yet'}", *(f"  ✓ {title}" for title in self.right)]
        if self.wrong:
            lines.append(f"  ✗ {self.wrong}")
        if self.cause:
            lines.append(f"    Likely cause: {self.cause}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<check {self.name}: {'passed' if self.passed else 'failed'}>"

    def _ipython_display_(self) -> None:
        """Nothing: the report was printed when the check ran."""


def say(text: str) -> None:
    """Print, in plain signs where the output cannot hold others: a terminal in C or Windows' code page 1252."""
    print(encodable(text, sys.stdout))
