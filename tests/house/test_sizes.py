"""A folder holds at most fifteen files, a file at most three hundred lines."""

from helpers.house import ROOT
from house.exceptions import FOLDERS, LONG_FILES, MOST_FILES, MOST_LINES

CODE = [ROOT / name for name in ("d2lutils", "tests", "tools", "benchmarks")]


def test_a_folder_holds_few_files():
    folders = [path for tree in CODE for path in (tree, *tree.rglob("*")) if path.is_dir()]
    counts = {folder.relative_to(ROOT).as_posix(): sum(path.is_file() for path in folder.iterdir())
              for folder in folders if folder.name != "__pycache__"}  # fmt: skip
    found = {name: count for name, count in counts.items() if count > MOST_FILES}
    assert found.keys() == FOLDERS.keys(), found


def test_a_file_fits_in_a_few_screens():
    counts = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
              for tree in CODE for path in tree.rglob("*.py")}  # fmt: skip
    found = {name: count for name, count in counts.items() if count > MOST_LINES}
    assert found.keys() == LONG_FILES.keys(), found
