"""What `d2l.X` answers for a name that is not there, and what `dir(d2l)` shows."""

import re
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
    with pytest.raises(AttributeError, match=r"^d2lutils has no 'Animater'$") as caught:
        d2l.Animater  # noqa: B018
    assert caught.value.obj is d2l and caught.value.name == "Animater"  # by which Python asks: did you mean Animator?
    assert not hasattr(d2l, "__wrapped__")  # what inspect and doctest ask every module for


def test_dir_shows_every_name_of_the_book_whether_it_was_loaded_or_not(monkeypatch):
    loaded = dir(d2l)
    for name in ("check", "explore"):
        assert getattr(d2l, name).__name__ == f"d2lutils.{name}"
        monkeypatch.delitem(vars(d2l), name)
    assert {*d2l.__all__, "check", "explore"} <= {*dir(d2l)} and dir(d2l) == sorted(dir(d2l))
    assert {*loaded} <= {*dir(d2l)}
    assert d2l.check is sys.modules["d2lutils.check"] and d2l.explore is sys.modules["d2lutils.explore"]
