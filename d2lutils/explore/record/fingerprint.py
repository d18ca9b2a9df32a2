"""A fingerprint of the code behind a recorded sweep, so that a test can tell when the record is older than the code.

`code_hash(train)` is the SHA-256 of everything that decides what `train` computes, as far as the book's own code goes:

- the syntax tree of `train`, and of every function and class of the chapter or of d2lutils that it refers to by name
  (`helper(...)`, `d2l.fit(...)`, a base class), and of those that these refer to, and so on;
- for a name that stands for something else (a learning rate, a tensor of data), the statements that bind it in the
  chapter or in its module. Statements, not values: `by_device(cpu=…, accelerator=…)` gives other values on a GPU, and
  that does not make a record stale. Where there is no source to read, as in a live notebook, plain values are taken.

A function is known by its qualified name, a private one by nothing but its number in the order of first use; so a file
may move, its module be named anew and a private helper too, and no record is stale. Nor is it when a comment, a
docstring, an annotation, the words of an error or a `__repr__` change, or what only shows, times or fetches: LEFT_OUT.
What PyTorch itself computes is not part of it either; a record names the version that made it.

Names are looked up as they stand in the text: `d2l.fit` is found, `getattr(d2l, "f" + "it")` is not, nor is a method
called on a value that a function was given. Classes are taken whole, so their methods are all there.

`notebook_hash(cells)` is the same for the code of d2lutils that the cells of a notebook reach. What a notebook shows is
part of what was recorded of it, so drawings, checks and reprs count there.
"""

import ast
import functools
import hashlib
import importlib
import inspect
import re
import sys
import types

from d2lutils.explore.record.trees import bindings, definition_of, private_names, tree_of, written
from d2lutils.explore.record.words import PACKAGE, cleaned, is_package, is_private

MESSAGES = ("arguments", "data.files")  # the texts that their functions are handed are words for people
_FETCHED = (*MESSAGES, "data.stand_ins.cache", "machine.allocator", "machine.turns")
LEFT_OUT = (*_FETCHED, "plots", "explore", "check", "machine.timing", "training.checkpoint")
LEFT_OUT_OF_NOTEBOOKS = (*_FETCHED, "explore.record", "explore.live")
_PLAIN = (int, float, complex, str, bytes, bool, type(None))


def code_hash(function, *also) -> str:
    """The fingerprint of `function`, and of plain values `also` (axes, names of curves), as 64 hexadecimal digits."""
    return _hash(lambda walk: [walk.value(function), repr(also)], home=_home(function))


def own_hash(function) -> str:
    """The fingerprint of `function` and of the functions and classes beside it that it uses; nothing of the package.

    It is the same in a chapter and in a running notebook, where the statements that bind other names cannot be read.
    """
    return _hash(lambda walk: [walk.value(function)], home=_home(function), left_out=("",), variables=False)


def _home(function) -> str | None:
    if isinstance(function, functools.partial):
        return _home(function.func)
    return getattr(inspect.unwrap(function) if callable(function) else function, "__module__", None)


def notebook_hash(cells: list[str]) -> str:
    """The fingerprint of the package code that the sources of a notebook's code cells reach, as 64 hexadecimal digits.

    The cells themselves are no part of it. A cell that is no Python (`%%bash`) reaches nothing; a program that is named
    in a text (`"d2lutils.experiments.light_meter"`, for `python -m`) is taken whole.
    """
    statements = [statement for source in cells for statement in _statements(source)]
    return _hash(lambda walk: walk.cells(statements), left_out=LEFT_OUT_OF_NOTEBOOKS, showing=True)


def _hash(begin, **how) -> str:
    """SHA-256 of what `begin(walk)` gives and of all the parts that it reaches."""
    first = _Walk(**how)
    first.all_from(begin)
    second = _Walk(**how, private=first.private)  # which private names are our own is known only at the end
    return hashlib.sha256("\n".join(second.all_from(begin)).encode()).hexdigest()


def _statements(source: str) -> list[ast.stmt]:
    if source.lstrip().startswith("%%"):
        return []
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines)).body
    except SyntaxError:
        return []


class _Walk:
    """Collects the parts of a fingerprint, numbered in the order in which they are first referred to."""

    def __init__(self, home: str | None = None, left_out=LEFT_OUT, showing: bool = False, variables: bool = True,
                 private=frozenset()):  # fmt: skip
        self.home, self.showing, self.variables = home, showing, variables
        self.left_out = tuple(f"{PACKAGE}.{name}".rstrip(".") for name in left_out)
        self.private: set[str] = set()  # found on this walk
        self.numbers = dict.fromkeys(private)  # private name -> its number, given at its first use
        self.counted = 0
        self.tokens: dict[object, str] = {}
        self.waiting: list[tuple[str, object]] = []  # (token, a function that writes the part)

    def all_from(self, begin) -> list[str]:
        """What `begin` gives, and after it every part that is reached."""
        parts = begin(self)
        for token, write in self.waiting:  # grows on the way
            parts.append(f"{token}\t{write()}")
        return parts

    def renamed(self, name: str) -> str:
        """A private name of our own as a number; any other as it is."""
        if name not in self.numbers:
            return name
        if self.numbers[name] is None:
            self.counted += 1
            self.numbers[name] = f"_{self.counted}"
        return self.numbers[name]

    def is_ours(self, module: str) -> bool:
        """Whether a module is the chapter, or where the first function stands, or a part of d2lutils that matters."""
        if is_package(module):
            return not _lies_in(module, self.left_out)
        return module in (self.home, "__main__") or hasattr(sys.modules.get(module), "__chapter__")

    def new(self, key, name: str, write) -> str:
        """The token of a part; the first time, the part itself is put on the list."""
        if key not in self.tokens:
            self.tokens[key] = f"#{len(self.tokens)}{'' if is_private(name) else ' ' + name}"
            self.waiting.append((self.tokens[key], write))
        return self.tokens[key]

    def value(self, value) -> str:
        """A value as text: a definition by its token, plain data as it is, anything else by its type."""
        if isinstance(value, functools.partial):
            return f"partial({self.value(value.func)}, {_plain(value.args)}, {_plain(value.keywords)})"
        if isinstance(value, types.MethodType):
            value = value.__func__
        if callable(value) and hasattr(value, "__wrapped__"):
            value = inspect.unwrap(value)
        if isinstance(value, (types.FunctionType, type)):
            return self.definition(value)
        if not isinstance(value, (*_PLAIN, tuple, list, dict, set)) and self.is_ours(type(value).__module__):
            return f"a {self.definition(type(value))}"
        return _plain(value)

    def definition(self, thing) -> str:
        """The token of a function or a class; of what is not ours, its name."""
        module = thing.__module__ or "__main__"
        if not self.is_ours(module):
            return _left_out(thing.__qualname__, module) if is_package(module) else thing.__qualname__
        if isinstance(thing, type) or thing.__closure__:
            key = thing
        else:  # two lambdas of a module have one name
            key = module, thing.__qualname__, thing.__code__.co_firstlineno, thing.__code__
        return self.new(key, thing.__qualname__, lambda: self.part(thing, module))

    def part(self, thing, module: str) -> str:
        node = definition_of(thing)
        if node is None:
            return "no source"
        scope = thing.__globals__ if isinstance(thing, types.FunctionType) else vars(sys.modules[module])
        closure = _closure(thing)
        scope = {**scope, **_imported_inside(node, scope)}

        def refer(chain):
            if chain[0] in closure and not isinstance(closure[chain[0]], types.ModuleType):
                return ".".join([self.value(closure[chain[0]]), *chain[1:]])
            return self.name(chain, {**scope, **closure}, module)

        found = private_names(node)
        if isinstance(thing, type):  # what a class of PyTorch calls by its name keeps it
            foreign = [base for base in thing.__mro__ if not self.is_ours(base.__module__)]
            found -= {name for base in foreign for name in (*vars(base), *inspect.get_annotations(base))}
        return self.written(node, refer, found, isinstance(thing, type) and issubclass(thing, BaseException))

    def written(self, node, refer, private=frozenset(), is_error: bool = False) -> str:
        self.private |= private
        tree = cleaned(node, self.showing, is_error)
        return written(tree, refer, self.renamed, lambda function: function.startswith("says ")) if tree else ""

    def name(self, chain: tuple[str, ...], scope: dict, module: str) -> str | None:
        """What `a.b.c` stands for in `scope`, the names of `module`; None where nothing is known of it."""
        if chain[0] not in scope:
            return None
        value, (name, *rest) = scope[chain[0]], chain
        while isinstance(value, types.ModuleType) and rest:
            if not is_package(value.__name__) and not self.is_ours(value.__name__):
                return ".".join([value.__name__, *rest])
            module, scope, name, rest = value.__name__, vars(value), rest[0], rest[1:]
            value = getattr(value, name, None)
        if isinstance(value, types.ModuleType):
            return "a module" if is_package(value.__name__) else value.__name__
        if isinstance(value, (types.FunctionType, type)) or hasattr(value, "__wrapped__"):
            found = self.value(value)
        else:
            found = self.variable(name, value, scope, module)
        return ".".join([found, *map(self.renamed, rest)])

    def variable(self, name: str, value, scope: dict, module: str) -> str:
        """A name that is neither function, class nor module: the statements that bind it, else its value."""
        if not self.is_ours(module):
            return _left_out(name, module) if is_package(module) else name
        if not self.variables:
            return name
        key = (module, name)
        if key in self.tokens:
            return self.tokens[key]
        tree = scope.get("__chapter__") or tree_of(scope.get("__file__"))
        statements = bindings(tree).get(name, [])
        for statement in statements:
            if isinstance(statement, ast.ImportFrom):
                first = next(alias.name for alias in statement.names if (alias.asname or alias.name) == name)
                origin = importlib.import_module("." * statement.level + (statement.module or ""), scope["__package__"])
                return self.variable(first, value, vars(origin), origin.__name__)
        if not statements:
            return self.value(value)

        def write():
            made = {name} if is_private(name) else set()
            return "\n".join(self.written(s, lambda chain: self.name(chain, scope, module), made) for s in statements)

        return self.new(key, name, write)

    def cells(self, statements: list[ast.stmt]) -> list[str]:
        """Follow every name of these statements that an import from this package gives a meaning."""
        scope: dict = {}
        missing = []
        for statement in statements:
            try:
                scope |= _imported_inside(statement, {})
            except (ImportError, AttributeError) as error:  # the notebook is older than the package: that is the news
                missing.append(type(error).__name__)
        for statement in statements:
            self.written(statement, lambda chain: self.name(chain, scope, "__main__"))
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for name in re.findall(rf"(?<![\w.]){PACKAGE}(?:\.\w+)+", node.value):
                        self.program(name)
        return missing

    def program(self, name: str) -> None:
        """All that stands in a module, if there is one of this name."""
        try:
            module = importlib.import_module(name)
        except ImportError:
            return
        for thing in vars(module).values():
            if isinstance(thing, (types.FunctionType, type)) and thing.__module__ == name:
                self.definition(thing)


def _lies_in(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(place + ".") for place in places)


def _left_out(name: str, module: str) -> str:
    """How a part of the package that is not followed is written: by its name."""
    says = _lies_in(module, tuple(f"{PACKAGE}.{place}" for place in MESSAGES))
    return f"{'says' if says else 'not followed:'} {'' if is_private(name) else name}"


def _plain(value) -> str:
    """Plain data as text that is the same in every process; of anything else, its type."""
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(_plain, value))})"
    if isinstance(value, (set, frozenset)):
        return f"set({', '.join(sorted(map(_plain, value)))})"
    if isinstance(value, dict):
        return f"dict({', '.join(f'{_plain(k)}: {_plain(v)}' for k, v in value.items())})"
    return repr(value) if isinstance(value, _PLAIN) else f"<{type(value).__qualname__}>"


def _imported_inside(node: ast.AST, scope: dict) -> dict:
    """What the import statements inside a tree bind, as far as they import our own code."""
    found = {}
    for statement in ast.walk(node):
        if isinstance(statement, ast.ImportFrom) and (statement.level or is_package(statement.module)):
            origin = "." * statement.level + (statement.module or "")
            module = importlib.import_module(origin, scope.get("__package__"))
            for alias in statement.names:
                if not hasattr(module, alias.name):
                    importlib.import_module(f"{module.__name__}.{alias.name}")
                found[alias.asname or alias.name] = getattr(module, alias.name)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                if is_package(alias.name):
                    module = importlib.import_module(alias.name)
                    found[alias.asname or PACKAGE] = module if alias.asname else sys.modules[PACKAGE]
    return found


def _closure(thing) -> dict:
    if not isinstance(thing, types.FunctionType) or not thing.__closure__:
        return {}
    cells = zip(thing.__code__.co_freevars, thing.__closure__)
    return {name: cell.cell_contents for name, cell in cells if cell != types.CellType()}
