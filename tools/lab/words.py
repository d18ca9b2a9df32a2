"""What a reader is told about the own copy, in a few lines."""

import errno
from pathlib import Path

from tools.lab.own_copy import Report

SHOWN = 5  # names in a line; a reader does not read more


def lines(report: Report) -> list[str]:
    """One line for each thing that an update did."""
    found = []
    for names, what in ((report.added, "new"), (report.updated, "brought up to date, you had not changed them")):
        if names:
            found.append(f"{what}: {_some(names)}")
    if report.outputs_kept:
        found.append(f"run by you before, run them again (your outputs are kept in .book/earlier): "
                     f"{_some(report.outputs_kept)}")
    found += [f"renamed: {old} is {new} now" for old, new in report.moved]
    found += [f"left alone: {name}, which you have changed. The newer one lies beside it: {new}"
              for name, new in report.beside]
    found += [f"left alone: {name} {why}" for name, why in report.left]
    found += [f"left alone: {name} is no notebook any more (damaged JSON). `make fresh CHAPTER={Path(name).stem}` or "
              f"`python -m tools.lab --fresh {Path(name).stem}` brings the book's and keeps yours"
              for name in report.damaged]
    return found or ["nothing new"]


def _some(names: list[str]) -> str:
    notebooks = [name for name in names if name.endswith(".ipynb")]
    others = len(names) - len(notebooks)
    listed = ", ".join(notebooks) if len(notebooks) <= SHOWN else f"{len(notebooks)} notebooks"
    read = f"{others} file{'s' * (others > 1)} that notebooks read" if others else ""
    return " and ".join(filter(None, [listed, read]))


def trouble(error: OSError, folder: Path) -> str:
    """Why the own copy could not be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        why, remedy = "the disk is full", "free some space"
    else:
        why, remedy = error.strerror or str(error), "make it writable"
    return (f"{folder} cannot be written: {why} ({error.filename or folder}). Nothing of yours is lost. "
            f"To go on, {remedy}, or let D2L_WORK name another folder.")
