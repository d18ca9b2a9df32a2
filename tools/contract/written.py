"""Rules about the text and the code of a chapter in either form."""

import ast
import re
from collections.abc import Iterator

from tools import notebooks, taught
from tools.contract.chapter import Chapter
from tools.contract.runs import fits
from tools.contract.text import cited, sections, without_code

FILLER = re.compile(r"\b(simply|obviously|needless to say|as everyone knows|"
                    r"just (?=(?:use|call|add|do|take|need|run|put|write|have|is|an?|the|like that)\b))", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|lorem ipsum)\b")
MACHINE = re.compile(r"(?<![\w.:/])/(?:home|root|Users|work|tmp|mnt|opt|usr|var)/|\b[A-Z]:\\\\?Users\b")


def parameters(chapter: Chapter) -> Iterator[str]:
    """The first code cell after the imports is tagged `parameters`."""
    cells = chapter.code()
    tagged = [i for i, cell in enumerate(cells) if "parameters" in notebooks.tags(cell)]
    if len(tagged) != 1:
        yield f"one cell is tagged `parameters`, not {len(tagged)}"
        return
    for cell in cells[:tagged[0]]:
        if not all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in taught.tree(cell.source).body):
            yield f"only imports stand above the `parameters` cell, not\n{cell.source}"


def outcomes(chapter: Chapter) -> Iterator[str]:
    """Each training run is kept under a name, and a later `assert` looks at it."""
    cells = [cell for cell in chapter.code() if not notebooks.tags(cell) & {"exercise", "solution", "live"}]
    for position, cell in enumerate(cells):
        for statement in fits(cell):
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            kept = {node.id for target in targets if target is not None
                    for node in ast.walk(target) if isinstance(node, ast.Name)}
            later = [node for other in cells[position:] for node in ast.walk(taught.tree(other.source))
                     if isinstance(node, ast.Assert)]
            names = {node.id for check in later for node in ast.walk(check.test) if isinstance(node, ast.Name)}
            if not kept & names:
                yield f"no assert looks at the outcome of `{ast.unparse(statement):.100}`"


def compared(chapter: Chapter) -> Iterator[str]:
    """What is built from scratch is compared with PyTorch's own in float64."""
    code = "\n".join(cell.source for cell in chapter.code() if not notebooks.tags(cell) & {"exercise", "solution"})
    if "assert_close(" not in code:
        yield "nothing is compared with torch.testing.assert_close"
    if "float64" not in code and ".double()" not in code:
        yield "nothing is compared in float64"


def breaks(chapter: Chapter) -> Iterator[str]:
    """The failure this topic is known for, shown and repaired."""
    headings = list(sections(chapter.prose, 2))
    if not any("when it breaks" in heading.lower() for heading in headings):
        yield f"no section “When it breaks” among {headings}"


def ending(chapter: Chapter) -> Iterator[str]:
    """A summary, and further reading that cites works of references.bib."""
    bodies = {title.lower(): body for level in (2, 3) for title, body in sections(chapter.prose, level).items()}
    for wanted in ("summary", "further reading"):
        if wanted not in bodies:
            yield f"no section “{wanted.capitalize()}”"
    if not cited(bodies.get("further reading", "")):
        yield "the further reading cites nothing: {cite:t}`key`"
    text = chapter.references.read_text(encoding="utf-8")
    known = set(re.findall(r"^@\w+\{\s*([^,\s]+)", text, flags=re.MULTILINE))
    for key in sorted(cited(chapter.prose) - known):
        yield f"{key} is cited and is not in {chapter.references.name}"


def same_code(chapter: Chapter) -> Iterator[str]:
    """Code that also lives in the package (cell metadata `same_as`) is the same there, docstrings aside."""
    for cell in chapter.code():
        named = cell.metadata.get("same_as", [])
        for name in [named] if isinstance(named, str) else named:
            yield from taught.drift(cell.source, name)


def words(chapter: Chapter) -> Iterator[str]:
    """No filler, nothing unfinished, no path of somebody's machine."""
    for pattern, text in ((FILLER, without_code(chapter.prose)), (UNFINISHED, chapter.prose), (MACHINE, chapter.prose)):
        for match in pattern.finditer(text):
            yield f"“{match[0]}” in “{text[max(0, match.start() - 40):match.end() + 30]}”".replace("\n", " ")
    for cell in chapter.code():
        for match in [*MACHINE.finditer(cell.source), *UNFINISHED.finditer(cell.source)]:
            yield f"“{match[0]}” in a code cell"
