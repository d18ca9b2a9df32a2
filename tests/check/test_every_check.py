"""Every check that there is has its answers, and asks about strided numbers and about sizes of one."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from d2lutils import check
from d2lutils.check.examiner import Examiner

FILES = sorted(Path(__file__).parent.glob("*/test_check_*.py"))
NAMES = sorted(set(check.__all__) - {"Report"})
OF_TWO = {"auc_by_ranks", "leave_one_out_means"}  # nothing is left of them with one row
WITHOUT_TENSORS = {"window_mask", "parity_network", "forward_fold"}  # they take numbers, and try 1 among them


def answers() -> tuple[dict, dict]:
    right, wrong = {}, {}
    for path in FILES:
        spec = importlib.util.spec_from_file_location(f"answers_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for table, found in ((module.RIGHT, right), (module.WRONG, wrong)):
            for row in table:
                found.setdefault(row[0].__name__, []).append(row)
    return right, wrong


@pytest.fixture(scope="module")
def tables():
    return answers()


def test_every_check_has_four_right_answers_and_eight_wrong_ones(tables):
    right, wrong = tables
    assert sorted(right) == sorted(wrong) == NAMES and len(NAMES) == 59
    assert not {name for name in NAMES if len(right[name]) < 4 or len(wrong[name]) < 8}


def test_each_part_has_a_folder_and_each_chapter_a_file():
    """A chapter with many answers has a second file, whose name begins with that of the first."""
    package, here = Path(check.__file__).parent, Path(__file__).parent
    chapters = {path.relative_to(package).with_suffix("") for path in package.glob("*/[a-z]*.py")}
    names = [path.relative_to(here).with_name(path.stem.removeprefix("test_check_")) for path in FILES]
    assert chapters <= set(names)
    assert not [name for name in names if not any(name.as_posix().startswith(one.as_posix()) for one in chapters)]


def sides(arguments):
    for argument in arguments:
        if isinstance(argument, torch.nn.Module):
            yield from sides(argument.parameters())
        if isinstance(argument, (torch.Tensor, np.ndarray)):
            contiguous = argument.is_contiguous() if isinstance(argument, torch.Tensor) else argument.flags.c_contiguous
            yield contiguous, 1 in argument.shape


@pytest.mark.parametrize("name", [name for name in NAMES if name != "save_atomically"])
def test_strided_numbers_and_sizes_of_one_are_tried(name, tables, monkeypatch):
    tried, call = [], Examiner.call

    def listening(examiner, function, arguments):
        tried.append(arguments)
        return call(examiner, function, arguments)

    monkeypatch.setattr(Examiner, "call", listening)
    ask, answer = tables[0][name][0]
    assert ask(answer)
    if name in WITHOUT_TENSORS:
        assert any(1 in arguments for arguments in tried)
    else:
        found = [side for arguments in tried for side in sides(arguments)]
        assert not all(contiguous for contiguous, _ in found)
        assert any(one for _, one in found) or name in OF_TWO
