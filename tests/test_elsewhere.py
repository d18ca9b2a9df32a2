"""What `d2l.X` answers for a name that is not there, and what `dir(d2l)` shows."""

import re
import subprocess
import sys

import pytest

import d2lutils as d2l
from d2lutils.elsewhere import ELSEWHERE


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_name_of_the_course_is_answered_with_what_is_there(name):
    assert not hasattr(d2l, name), f"the package has {name}: it needs no word in ELSEWHERE"
    with pytest.raises(AttributeError, match=f"d2lutils has no '{name}': ") as caught:
        getattr(d2l, name)
    assert caught.value.name == name and caught.value.obj is d2l
    for named in re.findall(r"d2l\.(\w+)", ELSEWHERE[name]):
        assert named in d2l.__all__, f"{name} points to d2l.{named}, which does not exist"


def test_any_other_name_is_refused_in_one_line():
    with pytest.raises(AttributeError, match=r"^d2lutils has no 'trian'$"):
        d2l.trian  # noqa: B018
    assert not hasattr(d2l, "__wrapped__")  # what inspect and doctest ask every module for


def test_dir_shows_every_name_of_the_book_and_a_slip_of_the_pen_is_recognised():
    program = """
import d2lutils as d2l, sys
before = dir(d2l)
assert "d2lutils.explore" not in sys.modules and "d2lutils.check" not in sys.modules
assert {*d2l.__all__, "check", "explore"} <= {*before} and before == sorted(before)
assert d2l.check is sys.modules["d2lutils.check"] and d2l.explore is sys.modules["d2lutils.explore"]
assert {*before} <= {*dir(d2l)}
d2l.Animater
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.strip().endswith("d2lutils has no 'Animater'. Did you mean: 'Animator'?")
