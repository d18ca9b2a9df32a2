"""The reader's own copy: what is new comes, and nothing that a reader has written is ever lost."""

import json
import os

import pytest
from helpers.own_copy import NAME, NEW, SWEEP, book, chapter

from tools.lab import own_copy, words
from tools.lab.own_copy import OwnCopy


def test_what_is_there_is_left_and_said(reader):
    before = reader.files()
    assert reader.update(book("first")) == ["nothing new"]
    assert reader.files() == before == book("first")


def test_what_was_not_touched_is_brought_up_to_date(reader):
    assert reader.update(book("second", sweep=b"[2]")) == [
        "brought up to date, you had not changed them: 02_linear/02_softmax.ipynb and 1 file that notebooks read"]
    assert reader.files() == book("second", sweep=b"[2]")


@pytest.mark.parametrize("mine", [chapter("mine"), chapter("first", "a note"), chapter(),
                                  chapter("first", title="Mine")], ids=["edited", "added", "cut", "heading"])
def test_what_is_changed_is_never_overwritten(reader, mine):
    reader.write(NAME, mine)
    assert reader.update(book("first")) == ["nothing new"]
    assert reader.update(book("second")) == [
        f"left alone: {NAME}, which you have changed. The newer one lies beside it: {NEW}"]
    assert reader[NAME] == mine and reader[NEW] == chapter("second")
    assert reader.update(book("second")) == ["nothing new"], "the same offer is made once"
    assert reader.update(book("third"))[0].startswith("left alone: ")
    assert reader[NAME] == mine and reader[NEW] == chapter("third"), "offers do not pile up"
    assert sorted(path.name for path in (reader.folder / "02_linear").glob("*.ipynb")) == [
        "02_softmax.ipynb", "02_softmax.new.ipynb"]


def test_an_offer_that_was_deleted_does_not_come_again(reader):
    reader.write(NAME, chapter("mine"))
    reader.update(book("second"))
    (reader.folder / NEW).unlink()
    assert reader.update(book("second")) == ["nothing new"]
    assert not (reader.folder / NEW).exists()


def test_an_offer_that_was_worked_on_is_the_readers_too(reader):
    reader.write(NAME, chapter("mine"))
    reader.update(book("second"))
    reader.write(NEW, chapter("second", "mine too"))
    for _ in range(2):  # as long as it is so
        assert reader.update(book("third")) == [
            f"left alone: {NAME} and {NEW} both hold changes of yours; rename one for the newer one"]
    assert reader[NAME] == chapter("mine") and reader[NEW] == chapter("second", "mine too")


def test_an_offer_that_was_taken_is_the_chapter_again(reader):
    reader.write(NAME, chapter("mine"))
    reader.update(book("second"))
    os.replace(reader.folder / NEW, reader.folder / NAME)
    assert reader.update(book("third"))[0].startswith("brought up to date")
    assert reader[NAME] == chapter("third") and not (reader.folder / NEW).exists()


def test_an_offer_that_has_become_needless_is_put_away(reader):
    reader.write(NAME, chapter("mine"))
    reader.update(book("second"))
    (reader.folder / NAME).unlink()
    reader.update(book("second"))
    assert reader[NAME] == chapter("second") and not (reader.folder / NEW).exists()


def test_a_notebook_that_was_only_run_is_brought_up_to_date_and_its_outputs_are_kept(reader):
    run = chapter("first", output="of this machine")
    reader.write(NAME, run)
    assert reader.update(book("first")) == ["nothing new"]
    assert reader.update(book("first", output="recorded anew")) == ["nothing new"]
    assert reader[NAME] == run, "other outputs of the book are no reason to take the reader's"
    said = reader.update(book("second"))
    assert said == [f"brought up to date, you had not changed them: {NAME}",
                    f"run by you before, run them again (your outputs are kept in .book/earlier): {NAME}"]
    assert reader[NAME] == chapter("second") and reader[f".book/earlier/{NAME}"] == run


def test_new_outputs_come_where_nothing_was_run(reader):
    assert reader.update(book("first", output="recorded anew")) == ["nothing new"]
    assert reader[NAME] == chapter("first", output="recorded anew")


def test_what_jupyterlab_changes_when_it_opens_a_notebook_is_no_change(reader):
    opened = json.loads(chapter("first"))
    opened["metadata"]["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    opened["cells"][0]["metadata"]["jp-MarkdownHeadingCollapsed"] = True
    opened["cells"][2]["source"] = ["fir", "st"]
    reader.write(NAME, json.dumps(opened).encode())
    reader.update(book("second"))
    assert reader[NAME] == chapter("second") and not (reader.folder / NEW).exists()


def test_what_was_deleted_comes_again(reader):
    (reader.folder / NAME).unlink()
    assert reader.update(book("first")) == [f"new: {NAME}"]


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff\xfe\x00", chapter("mine")[:-40],
                                     b'{"cells": [{"cell_type": "code"}]}', b"[" * 100_000],
                         ids=["empty", "brace", "list", "no cells", "no text", "cut", "no source", "deep"])
def test_a_damaged_notebook_is_left_and_said(reader, damaged):
    reader.write(NAME, damaged)
    for files in (book("first"), book("second")):
        assert reader.update(files) == [
            f"left alone: {NAME} is no notebook any more (damaged JSON). `make fresh CHAPTER=02_softmax` or "
            "`python -m tools.lab --fresh 02_softmax` brings the book's and keeps yours"]
        assert reader[NAME] == damaged


# --- what else can go wrong ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("manifest", [None, b"", b"[]", b'{"edition": "whole", "given": 3}',
                                      b'{"edition": "whole", "given": {"start.ipynb": 3}}'])
def test_without_the_manifest_nothing_is_overwritten(reader, manifest):
    path = reader.folder / own_copy.MANIFEST
    path.unlink() if manifest is None else path.write_bytes(manifest)
    reader.write(NAME, chapter("mine"))
    said = reader.update(book("second"))
    assert said == [f"left alone: {NAME}, which you have changed. The newer one lies beside it: {NEW}"]
    assert reader[NAME] == chapter("mine") and reader["start.ipynb"] == book()["start.ipynb"]


@pytest.mark.parametrize("after", range(8))
def test_when_the_disk_is_full_half_way_nothing_is_lost(reader, monkeypatch, after):
    run, kept = chapter("first", output="of this machine"), chapter("mine", title="Other")
    reader.write(NAME, run)
    first, second = (book(text) | {"02_linear/03_other.ipynb": chapter(text, title="Other")}
                     for text in ("first", "second"))
    reader.update(first)
    reader.write("02_linear/03_other.ipynb", kept)
    left = iter(range(after))

    def write(path, data):
        if next(left, None) is None:
            raise OSError(28, "No space left on device", str(path))
        whole(path, data)

    whole = own_copy.write
    monkeypatch.setattr(own_copy, "write", write)
    try:
        reader.update(second)
    except OSError as error:
        assert words.trouble(error, reader.folder) == (
            f"{reader.folder} cannot be written: the disk is full ({error.filename}). Nothing of yours is lost. "
            "To go on, free some space, or let D2L_WORK name another folder.")
    there = reader.files()
    assert there["02_linear/03_other.ipynb"] == kept and run in there.values() and there[NAME] in (run, second[NAME])
    monkeypatch.undo()
    reader.update(second)
    assert reader[NAME] == second[NAME] and reader[f".book/earlier/{NAME}"] == run
    assert reader["02_linear/03_other.ipynb"] == kept and reader["02_linear/03_other.new.ipynb"] == chapter(
        "second", title="Other")


def test_a_file_is_whole_or_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "notebook.ipynb"
    own_copy.write(path, b"old")
    monkeypatch.setattr(os, "replace", lambda *names: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError):
        own_copy.write(path, b"new")
    assert path.read_bytes() == b"old" and [each.name for each in tmp_path.iterdir()] == ["notebook.ipynb"]


# --- one chapter anew ----------------------------------------------------------------------------------------------

def test_fresh_gives_the_chapter_and_keeps_the_old_one_under_a_dated_name(reader, monkeypatch):
    class Day(own_copy.datetime.date):
        @classmethod
        def today(cls):
            return cls(2026, 11, 27)

    monkeypatch.setattr(own_copy.datetime, "date", Day)
    files = book("first")
    assert OwnCopy(reader.folder).fresh(NAME, files) == {}
    reader.write(NAME, chapter("mine"))
    reader.write(SWEEP, b"[mine]")
    done = OwnCopy(reader.folder).fresh(NAME, files)
    dated = "02_linear/02_softmax.2026-11-27.ipynb"
    assert done == {NAME: dated, SWEEP: "02_linear/sweeps/rates.2026-11-27.json"}
    assert reader[NAME] == files[NAME] and reader[dated] == chapter("mine") and reader[SWEEP] == b"[1]"
    reader.write(NAME, b"{")
    again = "02_linear/02_softmax.2026-11-27-2.ipynb"
    assert OwnCopy(reader.folder).fresh(NAME, files) == {NAME: again}
    assert reader[again] == b"{" and reader[dated] == chapter("mine")
    (reader.folder / NAME).unlink()
    assert OwnCopy(reader.folder).fresh(NAME, files) == {NAME: None}
    assert reader.update(files) == ["nothing new"]


def test_fresh_takes_the_offer_away(reader):
    reader.write(NAME, chapter("mine"))
    reader.update(book("second"))
    OwnCopy(reader.folder).fresh(NAME, book("second"))
    assert reader[NAME] == chapter("second") and not (reader.folder / NEW).exists()
    assert chapter("mine") in reader.files().values()


def test_fresh_works_in_an_empty_folder(tmp_path):
    assert OwnCopy(tmp_path / "work").fresh(NAME, book("first")) == {NAME: None, SWEEP: None}
