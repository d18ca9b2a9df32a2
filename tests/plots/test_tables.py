"""Tables of numbers: what stands in a cell, on which side, with how many digits; and never HTML from outside."""

import io
import statistics
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
import torch

import d2lutils as d2l

RUNS = [
    {"network": "LeNet", "weights": 61706, "accuracy": [0.853, 0.847, 0.844], "time": 12.6},
    {"network": "MLP", "weights": 203530, "accuracy": torch.tensor([0.853, 0.857, 0.864]), "time": 0.83},
]


def cells(made) -> list[list[str]]:
    return made.rows


def test_a_table_as_text():
    made = d2l.table(RUNS, units={"time": "s"}, caption="Ten epochs of Fashion-MNIST")
    assert repr(made).splitlines() == [
        "Ten epochs of Fashion-MNIST",
        "network  weights       accuracy  time (s)",
        "-------  -------  -------------  --------",
        "LeNet     61,706  0.848 ± 0.005     12.60",
        "MLP      203,530  0.858 ± 0.006      0.83",
        "mean ± standard deviation, n = 3",
    ]


class Parsed(HTMLParser):
    """Tags in balance, and the cells of each row with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append([tag, dict(attributes), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1][2] += data


def test_a_table_as_html():
    head, first, second = Parsed(d2l.table(RUNS, units={"time": "s"})._repr_html_()).rows
    assert [(tag, attributes.get("scope")) for tag, attributes, _ in head] == [("th", "col")] * 4
    assert [text for *_, text in second] == ["MLP", "203,530", "0.858 ± 0.006", "0.83"]
    assert [(tag, attributes.get("scope")) for tag, attributes, _ in first] == [("th", "row")] + [("td", None)] * 3
    sides = [attributes["style"].split(";")[0] for _, attributes, _ in second]
    assert sides == ["text-align: left"] + ["text-align: right"] * 3


def test_the_same_rows_make_the_same_outputs():
    """nbval compares both, word for word: no ids, no addresses."""
    one, two = d2l.table(RUNS), d2l.table(RUNS)
    assert repr(one) == repr(two) and one._repr_html_() == two._repr_html_()
    assert "0x" not in repr(one) and " id=" not in one._repr_html_()


def test_texts_are_never_html():
    evil = '<script>alert("1")</script>&'
    html = d2l.table([{evil: evil}], units={evil: evil}, caption=evil)._repr_html_()
    assert "<script" not in html and "&lt;script&gt;" in html and "&amp;" in html
    html = d2l.table([{"n": 1.5}], formats={"n": lambda value: f"<b>{value}</b>"})._repr_html_()
    assert "<b>" not in html


def test_mean_and_spread_are_those_of_the_sample():
    values = [1.0, 2.0, 4.0]
    (row,) = cells(d2l.table([[values]], ["a"], formats={"a": ".6f"}))
    assert row == [f"{statistics.mean(values):.6f} ± {statistics.stdev(values):.6f}"]
    assert cells(d2l.table([[[2.0]]], ["a"])) == [["2"]]  # one value has no spread
    assert repr(d2l.table([[[1.0, 2.0]], [[1.0, 2.0, 4.0]]], ["a"])).endswith("n = 2 to 3")


DIGITS = {
    "accuracies": ([0.853, 0.8471], ["0.853", "0.847"]), "seconds": ([12.61, 0.834], ["12.61", "0.83"]),
    "counts": ([60000, 7], ["60,000", "7"]), "whole floats": ([1.0, 2.0], ["1", "2"]),
    "large": ([1234.5, 999.25], ["1,234", "999"]), "wide range": ([1e-5, 0.1, 3.0], ["1e-5", "0.1", "3"]),
    "tiny": ([3e-7, 2e-6], ["3e-7", "2e-6"]), "mixed": ([1, 0.5], ["1.00", "0.50"]),
    "below zero": ([-0.5, 0.25], ["-0.500", "0.250"]), "zeros": ([0.0, 0], ["0", "0"]),
    "a small number": ([-0.0001, 0.5], ["-0.00010", "0.50000"]),
    "no minus for nothing": ([-0.0, 0.5], ["0.000", "0.500"]), "missing": ([None, 0.5], ["–", "0.500"]),
    "not finite": ([float("nan"), float("inf"), 0.5], ["nan", "inf", "0.500"]),
    "nothing": ([None, None], ["–", "–"]), "yes and no": ([True, False], ["yes", "no"]),
    "NumPy and tensors": ([np.float32(0.5), torch.tensor(0.25)], ["0.500", "0.250"]),
    "NumPy counts": ([np.int64(5), torch.tensor(6)], ["5", "6"]),
    "spread below the digits": ([[0.8531, 0.8532], [0.8532, 0.8532]], ["0.85315 ± 0.00007", "0.85320 ± 0.00000"]),
    "texts": (["a", ""], ["a", ""]), "a huge whole number": ([10**30, 1], [f"{10**30:,}", "1"]),
}  # fmt: skip


@pytest.mark.parametrize(("values", "texts"), DIGITS.values(), ids=DIGITS.keys())
@pytest.mark.filterwarnings("error")
def test_digits_fit_the_column(values, texts):
    assert [text for (text,) in cells(d2l.table([[value] for value in values], ["a"]))] == texts


def test_formats_of_ones_own():
    made = d2l.table(RUNS, formats={"accuracy": ".1%", "weights": lambda n: f"{n / 1000:.0f} k"})
    assert made.rows[0][1:3] == ["62 k", "84.8% ± 0.5%"]


def test_columns_are_chosen_and_ordered():
    assert d2l.table(RUNS, ["time", "network"]).headings == ["time", "network"]
    assert d2l.table([{"a": 1}, {"b": 2}]).rows == [["1", "–"], ["–", "2"]]
    assert d2l.table([(1, 2)], ["x", "y"]).rows == [["1", "2"]]
    assert d2l.table(torch.tensor([[1.5, 2.5]]), ["x", "y"]).rows == [["1.50", "2.50"]]


def test_columns_as_a_history_has_them():
    history = d2l.History(epochs={"epoch": [1.0, 2.0], "train loss": [0.75, 0.5]})
    assert d2l.table(history.epochs).rows == [["1", "0.750"], ["2", "0.500"]]
    assert d2l.table(history.epochs, ["train loss"]).rows == [["0.750"], ["0.500"]]


WRONG = {
    "no rows": ({"rows": []}, ValueError, "rows is empty"),
    "no headings": ({"rows": [(1, 2)]}, ValueError, "columns is missing"),
    "a short row": ({"rows": [(1, 2), (3,)], "columns": ["a", "b"]}, ValueError, "row 1 has 1 cells, .* 2 columns"),
    "a number for a row": ({"rows": [3], "columns": ["a"]}, ValueError, "row 0 has one int"),
    "unknown column": ({"rows": [{"a": 1}], "columns": ["b"]}, ValueError, "no row has the column 'b': there are a"),
    "unknown format": ({"rows": [{"a": 1}], "formats": {"b": ".1f"}}, ValueError, "formats names 'b'"),
    "unknown unit": ({"rows": [{"a": 1}], "units": {"b": "s"}}, ValueError, "units names 'b'"),
    "unequal columns": ({"rows": {"a": [1], "b": [1, 2]}}, ValueError, "they have: a 1, b 2"),
    "a cell of another kind": ({"rows": [{"a": 1j}]}, TypeError, "the cell a, row 0 must be a number"),
    "an empty cell": ({"rows": [{"a": []}]}, ValueError, "holds no number"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_table_is_named(arguments, error, said):
    with pytest.raises(error, match=said):
        d2l.table(**arguments)


def test_an_output_in_an_old_code_page_gets_plain_signs(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    text = repr(d2l.table(RUNS))
    assert "+/-" in text and text.isascii()
