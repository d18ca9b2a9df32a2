"""Brings the reader's own copy of the book up to date and opens it in JupyterLab.

    python -m tools.lab                 the same as `make lab`, on every system
    python -m tools.lab --port 9000     other options go to JupyterLab
    python -m tools.lab --fresh 2.2     one chapter as the book has it, named by its number, its file or a word of its
                                        title; the old copy is kept under a dated name

The copy lies in work/; D2L_WORK names another folder. What a reader has changed there is never overwritten.
"""

import argparse
import sys

from tools import student
from tools.lab import contents, edition, jupyter, words
from tools.lab.own_copy import OwnCopy


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lab", description=__doc__.split("\n")[0], allow_abbrev=False,
                                     epilog="Other options go to JupyterLab: see python -m jupyterlab --help.")
    parser.add_argument("--fresh", metavar="CHAPTER", help="one chapter anew: its number, file, or a word of its title")
    options, others = parser.parse_known_args(arguments)
    try:
        folder = edition.own_folder()
        copy = OwnCopy(folder)
        book = edition.files(change=student.without_solutions if copy.edition == student.EDITION else None)
        if options.fresh is not None:
            return fresh(copy, book, options.fresh)
        report = copy.update(book, copy.edition or "whole")
    except ValueError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(words.trouble(error, folder))
    print(f"Your copy of the book: {folder}", *words.lines(report), sep="\n  ", flush=True)
    try:
        jupyter.trust([folder / name for name in copy.same(book) if name.endswith(".ipynb")])
    except OSError as error:
        print(f"Run a player's cell before you move it: the notebooks cannot be signed ({error}).", file=sys.stderr)
    try:
        jupyter.open_lab(folder, others)
    except ImportError as error:
        return refuse(f"JupyterLab is missing here ({error}): python -m pip install -r requirements.txt -e .")
    return 0


def fresh(copy: OwnCopy, book: dict[str, bytes], wanted: str) -> int:
    """Gives the one chapter that `wanted` names anew."""
    found = contents.find(wanted)
    if len(found) != 1:
        listed = ", ".join(f"{chapter.number} {chapter.title}" for chapter in found)
        return refuse(f'"{wanted}" may be {listed}: give the number.' if found else
                      f'No chapter is called "{wanted}". Give its number, like 2.2, or its file.')
    done = copy.fresh(found[0].name, book)
    for name, old in done.items():
        print(f"{name} is as the book has it" + (f"; what you had is {old} now" if old else ""))
    if not done:
        print(f"{found[0].name} was as the book has it: nothing to do")
    return 0


def refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
