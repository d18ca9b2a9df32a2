"""Syntax trees as a fingerprint reads them: each name as what it stands for, the rest as text.

`written` gives the same text for the same code in every version of Python, which `ast.dump` does not.
`definition_of` and `bindings` find the trees of what already runs.
"""

import ast
import functools
import linecache
import sys
import types
from collections.abc import Callable

from d2lutils.explore.record.words import DEFINITIONS, is_package, is_private, without_texts

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NOT_MEANING = {"type_params", "type_comment", "kind", "ctx", "annotation", "returns", "type_ignores"}
_NAMES = {"id", "attr", "name", "names", "asname", "rest"}  # the fields that hold identifiers


def written(tree: ast.AST, refer: Callable, renamed: Callable = str, messages: Callable = lambda text: False) -> str:
    """`tree` as text.

    refer: (chain, such as ("d2l", "fit")) -> what a name from outside of the tree stands for, or None to write it as it
        is. renamed: name -> the one to write instead. messages: whether what `refer` gave is a function that only says
        something, so that the texts it is handed are words for people.
    The name of a function or class itself is left out: whoever refers to it says it.
    """

    def part(node, local: frozenset, top: bool = False) -> str:
        if isinstance(node, list):
            return f"[{','.join(part(n, local) for n in node)}]"
        if not isinstance(node, ast.AST):
            return repr(node)
        if (chain := _chain(node)) and chain[0] not in local and (found := refer(chain)) is not None:
            return found
        if isinstance(node, ast.Call) and messages(part(node.func, local)):
            node = without_texts(node)
        scope = dict.fromkeys(node._fields, local)
        if isinstance(node, (*DEFINITIONS, ast.Lambda)):
            scope["body"] = local | own_names(node)
        elif isinstance(node, _COMPREHENSIONS):
            targets = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
            scope = dict.fromkeys(node._fields, local | targets)
        fields = []
        for name, value in ast.iter_fields(node):
            if name in _NOT_MEANING or value is None or value == [] or (top and name == "name"):
                continue
            if isinstance(node, ast.ClassDef) and name == "body":  # a class's names are not seen in its methods
                parts = [part(n, local if isinstance(n, DEFINITIONS) else scope["body"]) for n in value]
                fields.append(f"body=[{','.join(parts)}]")
            elif name in _NAMES and isinstance(value, str):
                fields.append(f"{name}={renamed(value)}")
            else:
                fields.append(f"{name}={part(value, scope[name])}")
        return f"{type(node).__name__}({','.join(fields)})"

    return part(tree, frozenset(), top=True)


def _chain(node) -> tuple[str, ...] | None:
    """("d2l", "fit") of `d2l.fit`, if it is read; of anything else None."""
    chain = []
    while isinstance(node, ast.Attribute):
        chain, node = [node.attr, *chain], node.value
    return (node.id, *chain) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else None


def own_names(scope) -> frozenset[str]:
    """The names that belong to a function or a class body: arguments and what it binds, less what it calls global.

    What it imports from our own code is not among them: that is looked up, wherever the import stands.
    """
    names, outer = set(), set()
    if isinstance(scope, _FUNCTIONS):
        arguments = scope.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        names = {a.arg for a in every if a is not None}
    left = list(scope.body) if isinstance(scope.body, list) else [scope.body]
    while left:
        node = left.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            names.add(node.name)
        elif isinstance(node, ast.Global):
            outer |= set(node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names if not _is_own(node, alias)}
        if isinstance(node, DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, _COMPREHENSIONS):  # their targets are theirs alone; what := binds in them is ours
            left += [n for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
        elif not isinstance(node, ast.Lambda):
            left += list(ast.iter_child_nodes(node))
    return frozenset(names - outer - {None})


def _is_own(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
    return bool(getattr(node, "level", 0)) or is_package(getattr(node, "module", None) or alias.name)


def private_names(tree: ast.AST) -> set[str]:
    """The private names that `tree` makes: of methods and inner functions, and of attributes that it sets."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS) and node is not tree:
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return {name for name in found if is_private(name)}


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[ast.Module, dict[str, ast.ClassDef], dict[tuple[str, int], ast.AST]]:
    """The tree of a text, its classes by name (the last of a name), its functions by name and first line."""
    tree, classes, functions = ast.parse(text), {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
        elif isinstance(node, _FUNCTIONS):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            functions.setdefault((getattr(node, "name", "<lambda>"), first), node)
    return tree, classes, functions


def _read(filename: str | None):
    try:
        return _parsed("".join(linecache.getlines(filename or "")))
    except SyntaxError:
        return _parsed("")


def tree_of(filename: str | None) -> ast.Module:
    """The tree of a file; an empty one where there is none to read."""
    return _read(filename)[0]


def definition_of(thing) -> ast.AST | None:
    """The node that defines a function or a class. Methods tell the file of a class that was made in a notebook."""
    if isinstance(thing, type):
        codes = [f.__code__ for f in vars(thing).values() if isinstance(f, types.FunctionType)]
        names = [*(c.co_filename for c in codes), getattr(sys.modules.get(thing.__module__), "__file__", None)]
        found = (_read(name)[1].get(thing.__name__) for name in dict.fromkeys(filter(None, names)))
        return next(filter(None, found), None)
    code = thing.__code__
    return _read(code.co_filename)[2].get((code.co_name, code.co_firstlineno))


@functools.lru_cache(maxsize=256)
def bindings(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Which statements of a module bind which of its names, functions and classes aside."""
    found: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        if isinstance(statement, (*DEFINITIONS, ast.Import)):
            continue
        if isinstance(statement, ast.ImportFrom):
            names = {alias.asname or alias.name for alias in statement.names}
        else:
            names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            names |= {n.target.value.id for n in ast.walk(statement) if _is_item_of_a_name(n)}
        for name in names:
            found.setdefault(name, []).append(statement)
    return found


def _is_item_of_a_name(node) -> bool:
    """`a += 1` binds a; so, for us, does `a[0] += 1`."""
    return isinstance(node, ast.AugAssign) and isinstance(getattr(node.target, "value", None), ast.Name)
