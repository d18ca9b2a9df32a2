"""The package as a house: its rooms, its files, and who imports whom, read from the text of the files."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "d2lutils"


def dotted(path: Path) -> str:
    """"d2lutils.layers.losses" of a file in the package, "d2lutils.layers" of the `__init__.py` of a room."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names(source: str) -> set[str]:
    """The public names that the imports at the top of a file bind."""
    return {alias.asname or alias.name for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)
            for alias in node.names if not alias.name.startswith("_")}  # fmt: skip


FILES = {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}
ROOMS = [path for path in FILES.values() if path.name == "__init__.py" and path.parent != PACKAGE]
EXPORTED = {dotted(room): names(room.read_text(encoding="utf-8")) for room in ROOMS}


def imported(source: str, home: str | None = None) -> set[str]:
    """The modules of the package that `source` imports, at its top or inside a function; `home` is the folder, with
    dots, to which relative imports refer."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = (home or "").split(".")[: None if node.level < 2 else 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:  # `from room import file` imports the file, unless the room has a name like it
                file = f"{module}.{alias.name}"
                found.add(file if file in FILES and alias.name not in EXPORTED.get(module, ()) else module)
    return {name for name in found if name.split(".")[0] == PACKAGE.name}


def folder(module: str) -> str:
    """The folder, with dots, in which a file stands; a room stands in itself."""
    return module if FILES[module].name == "__init__.py" else module.rpartition(".")[0]


IMPORTS = {module: imported(path.read_text(encoding="utf-8"), folder(module)) for module, path in FILES.items()}


def part(module: str) -> str | None:
    """The room, or the file beside the rooms, to which a module belongs; None for the package itself."""
    return module.split(".")[1] if "." in module else None


def may_import(own: str | None, module: str) -> bool:
    """Whether code of the room `own`, None outside of all, may import `module`: any room, the files of its own, those
    beside the rooms, and programs."""
    if module in FILES and (FILES[module].name == "__init__.py" or FILES[module].parent == PACKAGE):
        return True
    return part(module) in (own, "experiments")


def within(room: str) -> dict[str, set[str]]:
    """Who imports whom right in the folder `room`: its files, and the rooms in it as wholes. The room's own
    `__init__.py`, which imports them all, is "(the room itself)"."""
    door = "(the room itself)"

    def child(module: str) -> str | None:
        if module == room:
            return door
        return module.removeprefix(f"{room}.").split(".")[0] if module.startswith(f"{room}.") else None

    graph: dict[str, set[str]] = {}
    for module, imports in IMPORTS.items():
        if here := child(module):
            graph.setdefault(here, set()).update({child(name) for name in imports} - {here, None})
    return graph


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A way along the arrows of `graph` that ends where it began, or []."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node):], node]
        if node in done:
            return []
        done.add(node)
        return next(filter(None, (walk(other, [*way, node]) for other in sorted(graph.get(node, ())))), [])

    return next(filter(None, (walk(node, []) for node in sorted(graph))), [])
