"""The chapters as a reader names them: by number, by file, or by a word of the title."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools import notebooks


@dataclass(frozen=True)
class Chapter:
    """One chapter that has a notebook: its number ("2.2"), its title, and its file below chapters/."""

    number: str
    title: str
    name: str


@dataclass(frozen=True)
class Part:
    """One part of the book that has chapters."""

    number: int
    title: str
    chapters: list[Chapter]


def title(source: Path) -> str:
    """A chapter's title: the first heading of its source."""
    found = re.search(r"^# (.+)$", source.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return found[1].strip() if found else source.stem


def parts(folder: Path = notebooks.CHAPTERS) -> list[Part]:
    """The parts of parts.toml, in order, with the chapters that have a notebook; parts without one are left out."""
    found = []
    for part in tomllib.loads((folder / "parts.toml").read_text(encoding="utf-8"))["part"]:
        number = int(part["folder"][:2])
        chapters = [Chapter(f"{number}.{int(source.name[:2])}", title(source), f"{part['folder']}/{source.stem}.ipynb")
                    for source in notebooks.sources(folder)
                    if source.parent.name == part["folder"] and source.with_suffix(".ipynb").exists()]
        if chapters:
            found.append(Part(number, part["title"], chapters))
    return found


def find(wanted: str, folder: Path = notebooks.CHAPTERS) -> list[Chapter]:
    """The chapters that `wanted` may mean: that of this number, else of this file, else those whose title has it."""
    chapters = [Chapter("0", "Start", "start.ipynb"), *(chapter for part in parts(folder) for chapter in part.chapters)]
    stem = Path(wanted).name.removesuffix(".md").removesuffix(".ipynb")
    for means in (lambda chapter: chapter.number == wanted,
                  lambda chapter: stem in (Path(chapter.name).stem, Path(chapter.name).stem[3:]),
                  lambda chapter: wanted.casefold() in chapter.title.casefold(),
                  lambda chapter: wanted.casefold() in Path(chapter.name).stem.replace("_", " ")):
        if wanted and (found := [chapter for chapter in chapters if means(chapter)]):
            return found
    return []
