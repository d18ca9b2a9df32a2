"""Numbers for people and for the script."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.explore.page.numbers import pack, tick_label, unpack


@settings(max_examples=200)
@given(st.lists(st.one_of(st.none(), st.floats(-1e17, 1e17, allow_nan=False), st.floats(allow_nan=False))))
def test_packed_numbers_come_back_to_four_digits(values):
    text = pack(values)
    assert not set(text) & set("<>&'\"\\`$")
    for value, back in zip(values, unpack(text), strict=True):
        assert back is None if value is None or math.isinf(value) else back == float(f"{value:.3e}")


def test_a_number_takes_three_characters_and_a_far_one_six():
    assert [len(pack([v])) for v in (None, 0, -3.14159, 9.999e16, 1.001e-17, 1e17, -1e-18, 6.46e69, 5e-324)] == [
        3, 3, 3, 3, 3, 6, 6, 6, 6]  # fmt: skip


def test_tick_labels():
    assert [tick_label(v) for v in (0, 0.25, 1000, -0.5, 1e-6, 2e5, 1e10)] == [
        "0", "0.25", "1000", "−0.5", "10⁻⁶", "2×10⁵", "10¹⁰"]  # fmt: skip
