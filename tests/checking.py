"""What every exercise check must do with answers that are wrong, or no answers at all, as tests to be taken over."""

import pytest

NONSENSE = (None, lambda *given: None, lambda: 1, lambda *given: "text", lambda *given: given[0])


def wrong_answers(wrong):
    """A test of each (check, answer, cause): the answer fails, and the report names the likely cause."""

    @pytest.mark.parametrize("number", range(len(wrong)))
    def test(number, capsys):
        ask, answer, cause = wrong[number]
        assert not ask(answer)
        assert cause in capsys.readouterr().out

    return test


def nonsense(checks):
    """A test of each check: what is no answer is reported and never raises."""

    @pytest.mark.parametrize("ask", checks, ids=lambda ask: ask.__name__)
    def test(ask, capsys):
        for answer in NONSENSE:
            assert not ask(answer)
        assert "not yet" in capsys.readouterr().out

    return test
