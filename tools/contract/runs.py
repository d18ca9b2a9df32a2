"""Which cells train."""

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from tools import taught


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
