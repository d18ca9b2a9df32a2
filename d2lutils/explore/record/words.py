"""A syntax tree without the words that it has for people: docstrings, errors, warnings, how an object shows itself."""

import ast
import builtins
import copy
import functools

PACKAGE = __name__.split(".")[0]
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SHOWS_ITSELF = {"__str__", "__repr__", "_repr_html_", "_repr_mimebundle_", "_ipython_display_"}


def is_private(name: str) -> bool:
    """Whether a name, or a part of a dotted one, begins with one underscore."""
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def is_package(module: str) -> bool:
    """Whether a module's name lies in this package."""
    return module == PACKAGE or module.startswith(PACKAGE + ".")


@functools.lru_cache(maxsize=5000)
def cleaned(tree: ast.AST, showing: bool = False, is_error: bool = False) -> ast.AST | None:
    """A copy of `tree` without docstrings, imports of our own code, and the words of errors, warnings and prints.

    showing: keep the methods by which objects show themselves (`__repr__` and its kin), as a notebook's outputs need.
    is_error: `tree` is the class of an exception, and what it hands to `super().__init__` are words.
    None where nothing is left.
    """
    return _Cleaner(showing, is_error).visit(copy.deepcopy(tree))


class _Cleaner(ast.NodeTransformer):
    def __init__(self, showing: bool, is_error: bool):
        self.showing, self.is_error = showing, is_error

    def visit_FunctionDef(self, node):
        if node.name in _SHOWS_ITSELF and not self.showing:
            return None
        _drop_texts_for_errors(node)
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        node = self.generic_visit(node)
        named = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        node.body = [n for n in node.body if not (_only_words(n) and n.name not in named)]
        return node

    def visit_Call(self, node):
        kind = getattr(builtins, node.func.id, None) if isinstance(node.func, ast.Name) else None
        if isinstance(kind, type) and issubclass(kind, BaseException):
            node.args, node.keywords = [], []  # all that ValueError and its like are given are words
        return self.generic_visit(node)

    def visit_Raise(self, node):
        if isinstance(node.exc, ast.Call):
            node.exc = without_texts(node.exc)
        return self.generic_visit(node)

    def visit_Assert(self, node):
        node.msg = None
        return self.generic_visit(node)

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Constant):
            return None  # a docstring, a note, an ellipsis
        if isinstance(call, ast.Call):
            name = getattr(call.func, "id", getattr(call.func, "attr", None))
            if name in ("print", "warn", "add_note") or (self.is_error and name == "__init__"):
                node.value = without_texts(call)
        return self.generic_visit(node)

    def visit_Pass(self, node):
        return None

    def visit_Import(self, node):
        node.names = [alias for alias in node.names if not is_package(alias.name)]
        return node if node.names else None

    def visit_ImportFrom(self, node):
        return None if node.level or is_package(node.module) else node


def without_texts(call: ast.Call) -> ast.Call:
    """A call that says something, without the arguments that are texts."""
    args = [value for value in call.args if not _is_text(value)]
    return ast.Call(call.func, args, [keyword for keyword in call.keywords if not _is_text(keyword.value)])


def _is_text(node: ast.AST | None) -> bool:
    """Whether an expression is a text as far as one can see: a literal, or made from one."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mod)) and (_is_text(node.left) or _is_text(node.right))
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) or _is_text(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _is_text(node.func.value)
    return False


def _only_words(node: ast.stmt) -> bool:
    """Whether this is a private method that returns nothing but texts."""
    if not isinstance(node, ast.FunctionDef) or not is_private(node.name):
        return False
    returned = [n.value for n in ast.walk(node) if isinstance(n, ast.Return)]
    return bool(returned) and all(map(_is_text, returned))


def _drop_texts_for_errors(function) -> None:
    """Drop `message = f"…"` where `message` goes into an error, and nowhere else but into the errors' record."""
    raised = [n.exc for n in ast.walk(function) if isinstance(n, ast.Raise)]
    asserted = [n.msg for n in ast.walk(function) if isinstance(n, ast.Assert)]
    words = [n for part in (*raised, *asserted) if part is not None for n in ast.walk(part)]
    kept = [n.value for n in ast.walk(function) if isinstance(n, ast.Assign) and isinstance(n.value, ast.Name)]
    aside = {id(n) for n in (*words, *kept)}
    names = [n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    read = {n.id for n in names if id(n) not in aside}
    said = {n.id for n in words if isinstance(n, ast.Name)} - read

    def is_for_an_error(statement) -> bool:
        if not isinstance(statement, (ast.Assign, ast.AugAssign)) or not _is_text(statement.value):
            return False
        targets = getattr(statement, "targets", None) or [statement.target]
        return all(isinstance(target, ast.Name) and target.id in said for target in targets)

    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            if isinstance(statements := getattr(node, name, None), list):
                setattr(node, name, [s for s in statements if not is_for_an_error(s)])
