"""The code a chapter teaches: is it the package's own, and do its exercises answer as they should?"""

import ast
import copy
import functools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode

from tools import notebooks


class Exercise(NamedTuple):
    """A stub and its solution, each ending with the same call of a check."""

    check: str
    stub: str
    solution: str


def tree(source: str) -> ast.Module:
    """The syntax tree of a cell; lines for IPython alone (`%…`, `!…`) are left out."""
    lines = ["" if re.match(r"\s*[%!]", line) else line for line in source.splitlines()]
    return ast.parse("\n".join(lines))


# --- the same code in the chapter and in the package --------------------------------------------------------------

class _Plain(ast.NodeTransformer):
    """Drops docstrings, and `d2l.` before the package's own names: the package calls them by their bare name."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "d2l":
            return ast.Name(node.attr, node.ctx)
        return self.generic_visit(node)

    def _body(self, node: Any) -> Any:
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    visit_FunctionDef = visit_ClassDef = visit_AsyncFunctionDef = _body


def find(module: ast.AST, path: list[str]) -> ast.AST | None:
    """The definition `path` names: a function, a class, a method of one, or an assignment to a name."""
    for name in path:
        module = next((node for node in getattr(module, "body", []) if defines(node, name)), None)
        if module is None:
            return None
    return module


def defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name


@functools.cache
def definitions_of_package() -> dict[str, ast.AST]:
    """{"layers.softmax.softmax": its syntax tree} for all that the package defines, methods included.

    The exercise checks are left out: their reference answers bear the names of what they check.
    """
    package, found = notebooks.ROOT / "d2lutils", {}

    def collect(body: list, path: tuple[str, ...]) -> None:
        for node in body:
            names = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]
            for name in names or [getattr(node, "name", None)]:
                if name:
                    found[".".join((*path, name))] = node
            if isinstance(node, ast.ClassDef):
                collect(node.body, (*path, node.name))

    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        if parts[0] != "check":
            collect(ast.parse(file.read_text(encoding="utf-8")).body, parts)
    return found


def locate(name: str) -> list[ast.AST]:
    """What `name` may stand for: the definitions of the package whose path ends with it, `fit` or `steps.mean_loss`."""
    return [node for path, node in definitions_of_package().items() if f".{path}".endswith(f".{name}")]


def drift(source: str, name: str) -> Iterator[str]:
    """Complains when the definition `name` of the package differs from the one in the cell, docstrings aside."""
    packaged, path = locate(name), name.split(".")
    taught = find(tree(source), path[-1:]) or find(tree(source), path)
    if not packaged:
        yield f"same_as names {name}, which the package does not define"
    elif len(packaged) > 1:
        yield f"same_as names {name}, which the package defines {len(packaged)} times: write more of its path"
    elif taught is None:
        yield f"same_as names {name}, and the cell defines no {path[-1]}"
    else:
        left, right = (ast.unparse(_Plain().visit(node)) for node in (taught, copy.deepcopy(packaged[0])))
        for one, other in zip((left + "\n# end").splitlines(), (right + "\n# end").splitlines()):
            if one != other:
                yield f"{name} differs: the chapter says `{one.strip()}`, the package `{other.strip()}`"
                return


# --- exercises ----------------------------------------------------------------------------------------------------

def _check_of(source: str) -> str | None:
    """The last line of an exercise's cell, if it is a call of a check: `d2l.check.NAME(…)`."""
    body = tree(source).body
    if body and isinstance(body[-1], ast.Expr) and isinstance(body[-1].value, ast.Call):
        text = ast.unparse(body[-1])
        return text if text.startswith("d2l.check.") else None
    return None


def exercises(notebook: NotebookNode) -> tuple[list[Exercise], list[str]]:
    """Stubs paired with the solution that follows each, and what is wrong with those that cannot be paired."""
    pairs, problems, stub = [], [], None
    for number, cell in enumerate(notebook.cells, start=1):
        kinds = notebooks.tags(cell) & {"exercise", "solution"}
        if cell.cell_type != "code" or not kinds:
            continue
        check = _check_of(cell.source)
        if check is None:
            problems.append(f"cell {number} ({', '.join(kinds)}) does not end with a call d2l.check.NAME(…)")
            continue
        if "exercise" in kinds:
            if stub is not None:
                problems.append(f"the exercise {stub[0]} has no solution below it")
            stub = (check, cell.source)
        elif stub is None or stub[0] != check:
            problems.append(f"cell {number} solves {check}, and the exercise above it asks for {stub and stub[0]}")
            stub = None
        else:
            pairs.append(Exercise(check, stub[1], cell.source))
            stub = None
    if stub is not None:
        problems.append(f"the exercise {stub[0]} has no solution below it")
    return pairs, problems


def definitions(notebook: NotebookNode) -> ast.Module:
    """What exercises may build on: imports, functions and classes; all of `parameters`, `sweep` and `same_as` cells."""
    body = []
    for cell in notebook.cells:
        tags = notebooks.tags(cell)
        if cell.cell_type != "code" or tags & {"exercise", "solution", "live"}:
            continue
        kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
        whole = tags & {"parameters", "sweep"} or "same_as" in cell.metadata
        body += [node for node in tree(cell.source).body if whole or isinstance(node, kept)]
    return ast.Module(body, type_ignores=[])


def answer(source: str, namespace: dict) -> Any:
    """Runs a cell in a copy of `namespace` and returns the value of its last line, the check's."""
    body = tree(source).body
    namespace = dict(namespace)
    exec(compile(ast.Module(body[:-1], type_ignores=[]), "<exercise>", "exec"), namespace)
    return eval(compile(ast.Expression(body[-1].value), "<exercise>", "eval"), namespace)


def failures(notebook: NotebookNode, folder: Path) -> Iterator[str]:
    """Runs every stub and every solution; complains of a stub that passes, a solution that fails, and what raises."""
    pairs, _ = exercises(notebook)
    if not pairs:
        return
    here = os.getcwd()
    os.chdir(folder)
    try:
        namespace: dict = {"__name__": "chapter"}
        try:
            exec(compile(definitions(notebook), "<chapter>", "exec"), namespace)
        except Exception as error:
            yield f"the chapter's imports, definitions and parameters fail: {type(error).__name__}: {error}"
            return
        for check, stub, solution in pairs:
            for what, source, expected in (("stub", stub, False), ("solution", solution, True)):
                try:
                    result = answer(source, namespace)
                except Exception as error:  # a check reports; it never raises into the reader's notebook
                    yield f"{check}: the {what} raised {type(error).__name__}: {error}"
                    continue
                if bool(result) is not expected:
                    yield f"{check}: the {what} {'passes' if result else 'fails'}: {result}"
    finally:
        os.chdir(here)
