"""How a report is shown: once in a notebook, and in plain signs where the output cannot hold others."""

import io
import sys

import pytest
from IPython.core.formatters import DisplayFormatter

from d2lutils import check


def test_a_report_is_shown_once_in_a_notebook():
    report = check.softmax(lambda x: x.softmax(-1))
    formatter = DisplayFormatter()
    formatter.ipython_display_formatter.enabled = True
    assert formatter.ipython_display_formatter(report), "the display hook must find that the report displays itself"
    assert repr(report) == "<check softmax: passed>" and report.passed


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "gbk"])
@pytest.mark.parametrize("ask, answer", [
    (check.softmax, lambda x: x.softmax(-1)), (check.softmax, lambda x: x.exp()),
    (check.unit_jacobian, lambda u: u[:, None] * u),
    (check.without_start, lambda r, s, m, k: (r - m**k * s) / (1 - m**k)),
    (check.clip_gradients, lambda a, b, limit: (a.clamp(-limit, limit), b.clamp(-limit, limit))),
])  # fmt: skip
def test_an_output_without_ticks_gets_plain_signs(encoding, ask, answer, monkeypatch):
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", output)
    report = ask(answer)
    output.flush()
    text = output.buffer.getvalue().decode(encoding)
    assert text.startswith(report.name + ": ") and len(text.splitlines()) == len(report.text.splitlines())
    assert ("  + " in text) == bool(report.right) or encoding == "gbk"


def test_an_output_of_unknown_encoding_is_written_to(monkeypatch):
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    report = check.softmax(lambda x: x.softmax(-1))
    assert output.getvalue() == report.text + "\n" and "✓" in output.getvalue()
