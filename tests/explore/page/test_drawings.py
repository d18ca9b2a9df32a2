"""Figures as text."""

from hypothesis import given
from hypothesis import strategies as st

from d2lutils.explore.page.drawings import from_ranges, share_lines


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12), min_size=1, max_size=5))
def test_shared_lines_come_back(texts):
    table, rows = share_lines(texts)
    assert [[table[i] for i in from_ranges(row)] for row in rows] == texts
