"""Which data a chapter is recorded on: the real ones or, where its front matter says `recorded-on: stand-ins`, those
that the package makes itself."""

import os
import re
from pathlib import Path

from nbformat import NotebookNode

from d2lutils.data import files
from tools import notebooks

KEY = "recorded-on"
HOW = ("README's section on data says where it is to be had; D2L_DATA names the folder. To record on stand-ins, "
       f"write `{KEY}: stand-ins` into the chapter's front matter")


def on_stand_ins(source: Path) -> bool:
    """Whether a chapter asks for stand-ins. ValueError: its front matter says something else than that."""
    said = notebooks.front_matter(source).get(KEY)
    if said not in (None, "stand-ins"):
        raise ValueError(f"{source.name}: {KEY} is {said!r} and can only be `stand-ins`")
    return said is not None


def environment(stand_ins: bool) -> dict[str, str]:
    """The variables of this process without those that change what a chapter shows; real data only where they count."""
    variables = os.environ | {"D2L_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    left_out = {"MPLBACKEND", "PYTHONSTARTUP", *(["D2L_DATA"] if stand_ins else [])}
    return {name: value for name, value in variables.items() if name not in left_out}


def stand_ins(used: dict[str, str]) -> dict[str, str]:
    """Of the data sets that were used, those for which something stood in, and what."""
    return {name: what for name, what in used.items() if files.stands_in(name, what)}


def missing(used: dict[str, str]) -> str:
    """What to do about data that were not there, in words; empty where all that was used is real."""
    return "; ".join(f"{name} is not there ({what} instead)" for name, what in stand_ins(used).items())


def say(notebook: NotebookNode, used: dict[str, str]) -> None:
    """Puts a line below the title of a page or a notebook that was recorded on stand-ins, and nothing elsewhere."""
    stood = [f"{what} for {name}" for name, what in stand_ins(used).items()]
    title = re.compile(r"^# .+$", flags=re.MULTILINE)
    if stood:
        cell = next(cell for cell in notebook.cells if cell.cell_type == "markdown" and title.search(cell.source))
        line = f"*Recorded on stand-ins: {'; '.join(stood)}.*"
        cell.source = title.sub(lambda heading: f"{heading[0]}\n\n{line}", cell.source, count=1)
