"""What every exercise check must do with answers that are right, wrong, spoiled or none at all, as tests to be taken
over: RIGHT is a list of (check, answer), WRONG one of (check, answer, words that the report must say)."""

import collections
import itertools
import sys

import numpy as np
import pytest
import torch

NONSENSE = (None, lambda *given: None, lambda: 1, lambda *given: "text", lambda *given: given[0], 3,
            lambda *given: ..., lambda *given: torch.empty(3, device="meta"), lambda *given: [[1], [2, 3]])  # fmt: skip

# causes that the engine reads off the numbers; what a check's own hypotheses say must be expected by the table of WRONG
CERTAIN = (
    "every entry is", "nan comes of", "inf comes of", "the sign is the wrong way", "rows and columns are swapped",
    "an axis of size 1", "a new tensor is float32", "right but for rounding", "right to a few digits",
    "something turned it", "the two results are exchanged", "two shapes do not broadcast",
    "a factor stands on the wrong side", "it is right for the same numbers side by side", ".view needs numbers",
    "your function takes", "torch.from_numpy",
)  # fmt: skip


def right_answers(right):
    @pytest.mark.parametrize("number", range(len(right)))
    def test(number, capsys):
        ask, answer = right[number]
        report = ask(answer)
        assert report, report.text
        assert capsys.readouterr().out == report.text + "\n"

    return test


def wrong_answers(wrong):
    """Each answer fails; the report says the words, and no cause but them and what is certain."""

    @pytest.mark.parametrize("number", range(len(wrong)))
    def test(number):
        ask, answer, words = wrong[number]
        report = ask(answer)
        assert not report
        assert words in report.text, report.text
        assert not report.cause or words in report.cause or report.cause.startswith(CERTAIN), report.text

    return test


def enough(right, wrong):
    """At least four right answers for each check, and eight wrong ones, those made by SPOILED not counted."""

    def test():
        rights, wrongs = (collections.Counter(row[0].__name__ for row in rows) for rows in (right, wrong))
        assert set(rights) == set(wrongs)
        few = {name: (rights[name], wrongs[name]) for name in rights if rights[name] < 4 or wrongs[name] < 8}
        assert not few

    return test


def nonsense(checks):
    """What is no answer is reported and never raises."""

    @pytest.mark.parametrize("ask", checks, ids=lambda ask: ask.__name__)
    def test(ask):
        for answer in NONSENSE:
            assert not ask(answer)

    return test


# --- mistakes that can be made with any exercise: each takes a right answer and the arguments -----------------------


def _each(result, change):
    if isinstance(result, (tuple, list)):
        return type(result)(_each(part, change) for part in result)
    return change(result)


def _for_ever(right, *arguments):
    while True:
        pass


def _for_ever_and_deaf(right, *arguments):
    while True:
        try:
            torch.zeros(3).sum()
        except BaseException:
            continue


def _no_gradients(right, *arguments):
    torch.set_grad_enabled(False)
    return right(*arguments)


def _double_by_default(right, *arguments):
    torch.set_default_dtype(torch.float64)
    return right(*arguments)


def _in_place(right, *arguments):
    result = right(*arguments)
    first = next(a for a in arguments if isinstance(a, (torch.Tensor, np.ndarray)))
    first[...] = first + 1
    return result


def _leaves(right, *arguments):
    sys.exit(1)


def _scaled(right, *arguments):
    return _each(right(*arguments), lambda part: part * 1.001)


def _one_more_axis(right, *arguments):
    return _each(right(*arguments), lambda part: torch.as_tensor(part)[None])


def _by_storage(right, *arguments):
    """Reads the numbers as if they lay side by side from the beginning of the storage on."""
    return right(*(a.as_strided(a.shape, torch.empty(a.shape).stride(), 0) if isinstance(a, torch.Tensor) else a
                   for a in arguments))  # fmt: skip


def _noisy(right, *arguments, count=itertools.count()):  # noqa: B008 (kept between calls on purpose)
    return _each(right(*arguments), lambda part: part + 1e-3 * (1 + next(count)))


def _too_much(right, *arguments):
    return _each(right(*arguments), lambda part: torch.as_tensor(part).reshape(-1)[:1].expand(10**7, 10**7))


SPOILED = {
    _for_ever: "does a loop never end?",
    _for_ever_and_deaf: "does a loop never end?",
    _no_gradients: "whether gradients are recorded",
    _double_by_default: "the default dtype",
    _leaves: "it raised SystemExit",
    _scaled: "expected",
    _one_more_axis: "expected",
    _noisy: "",
    _too_much: "expected",
    _in_place: "it changed its argument",
    _by_storage: "not contiguous",
}
OF_TENSORS = {_in_place, _by_storage}  # only where something is handed over that can be changed or laid out


def spoiled_answers(right, of_tensors=()):
    """Each kind of mistake in SPOILED, made in the first right answer to each check.

    of_tensors: the checks whose every question hands over tensors with sides.
    """
    first = {}
    for ask, answer in right:
        first.setdefault(ask.__name__, (ask, answer))
    rows = [(ask, answer, spoil) for ask, answer in first.values() for spoil in SPOILED
            if spoil not in OF_TENSORS or ask in of_tensors]  # fmt: skip

    @pytest.mark.parametrize("number", range(len(rows)), ids=[f"{a.__name__}{s.__name__}" for a, _, s in rows])
    def test(number, monkeypatch):
        ask, answer, spoil = rows[number]
        if SPOILED[spoil].startswith("does a loop"):
            monkeypatch.setattr("d2lutils.check.limits.SECONDS", 0.05)
        report = ask(lambda *arguments: spoil(answer, *arguments))
        assert not report
        assert SPOILED[spoil] in report.text, report.text
        assert not report.cause.startswith(("as in the frame", "all of it")), report.text
        assert torch.is_grad_enabled() and torch.get_default_dtype() == torch.float32

    return test
