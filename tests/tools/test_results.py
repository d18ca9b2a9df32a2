"""The page of published experiments: finished runs are kept, cells stand in the right columns."""

import pytest

from benchmarks import results
from benchmarks.results import Row, kept, numbers
from benchmarks.results.__main__ import HEADER, page


def test_a_run_is_done_once_and_an_interrupted_one_again(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    calls = []

    def run(checkpoint):
        calls.append(checkpoint)
        checkpoint.write_text("half")
        if len(calls) == 1:
            raise KeyboardInterrupt
        return {"value": 1.5}

    with pytest.raises(KeyboardInterrupt):
        kept("a-run", run, say=lambda text: None)
    for _ in range(2):
        assert kept("a-run", run, say=lambda text: None) == {"value": 1.5}
    assert calls == [tmp_path / "a-run.pt"] * 2  # the checkpoint of the first call was there for the second
    assert [path.name for path in tmp_path.iterdir()] == ["a-run.json"]


def test_the_page_has_a_cell_for_every_column():
    row = Row("a model", "10 epochs", "perplexity", "1.0", "at most 1.1", numbers([1.0, 1.25]), "9.0", "1,000", "3")
    text = page([row], ["A sentence."])
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(HEADER) == len(row)
    assert len({line.count("|") for line in lines}) == 1 and "| 1.000, 1.250 |" in lines[-1]
    assert text.endswith("A sentence.\n")


def test_without_the_published_text_nothing_is_measured(monkeypatch):
    from benchmarks.results import rnn
    from d2lutils.data import DataError

    monkeypatch.setattr(rnn, "obtain", lambda *arguments: None)
    with pytest.raises(DataError, match="D2L_DATA"):
        rnn.load()
