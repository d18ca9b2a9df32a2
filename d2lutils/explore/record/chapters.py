"""The sweeps of a chapter, without running the chapter.

A chapter's source is MyST Markdown with code cells. To record its sweeps, or to tell whether the recorded ones are
fresh, a module is built from it: of every code cell the imports and the definitions of functions and classes; of cells
tagged `parameters` or `sweep` everything. So a chapter that trains for a minute is loaded in the time of its imports.
Cells tagged `exercise`, `solution` or `live` are left out, and so is everything after the last cell tagged `sweep`.
"""

import ast
import contextlib
import io
import linecache
import os
import sys
import types
from dataclasses import dataclass
from pathlib import Path

from d2lutils.explore.record.recording import Recorded, SweepError, collecting

KEPT_WHOLE, LEFT_OUT = {"parameters", "sweep"}, {"exercise", "solution", "live"}
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Chapter:
    """What was loaded: the source, the module made from it, and the Sweep and Frames objects that its cells made."""

    path: Path
    module: types.ModuleType
    recorded: list[Recorded]


def chapters_with_sweeps(root) -> list[Path]:
    """The sources (.md) below `root` that have a code cell tagged `sweep`, sorted."""
    return [path for path in sorted(Path(root).rglob("*.md")) if any("sweep" in tags for _, tags in code_cells(path))]


def code_cells(path) -> list[tuple[str, set[str]]]:
    """(source, tags) of each code cell of a MyST Markdown notebook."""
    text = Path(path).read_text(encoding="utf-8")
    if "```{code-cell}" not in text:
        return []
    import jupytext

    notebook = jupytext.reads(text, fmt="md:myst")
    return [(cell.source, set(cell.metadata.get("tags", []))) for cell in notebook.cells if cell.cell_type == "code"]


def load_chapter(path) -> Chapter:
    """Build the module of a chapter and collect its sweeps. Raises SweepError naming the chapter if a cell fails."""
    path = Path(path).resolve()
    cells = code_cells(path)
    last = max((i for i, (_, tags) in enumerate(cells) if "sweep" in tags), default=-1)
    kept: list[ast.stmt] = []
    for source, tags in cells[: last + 1]:
        if not tags & LEFT_OUT:
            kept += [s for s in _parse(source, path) if tags & KEPT_WHOLE or isinstance(s, _DEFINITIONS)]

    # written out as source of its own, so that tracebacks, inspect and the fingerprint find the lines
    text = ast.unparse(ast.Module(kept, []))
    name = f"chapter_{path.stem}"
    module = types.ModuleType(name)
    module.__file__ = filename = f"<{path.parent.name}/{path.name}>"
    module.__chapter__ = ast.parse(text)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    sys.modules[name] = module
    with collecting(path.parent) as recorded, _inside(path.parent), contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(text, filename, "exec"), vars(module))
        except Exception as error:
            raise SweepError(
                f"{path} cannot be loaded for its sweeps: {type(error).__name__}: {error}. A cell tagged sweep may use "
                "imports, functions, classes, and what cells tagged parameters or sweep define."
            ) from error
    names = [r.name for r in recorded]
    if twice := {n for n in names if names.count(n) > 1}:
        raise SweepError(f"{path} has two sweeps named {', '.join(sorted(twice))}: each needs a name of its own")
    return Chapter(path, module, recorded)


def _parse(source: str, path: Path) -> list[ast.stmt]:
    """The statements of a cell, without lines for IPython (%matplotlib inline, !ls)."""
    if source.lstrip().startswith("%%"):
        return []
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines)).body
    except SyntaxError as error:
        raise SweepError(f"{path} has a code cell that is no Python: {error}") from error


@contextlib.contextmanager
def _inside(folder: Path):
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
