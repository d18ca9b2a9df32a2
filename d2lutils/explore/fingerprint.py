"""A fingerprint of the code behind a recorded sweep, so that a test can tell when the record is older than the code.

`code_hash(train)` is the SHA-256 of everything that decides what `train` computes, as far as the book's own code goes:

- the syntax tree of `train`, and of every function and class of the chapter or of d2lutils that it refers to by name
  (`helper(...)`, `d2l.fit(...)`, a base class), and of those that these refer to, and so on;
- for a name that stands for something else (a learning rate, a tensor of data), the statements that bind it in the
  chapter or in its module. Statements, not values: `by_device(cpu=…, accelerator=…)` gives other values on a GPU, and
  that does not make a record stale. Where there is no source to read, as in a live notebook, plain values are taken.

Left out are comments, docstrings, annotations and the wording of errors, and all that only shows, times or fetches:
`d2lutils.plots`, `explore`, `check`, `timing`, `heap`, checkpoints, and how data files are found and read (sweeps are
recorded on the data that the package makes itself). What PyTorch itself computes is not part of it either; a record
names the version that made it.

Names are looked up as they stand in the text: `d2l.fit` is found, `getattr(d2l, "f" + "it")` is not, nor is a method
called on a value that a function was given. Classes are taken whole, so their methods are all there.
"""

import ast
import builtins
import functools
import hashlib
import importlib
import inspect
import linecache
import sys
import types

PACKAGE = __name__.split(".")[0]
_SHOWN_TIMED_OR_FETCHED = """plots explore check timing heap training.checkpoint
    data.store data.download data.archives data.idx data.errors"""
LEFT_OUT = tuple(f"{PACKAGE}.{name}" for name in _SHOWN_TIMED_OR_FETCHED.split())
_NOT_MEANING = {"type_params", "type_comment", "kind", "ctx", "annotation", "returns", "type_ignores"}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_PLAIN = (int, float, complex, str, bytes, bool, type(None))


def code_hash(function, *also) -> str:
    """The fingerprint of `function`, and of plain values `also` (axes, names of curves), as 64 hexadecimal digits."""
    walk = _Walk(getattr(function, "__module__", None))
    walk.value(function, "function")
    text = "\n".join(f"{key}\t{part}" for key, part in sorted(walk.parts.items()))
    return hashlib.sha256(f"{text}\n{also!r}".encode()).hexdigest()


def normalised(node) -> str:
    """A syntax tree as text: the same for code that computes the same but for comments, docstrings, annotations and
    the arguments of `raise`; and the same in every version of Python, which `ast.dump` is not."""
    if isinstance(node, ast.AST):
        fields = []
        for name, value in ast.iter_fields(node):
            if name in _NOT_MEANING or value is None or value == []:
                continue
            if name == "body" and isinstance(node, (*_DEFINITIONS, ast.Module)):
                value = value[1:] if ast.get_docstring(node, clean=False) is not None else value
            if isinstance(node, ast.Raise) and name == "exc" and isinstance(value, ast.Call):
                value = value.func
            fields.append(f"{name}={normalised(value)}")
        return f"{type(node).__name__}({','.join(fields)})"
    return f"[{','.join(map(normalised, node))}]" if isinstance(node, list) else repr(node)


class _Walk:
    """Collects the parts of a fingerprint, each under the name of what it is: {"module.qualname": text}."""

    def __init__(self, home: str | None):
        self.parts: dict[str, str] = {}
        self.home = home

    def is_ours(self, module: str) -> bool:
        """Whether a module is the chapter, or where the first function stands, or a part of d2lutils that matters."""
        return module == self.home or _is_ours(module)

    def value(self, value, name: str) -> None:
        if isinstance(value, functools.partial):
            self.parts[f"{name}()"] = f"{_plain(value.args)} {_plain(value.keywords)}"
            return self.value(value.func, name)
        if isinstance(value, types.MethodType):
            value = value.__func__
        if callable(value) and hasattr(value, "__wrapped__"):
            value = inspect.unwrap(value)
        if isinstance(value, (types.FunctionType, type)):
            return self.definition(value)
        if not isinstance(value, (*_PLAIN, tuple, list, dict, set)) and self.is_ours(type(value).__module__):
            self.definition(type(value))
        self.parts.setdefault(name, _plain(value))

    def definition(self, thing) -> None:
        """A function or a class: its tree, and all it names."""
        module = thing.__module__ or "__main__"
        if not self.is_ours(module):
            return
        key = f"{_short(module)}.{thing.__qualname__}"
        if key in self.parts:
            return
        node = _find(thing)
        self.parts[key] = normalised(node) if node is not None else "no source"
        if node is None:
            return
        scope = thing.__globals__ if isinstance(thing, types.FunctionType) else vars(sys.modules[module])
        closure = _closure(thing)
        scope = {**scope, **_imported_inside(node, scope), **closure}
        for chain in _names(node):
            if chain[0] in closure and not isinstance(closure[chain[0]], types.ModuleType):
                self.value(closure[chain[0]], f"{key}.{chain[0]}")
            else:
                self.name(chain, scope, module)

    def name(self, chain: tuple[str, ...], scope: dict, module: str) -> None:
        """What `a.b.c` stands for in `scope`, the names of `module`."""
        if chain[0] not in scope:
            if not hasattr(builtins, chain[0]):
                self.parts.setdefault(f"{_short(module)}.{chain[0]}", "nothing yet")
            return
        value, (name, *rest) = scope[chain[0]], chain
        while isinstance(value, types.ModuleType) and rest:
            if not self.is_ours(value.__name__):
                return
            module, scope, name, rest = value.__name__, vars(value), rest[0], rest[1:]
            value = getattr(value, name, None)
        if isinstance(value, types.ModuleType):
            return
        if isinstance(value, (types.FunctionType, type)):
            return self.value(value, name)
        self.variable(name, value, scope, module)

    def variable(self, name: str, value, scope: dict, module: str) -> None:
        """A name that is neither function, class nor module: the statements that bind it, else its value."""
        key = f"{_short(module)}.{name}"
        if key in self.parts or not self.is_ours(module):
            return
        statements = _bindings(scope).get(name, [])
        for statement in statements:
            if isinstance(statement, ast.ImportFrom):
                origin = importlib.import_module("." * statement.level + (statement.module or ""), scope["__package__"])
                return self.variable(name, value, vars(origin), origin.__name__)
        if not statements:
            return self.value(value, key)
        self.parts[key] = "\n".join(map(normalised, statements))
        for statement in statements:
            for chain in _names(statement):
                if chain != (name,):
                    self.name(chain, scope, module)


def _is_ours(module: str) -> bool:
    """Whether a module is the chapter or a part of d2lutils that decides what is computed."""
    if module == PACKAGE or module.startswith(PACKAGE + "."):
        return not any(module == name or module.startswith(name + ".") for name in LEFT_OUT)
    return module == "__main__" or hasattr(sys.modules.get(module), "__chapter__")


def _short(module: str) -> str:
    return module if module.split(".")[0] == PACKAGE else "chapter"


def _plain(value) -> str:
    """Plain data as text that is the same in every process; of anything else, its type."""
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(_plain, value))})"
    if isinstance(value, (set, frozenset)):
        return f"set({', '.join(sorted(map(_plain, value)))})"
    if isinstance(value, dict):
        return f"dict({', '.join(f'{_plain(k)}: {_plain(v)}' for k, v in value.items())})"
    return repr(value) if isinstance(value, _PLAIN) else f"<{type(value).__module__}.{type(value).__qualname__}>"


def _imported_inside(node: ast.AST, scope: dict) -> dict:
    """What the import statements inside a function bind, as far as they import our own code."""
    found = {}
    for statement in ast.walk(node):
        if isinstance(statement, ast.ImportFrom) and (statement.level or _is_ours(statement.module)):
            origin = "." * statement.level + (statement.module or "")
            module = importlib.import_module(origin, scope.get("__package__"))
            for alias in statement.names:
                if not hasattr(module, alias.name):
                    importlib.import_module(f"{module.__name__}.{alias.name}")
                found[alias.asname or alias.name] = getattr(module, alias.name)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                if _is_ours(alias.name):
                    module = importlib.import_module(alias.name)
                    found[alias.asname or PACKAGE] = module if alias.asname else sys.modules[PACKAGE]
    return found


def _closure(thing) -> dict:
    if not isinstance(thing, types.FunctionType) or not thing.__closure__:
        return {}
    cells = zip(thing.__code__.co_freevars, thing.__closure__)
    return {name: cell.cell_contents for name, cell in cells if cell != types.CellType()}


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _tree(filename: str) -> ast.Module | None:
    try:
        return _parsed("".join(linecache.getlines(filename)))
    except SyntaxError:
        return None


def _find(thing) -> ast.AST | None:
    """The node that defines a function or a class. Methods tell the file of a class that was made in a notebook."""
    if isinstance(thing, type):
        codes = [f.__code__ for f in vars(thing).values() if isinstance(f, types.FunctionType)]
        names = [*(c.co_filename for c in codes), getattr(sys.modules.get(thing.__module__), "__file__", None)]
        for name in dict.fromkeys(filter(None, names)):
            found = [n for n in ast.walk(_tree(name) or ast.Module([], [])) if isinstance(n, ast.ClassDef)]
            found = [n for n in found if n.name == thing.__name__]
            if found:
                return found[-1]
        return None
    code = thing.__code__
    for node in ast.walk(_tree(code.co_filename) or ast.Module([], [])):
        if isinstance(node, _FUNCTIONS) and getattr(node, "name", "<lambda>") == code.co_name:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            if first == code.co_firstlineno:
                return node
    return None


def _bindings(scope: dict) -> dict[str, list[ast.stmt]]:
    """Which statements of the module with these names bind which of them, functions and classes aside."""
    tree = scope.get("__chapter__") or _tree(scope.get("__file__") or "")
    found: dict[str, list[ast.stmt]] = {}
    for statement in tree.body if tree else []:
        if isinstance(statement, (*_DEFINITIONS, ast.Import)):
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


def _names(node) -> list[tuple[str, ...]]:
    """The global names that `node` reads, each with the attributes after it: ("d2l", "fit"). In order, each once."""
    found: dict[tuple[str, ...], None] = {}

    def visit(node, local: frozenset[str]) -> None:
        if isinstance(node, (ast.Attribute, ast.Name)):
            chain, base = [], node
            while isinstance(base, ast.Attribute):
                chain, base = [base.attr, *chain], base.value
            if isinstance(base, ast.Name):
                if isinstance(base.ctx, ast.Load) and base.id not in local:
                    found[(base.id, *chain)] = None
                return
        if isinstance(node, _FUNCTIONS):
            outside = [*node.args.defaults, *filter(None, node.args.kw_defaults), *getattr(node, "decorator_list", [])]
            for part in outside:
                visit(part, local)
            inner = local | _local_names(node)
            for statement in node.body if isinstance(node.body, list) else [node.body]:
                visit(statement, inner)
            return
        for name, child in ast.iter_fields(node):
            if name not in _NOT_MEANING:
                for part in child if isinstance(child, list) else [child]:
                    if isinstance(part, ast.AST):
                        visit(part, local)

    visit(node, frozenset())
    return list(found)


def _local_names(function) -> frozenset[str]:
    """The names that are a function's own: its arguments and what it assigns, less what it calls global."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    names = {a.arg for a in every if a is not None}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (*_DEFINITIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node is not function:
            names.add(node.name)
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            names -= set(node.names)
    return frozenset(names - {None})
