"""What a program can check of a chapter's contract. Each rule yields complaints in words; none means it is kept.

    python -m tools.contract [chapters/…/x.md]      prints the complaints

Every rule takes a Chapter and knows nothing of the others. Cells are found by tag, boxes by class, sections by heading.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks, recording, taught

FILLER = re.compile(r"\b(simply|obviously|needless to say|as everyone knows|"
                    r"just (?=(?:use|call|add|do|take|need|run|put|write|have|is|an?|the|like that)\b))", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|lorem ipsum)\b")
MACHINE = re.compile(r"(?<![\w.:/])/(?:home|root|Users|work|tmp|mnt|opt|usr|var)/|\b[A-Z]:\\\\?Users\b")
PLAYER = 'class="d2l-player" data-name='  # how a recorded player begins; a note that a recording is missing does not


@dataclass
class Chapter:
    """One chapter: the source as written, the notebook as recorded, and the source with the notebook's outputs."""

    path: Path
    references: Path = notebooks.CHAPTERS / "references.bib"

    @cached_property
    def written(self) -> NotebookNode:
        return notebooks.read_source(self.path)

    @cached_property
    def notebook(self) -> NotebookNode:
        target = self.path.with_suffix(".ipynb")
        return notebooks.read_notebook(target) if target.exists() else NotebookNode(cells=[])

    @cached_property
    def recorded(self) -> NotebookNode:
        try:
            return notebooks.with_outputs(self.path)
        except ValueError:  # that is for the rule `in_step` to say
            return self.written

    @cached_property
    def prose(self) -> str:
        return notebooks.markdown(self.written)

    def code(self, *wanted: str) -> list[NotebookNode]:
        """Code cells as written; with tags named, only those that carry one of them."""
        return [cell for cell in self.written.cells
                if cell.cell_type == "code" and (not wanted or notebooks.tags(cell) & set(wanted))]


def without_code(text: str) -> str:
    """Markdown without fenced blocks, inline code and mathematics; directives (`:::`) keep their words."""
    text = re.sub(r"^(`{3,}|~{3,})(?!\{).*?^\1\s*$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)
    return re.sub(r"`[^`\n]*`|\$[^$\n]*\$", "", text)


def boxes(text: str, kind: str) -> list[str]:
    """The bodies of the admonitions of one class, as in `:::{admonition} Title` / `:class: predict`."""
    pattern = r"^(:{3,}|`{3,})\{admonition\}[^\n]*\n:class:[^\n]*\b" + kind + r"\b[^\n]*\n(.*?)^\1\s*$"
    return [match[2] for match in re.finditer(pattern, text, flags=re.DOTALL | re.MULTILINE)]


def sections(text: str, level: int) -> dict[str, str]:
    """Headings of one level with the text below each, up to the next heading of that level or above."""
    parts = re.split(rf"^(#{{1,{level}}}) +(.+?)\s*$", without_fences(text), flags=re.MULTILINE)
    return {title: body for marks, title, body in zip(parts[1::3], parts[2::3], parts[3::3]) if len(marks) == level}


def without_fences(text: str) -> str:
    return re.sub(r"^```(?!\{).*?^```\s*$", "", text, flags=re.DOTALL | re.MULTILINE)


def cited(text: str) -> set[str]:
    """The keys of all citations in a text: {cite}`a,b`, {cite:t}`c`."""
    return {key.strip() for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text) for key in keys.split(",")}


def fits(cell: NotebookNode) -> list[ast.stmt]:
    """The statements of a cell that train when the cell runs: calls of `fit` outside functions and classes."""
    def visit(node: ast.AST) -> Iterator[ast.stmt]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
                continue
            if isinstance(child, ast.stmt) and not hasattr(child, "body"):
                names = [ast.unparse(inner.func) for inner in ast.walk(child) if isinstance(inner, ast.Call)]
                if {"fit", "d2l.fit"} & set(names):
                    yield child
            else:
                yield from visit(child)

    return list(visit(taught.tree(cell.source)))


# --- the rules ----------------------------------------------------------------------------------------------------

def in_step(chapter: Chapter) -> Iterator[str]:
    """The notebook is what `make record` would write today."""
    what, reason = recording.need(chapter.path)
    if what is not recording.Need.NOTHING:
        yield f"{reason}. Run `make record`."


def executed(chapter: Chapter) -> Iterator[str]:
    """Every cell ran once, in order, without an error; nbval silently skips a cell without a count."""
    last = 0
    for number, cell in enumerate(chapter.recorded.cells, start=1):
        if cell.cell_type != "code":
            continue
        if cell.execution_count is None or cell.execution_count <= last:
            yield f"cell {number} was not executed after the one above it (count {cell.execution_count})"
        last = cell.execution_count or last
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {number} stores an error: {output.ename}: {output.evalue}"


def clean(chapter: Chapter) -> Iterator[str]:
    """No widget state, no times, small enough, live panels without output."""
    if "widgets" in chapter.notebook.get("metadata", {}):
        yield "the notebook stores widget state"
    target = chapter.path.with_suffix(".ipynb")
    size = target.stat().st_size if target.exists() else 0
    if size > notebooks.LIMIT:
        yield f"the notebook has {size} bytes, more than {notebooks.LIMIT}"
    for number, cell in enumerate(chapter.notebook.cells, start=1):
        if "execution" in cell.metadata:
            yield f"cell {number} stores when it ran"
        if "live" in notebooks.tags(cell):
            if cell.outputs:
                yield f"cell {number} is a live panel and stores an output"
            if "nbval-ignore-output" not in notebooks.tags(cell):
                yield f"cell {number} is a live panel: tag it nbval-ignore-output too"


def opening(chapter: Chapter) -> Iterator[str]:
    """One title, then, before any code, the box that says what for, after what, and how long."""
    before = []
    for cell in chapter.written.cells:
        if cell.cell_type == "code":
            break
        before.append(cell.source)
    text = "\n\n".join(before)
    titles = re.findall(r"^# ", without_fences(chapter.prose), flags=re.MULTILINE)
    if len(titles) != 1 or not re.match(r"(\([\w-]+\)=\s+)?# ", text):  # a label may stand above it
        yield "a chapter begins with its one level-1 heading"
    found = boxes(text, "opening")
    if len(found) != 1:
        yield "the first cells need one box `:::{admonition} …` with `:class: opening`"
        return
    for what, pattern in {"what the reader will be able to do": r"able to", "what to have read": r"\b[Rr]ead\b",
                          "the measured seconds": r"\d+ seconds"}.items():
        if not re.search(pattern, found[0]):
            yield f"the opening box does not say {what} (looked for “{pattern}”)"


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


def predicts(chapter: Chapter) -> Iterator[str]:
    """A predict-first box stands above the first experiment (training run or player) of each section."""
    asked, heading = False, "the beginning"
    for cell in chapter.recorded.cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=## )", without_fences(cell.source), flags=re.MULTILINE):
                if part.startswith("## "):
                    asked, heading = False, part.splitlines()[0]
                asked = asked or bool(boxes(part, "predict"))
        elif not notebooks.tags(cell) & {"exercise", "solution", "live"} and not asked:
            shows = any(PLAYER in text for output in cell.get("outputs", []) for text in notebooks.output_texts(output))
            if fits(cell) or shows:
                yield f"{heading}: no `:class: predict` box above the experiment\n{cell.source:.200}"
                asked = True
    if not boxes(chapter.prose, "predict"):
        yield "no `:class: predict` box in the chapter"


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


def exercises(chapter: Chapter) -> Iterator[str]:
    """At least four, each under a heading of its own; two or more with stub, check and solution."""
    section = next((body for title, body in sections(chapter.prose, 2).items() if title.lower() == "exercises"), None)
    if section is None:
        yield "no section “Exercises”"
        return
    if len(sections(section, 3)) < 4:
        yield f"the section “Exercises” has {len(sections(section, 3))} exercises (headings ###); four are the least"
    pairs, problems = taught.exercises(chapter.written)
    yield from problems
    if len(pairs) < 2:
        yield f"{len(pairs)} exercises have a cell tagged `exercise` and one tagged `solution`; two are the least"
    for text in re.findall(r"^:{3,}\{admonition\} *((?:Solution|Answer)\b.*)$", chapter.prose, flags=re.MULTILINE):
        yield f"the box “{text}” hides a solution: tag a cell `solution`; it is folded, and left out for students"


def answers(chapter: Chapter) -> Iterator[str]:
    """Every solution passes its check and every stub fails it."""
    yield from taught.failures(chapter.written, chapter.path.parent)


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


def alt_text(chapter: Chapter) -> Iterator[str]:
    """Every picture has a description: cell metadata `mystnb: image: alt:`, or alt in the HTML."""
    for number, cell in enumerate(chapter.recorded.cells, start=1):
        for output in cell.get("outputs", []):
            picture = any(kind.startswith("image/") for kind in output.get("data", {}))
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            if picture and len(alt.split()) < 4:
                yield f"cell {number} shows a picture without alt text (metadata mystnb.image.alt): {alt!r}"
            for text in notebooks.output_texts(output):
                if re.search(r"<img\b(?![^>]*\balt=[\"'][^\"']+[\"'])", text):
                    yield f"cell {number} shows an <img> without alt text"
    for text in re.findall(r"!\[\s*\]\(", chapter.prose):
        yield f"a picture in the text has no alt text: {text}"


def sweeps(chapter: Chapter) -> Iterator[str]:
    """Where there is a `sweep` cell, its recorded player is shown, and a live panel opens beside it."""
    if not chapter.code("sweep"):
        return
    shown = [text for cell in chapter.recorded.cells for output in cell.get("outputs", [])
             for text in notebooks.output_texts(output) if PLAYER in text]
    if not shown:
        yield "a cell is tagged `sweep` and no player is shown"


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


RULES: dict[str, Callable[[Chapter], Iterator[str]]] = {
    rule.__name__: rule for rule in (
        in_step, executed, clean, opening, parameters, predicts, outcomes, compared, breaks, exercises, answers, ending,
        alt_text, sweeps, same_code, words)}


def main(arguments: list[str]) -> int:
    chosen = [Path(name).resolve().with_suffix(".md") for name in arguments] or notebooks.sources()
    bad = 0
    for path in chosen:
        for name, rule in RULES.items():
            for complaint in rule(Chapter(path)):
                bad += 1
                print(f"{path.name}: {name}: {complaint}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
