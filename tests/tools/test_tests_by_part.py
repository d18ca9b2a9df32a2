"""The table of what the tests cost adds up."""

from benchmarks import tests_by_part

RECORD = """<testsuites><testsuite name="pytest">
<testcase classname="tests.layers.attention.test_masks" name="a" time="1.5"/>
<testcase classname="tests.layers.test_losses" name="b" time="2.5"/>
<testcase classname="tests.test_elsewhere" name="c" time="0.25"/>
</testsuite></testsuites>"""
NOTEBOOKS = """<testsuites><testsuite name="pytest">
<testcase classname="chapters/01_preliminaries/01_tensors.ipynb" name="Cell 0" time="3"/>
</testsuite></testsuites>"""


def test_seconds_are_added_up_by_part(tmp_path):
    records = [tmp_path / "tests.xml", tmp_path / "notebooks.xml"]
    for record, text in zip(records, (RECORD, NOTEBOOKS)):
        record.write_text(text, encoding="utf-8")
    assert tests_by_part.table(records).splitlines()[2:] == [
        "| chapters | 1 | 3 | 3.0 |",
        "| tests | 1 | 0 | 0.2 |",
        "| tests/layers | 2 | 4 | 2.5 |",
        "| all | 4 | 7 | 3.0 |",
    ]
