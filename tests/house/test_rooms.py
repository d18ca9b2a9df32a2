"""The rooms: arrows only down, no circles, doors instead of windows, and each says what it holds.

Each rule is one test, which names all that breaks it. What is known to break it stands in exceptions.py; where that is
no longer so, the test fails as well.
"""

import ast
import importlib
import re

import pytest
from helpers import house
from helpers.house import FILES, IMPORTS, PACKAGE, ROOMS, ROOT
from house.exceptions import CIRCLES, REACHES

from tools import notebooks

# from the ground up; a room imports only from floors below its own
FLOORS = [
    {"arguments", "elsewhere", "signs"},  # files beside the rooms, for all of them
    {"machine", "foundations", "boxes", "optim", "plots"},
    {"data", "layers", "metrics"},
    {"models", "parallel"},
    {"training"},
    {"experiments"},
    {"explore", "check", "course"},
]
UNSEEN = FLOORS[-1] | FLOORS[-2]  # nothing imports them
INSIDE = sorted(module for module in FILES if module != PACKAGE.name)
RIGHT_IN_THE_PACKAGE = {house.part(module) for module in INSIDE}


def floor(part: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def test_every_room_stands_on_a_floor():
    assert set().union(*FLOORS) >= RIGHT_IN_THE_PACKAGE


def test_arrows_go_down():
    wrong = []
    for module in INSIDE:
        own = house.part(module)
        for name in IMPORTS[module]:
            other = house.part(name)
            # without a part it is the whole package, which stands above all rooms
            if other != own and (other is None or other in UNSEEN or floor(other) >= floor(own)):
                wrong.append(f"{module} imports {name}")
    assert not wrong


def test_no_folder_has_a_circle():
    """The files and rooms right in a folder import each other along a tree, imports inside functions included."""
    ways = {room: house.circle(house.within(room)) for room in ["d2lutils", *map(house.dotted, ROOMS)]}
    found = {room: " → ".join(way) for room, way in ways.items() if way}
    assert found.keys() == CIRCLES.keys(), found


def unit_tests():
    """(name, room, source) of the tests of each room."""
    for room in sorted(RIGHT_IN_THE_PACKAGE):
        for path in sorted((ROOT / "tests" / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), room, path.read_text(encoding="utf-8")


def around():
    """(name, no room, source) of the code that enters rooms from outside: tools, chapters and their tests."""
    for folder in ("tools", "benchmarks", "tests/book", "tests/helpers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), None, path.read_text(encoding="utf-8")
    for path in notebooks.sources():
        cells = [cell.source for cell in notebooks.read_source(path).cells if cell.cell_type == "code"]
        yield path.relative_to(ROOT).as_posix(), None, imports_of("\n".join(cells))


def imports_of(source: str) -> str:
    """Its lines that import, one by one: the rest may be IPython's, or wrong on purpose."""
    lines = [line.strip() for line in source.splitlines() if re.match(r"\s*(from|import) d2lutils", line)]
    return "\n".join(line + "name)" if line.endswith("(") else line for line in lines)


def test_rooms_are_entered_by_the_door():
    """From outside one imports from a room, not from a file in it."""
    package = [(module, house.part(module), FILES[module].read_text(encoding="utf-8")) for module in INSIDE]
    found = {}
    for name, own, source in [*package, *unit_tests(), *around()]:
        wrong = {module for module in house.imported(source) if not house.may_import(own, module)}
        if wrong:
            found[name] = wrong
    assert found == {name: set(modules) for name, modules in REACHES.items()}


# --- what each room says of itself -------------------------------------------------------------------------------

def order(name: str) -> tuple[int, list]:
    """Constants, classes, functions; each in the order of the alphabet, 2 before 10."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, [int(piece) if piece.isdigit() else piece for piece in re.split(r"(\d+)", name)]


@pytest.mark.parametrize("room", [house.dotted(room) for room in ROOMS])
def test_a_room_exports_its_names(room):
    module = importlib.import_module(room)
    exported = list(getattr(module, "__all__", []))
    assert exported or room == "d2lutils.experiments", "a room without names is no room"  # programs are run
    assert set(exported) == house.EXPORTED[room], "__all__ and the imports of the room differ"
    assert exported == sorted(exported, key=order)
    assert not [name for name in exported if not hasattr(module, name)]


def test_each_file_says_what_it_holds():
    says = {name: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for name, path in FILES.items()}
    assert not [name for name, text in says.items() if not text or len(text.split()) < 5]
    first = {name: text.split("\n\n")[0].rstrip() for name, text in says.items()}
    assert not [name for name, text in first.items() if not text.endswith((".", ":", "?", "!"))], "no sentence"
    rooms = {first[room] for room in map(house.dotted, ROOMS)}
    assert len(rooms) == len(ROOMS), "two rooms say the same"


def test_the_readme_says_a_sentence_of_each_room():
    rows = re.findall(r"^\| `d2lutils/(\w+)/` \| (.+?) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {room for room, _ in rows} == {room.parent.name for room in ROOMS if room.parent.parent == PACKAGE}
    floors = [floor(room) for room, _ in rows]
    assert floors == sorted(floors), "rooms stand from the ground up"
    assert not [room for room, text in rows if len(text.split()) < 5]


# --- the rules can fail ------------------------------------------------------------------------------------------

def test_circles_are_found():
    assert house.circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert house.circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    assert "(the room itself)" in house.within("d2lutils.layers")


def test_imports_are_found_wherever_they_stand():
    assert house.imported("def f():\n    from d2lutils.plots import plot") == {"d2lutils.plots"}
    assert house.imported("from d2lutils.plots.live import Animator") == {"d2lutils.plots.live"}
    assert house.imported("from d2lutils.plots import live") == {"d2lutils.plots.live"}
    assert house.imported("from d2lutils.training import fit") == {"d2lutils.training"}  # a function, not fit.py
    assert house.imported("import d2lutils.plots.live as l, os") == {"d2lutils.plots.live"}
    assert house.imported("from . import live\nfrom .style import put", "d2lutils.plots") == {
        "d2lutils.plots.live", "d2lutils.plots.style"}  # fmt: skip
    assert house.imported("from ..plots import plot", "d2lutils.layers") == {"d2lutils.plots"}
    assert house.imported(imports_of("%matplotlib inline\n  from d2lutils.plots.live import (\nx")) == {
        "d2lutils.plots.live"}  # fmt: skip


def test_doors_and_windows():
    assert house.may_import(None, "d2lutils.plots") and house.may_import("layers", "d2lutils.data.files")
    assert house.may_import("plots", "d2lutils.plots.live")
    assert not house.may_import("training", "d2lutils.plots.live")
    assert not house.may_import(None, "d2lutils.plots.live")
    assert house.may_import("layers", "d2lutils.arguments")
    assert house.may_import(None, "d2lutils.experiments.light_meter")
