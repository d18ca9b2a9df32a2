"""Everything that can be referred to, in all chapters: labels with their titles and the numbers that the page gives."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from jupytext.myst import read_fenced_cell
from markdown_it.token import Token

from tools import notebooks
from tools.translate.citations import Citations
from tools.translate.numbering import place
from tools.translate.parsing import Directive, Problem, begins_second_reading, directive, parse

# directives that are numbered if they have a caption
NUMBERED = {"figure": "figure", "diagram": "figure", "table": "table", "code-block": "code-block", "code": "code-block"}


@dataclass
class Target:
    """What a label stands for: kind, number as on the page, title and, for a section of a chapter, the heading to go
    to: its own or, within a second reading, that of the reading, which is all that a notebook shows of it."""

    kind: str  # "chapter", "section", "equation", "figure", "table" or "code-block"
    source: Path
    number: str = ""
    title: str = ""
    heading: str = ""
    second: bool = False  # a section in a second reading


@dataclass
class Book:
    """The chapters of a folder: what each label stands for, the numbers of footnotes by chapter and name, the titles,
    and the numbers of captions by chapter and line (from 0) of the directive or code cell."""

    folder: Path = notebooks.CHAPTERS
    targets: dict[str, Target] = field(default_factory=dict)
    footnotes: dict[Path, dict[str, str]] = field(default_factory=dict)
    titles: dict[Path, str] = field(default_factory=dict)
    numbers: dict[tuple[Path, int], str] = field(default_factory=dict)

    def __post_init__(self):
        for source in notebooks.sources(self.folder):
            self.add(source)

    @cached_property
    def citations(self) -> Citations:
        """The works that a chapter may cite: references.bib of the folder."""
        return Citations(self.folder / "references.bib")

    @cached_property
    def terms(self) -> set[str]:
        """The words of the glossary, in lower case."""
        path = self.folder / "glossary.md"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        bodies = [found.body for token in parse(text) if (found := directive(token, 0)) and found.name == "glossary"]
        return {line.strip().lower() for body in bodies for line in body.split("\n") if line and not line[0].isspace()}

    def number(self, source: Path) -> str:
        """A chapter's number, such as 2.2; empty where the file's name says none."""
        found = place(f"{source.parent.name}/{source.stem}")
        return ".".join(map(str, found)) if found else ""

    def add(self, source: Path) -> None:
        """Enters one chapter. Problem: a label twice, or options that cannot be read."""
        _Entry(self, source).text(source.read_text(encoding="utf-8"), 0)


class _Entry:
    """One chapter on its way into the index: counts what is numbered in the order of the page."""

    def __init__(self, book: Book, source: Path):
        self.book, self.source, self.counts = book, source, Counter()
        self.second: tuple[int, str] | None = None  # level and title of the second reading that is going on
        book.footnotes[source] = {}

    def next(self, kind: str) -> str:
        self.counts[kind] += 1
        return ".".join(filter(None, [self.book.number(self.source), str(self.counts[kind])]))

    def captioned(self, kind: str, name: str | None, caption: str, line: int) -> None:
        number = self.book.numbers[self.source, line] = self.next(kind)
        self.label(name, kind, line, caption, number)

    def label(self, name: str | None, kind: str, line: int, title: str = "", number: str = "",
              heading: str = "", second: bool = False) -> None:
        if not name:
            return
        if name in self.book.targets:
            other = self.book.targets[name].source
            raise Problem(self.source, line + 1, f"the label {name} is taken, by {other.parent.name}/{other.name}")
        self.book.targets[name] = Target(kind, self.source, number, title.strip(), heading, second)

    def text(self, text: str, line: int) -> None:
        waiting: list[tuple[str, int]] = []  # labels that the next heading takes
        tokens = parse(text)
        for before, token, follows in zip([None, *tokens], tokens, [*tokens[1:], None]):
            if token.type == "myst_target":
                waiting.append((token.content, line + token.map[0]))
            elif token.type == "heading_open":
                self.read_on(int(token.tag[1]), follows.content, begins_second_reading(before))
                self.heading(token, follows.content, waiting)
                waiting = []
            elif token.type == "math_block_label":
                self.label(token.info, "equation", line + token.map[0], number=self.next("equation"))
            elif token.type == "inline":
                self.notes(token.children)
            elif token.type == "fence" and token.info.startswith("{code-cell}"):
                self.code(token, line)
            elif found := self.directive(token, line):
                self.box(found)
        for name, where in waiting:
            raise Problem(self.source, where + 1, f"the label {name} stands before no heading; nothing can refer to it")

    def read_on(self, level: int, title: str, second: bool) -> None:
        """A heading ends a second reading, begins one, or stands in one."""
        if self.second and level <= self.second[0]:
            self.second = None
        if second and not self.second:
            self.second = level, title

    def heading(self, token: Token, title: str, labels: list[tuple[str, int]]) -> None:
        chapter = token.tag == "h1"
        if chapter:
            self.book.titles[self.source] = title
        for name, where in labels:
            number = self.book.number(self.source) if chapter else ""
            shown = "" if chapter else self.second[1] if self.second else title
            self.label(name, "chapter" if chapter else "section", where, title, number, shown, bool(self.second))

    def code(self, token: Token, line: int) -> None:
        """A code cell: its picture may be a numbered figure."""
        metadata, _ = read_fenced_cell(token, 0, "Code")
        figure = metadata.get("mystnb", {}).get("figure", {})
        if figure.get("caption"):
            self.captioned("figure", figure.get("name"), figure["caption"], line + token.map[0] + 1)

    def directive(self, token: Token, line: int) -> Directive | None:
        try:
            return directive(token, line)
        except ValueError as error:
            raise Problem(self.source, line + token.map[0] + 1, str(error)) from None

    def box(self, found: Directive) -> None:
        name = found.options.get("name")
        if found.name == "math":
            label = found.options.get("label")
            self.label(label, "equation", found.line, number=self.next("equation") if label else "")
        elif found.name in NUMBERED:
            captions = {"figure": found.body, "diagram": found.body, "table": found.argument}
            caption = captions.get(found.name, found.options.get("caption", ""))
            if caption:
                self.captioned(NUMBERED[found.name], name, caption, found.line)
        else:
            self.text(found.body, found.first)

    def notes(self, children: list[Token]) -> None:
        numbers = self.book.footnotes[self.source]
        for child in children:
            if child.type == "footnote_ref" and child.meta["label"] not in numbers:
                label = child.meta["label"]
                free = (str(n) for n in range(1, len(numbers) + 2) if str(n) not in numbers.values())
                numbers[label] = label if label.isdigit() else next(free)


def relative(target: Path, source: Path) -> str:
    """The address of one chapter's notebook from another's."""
    folder = "" if target.parent == source.parent else f"../{target.parent.name}/"
    return f"{folder}{target.stem}.ipynb"
