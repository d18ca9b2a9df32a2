"""Texts for outputs that cannot hold every sign."""

import io

import pytest

from d2lutils.signs import encodable


def output(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


@pytest.mark.parametrize(("encoding", "text", "written"), [
    ("ascii", "✓ 1 ± 0.5 × 10² …", "+ 1 +/- 0.5 x 102 ..."),
    ("ascii", "‖x‖ ≤ 1 − “é”", '|x| <= 1 - "e"'),
    ("ascii", "学 π", "? ?"),
    ("cp1252", "é → ± …", "é -> ± …"),  # what can be written is not touched
    ("latin-1", "² — ’", "² - '"),
    ("gbk", "学 ✓", "学 +"),
    ("utf-8", "学 ✓ ‖", "学 ✓ ‖"),
])  # fmt: skip
def test_what_cannot_be_written_is_written_plainly(encoding, text, written):
    stream = output(encoding)
    assert encodable(text, stream) == written
    stream.write(written)  # refuses what it cannot encode
    stream.flush()


def test_an_output_that_names_no_encoding_takes_all():
    assert encodable("✓ 学", io.StringIO()) == "✓ 学"
