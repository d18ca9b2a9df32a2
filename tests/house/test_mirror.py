"""The tests mirror the package, room by room."""

from helpers.house import PACKAGE, ROOMS, ROOT
from house import exceptions

HERE = ROOT / "tests"
OF_THE_WHOLE = {"book", "helpers", "house", "tools"}  # the chapters and pages, what tests share, the rules, the tools


def test_what_is_tested_stands_in_the_same_place():
    """Each folder of tests, and each file beside the folders, stands for one of the same name in the package."""
    found = [path for path in HERE.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    found += [path for path in HERE.glob("*.py") if path.name != "conftest.py"]
    names = [path.relative_to(HERE).as_posix() for path in found if path.relative_to(HERE).parts[0] not in OF_THE_WHOLE]
    alone = {name for name in names if not (PACKAGE / name.replace("test_", "", 1)).exists()}
    rooms = {room.parent.name for room in ROOMS if room.parent.parent == PACKAGE}
    untested = {room for room in rooms if not any((HERE / room).rglob("test_*.py"))}
    assert alone | untested == exceptions.TESTS.keys()


def test_every_exception_has_its_reason():
    lists = [exceptions.FOLDERS, exceptions.LONG_FILES, exceptions.CIRCLES, exceptions.TESTS]
    assert all(all(entries.values()) for entries in [*lists, *exceptions.REACHES.values()])
