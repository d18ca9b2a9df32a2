"""The package code that a chapter reaches, as one hash: when it changes, the chapter's outputs may be out of date."""

import ast
import hashlib
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from nbformat import NotebookNode

from d2lutils.explore import code_hash
from tools import notebooks, taught

PACKAGE = "d2lutils"


def package_hash(notebook: NotebookNode) -> str:
    """The hash of every definition of the package that the code cells name, and of all that these build on."""
    names = dict(reached([cell.source for cell in notebooks.code_cells(notebook)]))
    return _digest(f"{name} {code_hash(value)}" for name, value in sorted(names.items()))


def sweeps_hash(notebook: NotebookNode, folder: Path) -> str:
    """The hash of the recorded sweeps of a chapter's folder that its code cells name."""
    files = {folder / "sweeps" / f"{node.value}.json" for cell in notebooks.code_cells(notebook)
             for node in ast.walk(taught.tree(cell.source))
             if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()}
    there = [path for path in sorted(files) if path.exists()]
    return _digest(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in there)


def _digest(lines: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def reached(sources: list[str]) -> Iterator[tuple[str, Any]]:
    """The functions, classes and values of the package that code names, whether imported or after a dot."""
    bound: dict[str, Any] = {}
    trees = [taught.tree(source) for source in sources]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == PACKAGE:
                    module = importlib.import_module(alias.name)
                    bound[alias.asname or PACKAGE] = module if alias.asname else importlib.import_module(PACKAGE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            module = importlib.import_module(node.module)
            bound |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, (ast.Attribute, ast.Name)):
            name, value = _follow(node, bound)
            if value is not None and not isinstance(value, ModuleType):
                yield name, value


def _follow(node: ast.AST, bound: dict[str, Any]) -> tuple[str, Any]:
    """The dotted name that a node reads and what of the package it stands for; None: nothing of it."""
    if isinstance(node, ast.Name):
        return node.id, bound.get(node.id)
    if isinstance(node, ast.Attribute):
        name, owner = _follow(node.value, bound)
        if isinstance(owner, ModuleType):
            return f"{name}.{node.attr}", getattr(owner, node.attr, None)
    return "", None
