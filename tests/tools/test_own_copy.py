"""The reader's own copy: what is new comes, and nothing that a reader has written is ever lost."""

import json
import os

import nbformat
import pytest

from tools.lab import own_copy, words
from tools.lab.own_copy import OwnCopy

NAME, NEW = "02_linear/02_softmax.ipynb", "02_linear/02_softmax.new.ipynb"
SWEEP = "02_linear/sweeps/rates.json"


def chapter(*texts: str, output: str = "recorded", title: str = "Softmax") -> bytes:
    """A notebook: a title, a cell that shows the sweep `rates`, and one Markdown cell for each of `texts`."""
    code = nbformat.v4.new_code_cell('Sweep("rates").show()', outputs=[nbformat.v4.new_output("stream", text=output)])
    cells = [nbformat.v4.new_markdown_cell(f"# {title}"), code, *map(nbformat.v4.new_markdown_cell, texts)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def book(*texts: str, name: str = NAME, sweep: bytes = b"[1]", **more) -> dict[str, bytes]:
    return {"start.ipynb": chapter("start", title="Start"), name: chapter(*texts, **more), SWEEP: sweep}


class Reader:
    """A folder, and what is done in it."""

    def __init__(self, folder):
        self.folder = folder

    def update(self, files) -> list[str]:
        """Brings the book as `make lab` does; the lines that are printed."""
        before = self.files()
        lines = words.lines(OwnCopy(self.folder).update(files, "whole"))
        self.nothing_of_the_readers_is_gone(before, files)
        return lines

    def files(self) -> dict[str, bytes]:
        return {path.relative_to(self.folder).as_posix(): path.read_bytes()
                for path in self.folder.rglob("*") if path.is_file() and path.name != "given.json"}

    def nothing_of_the_readers_is_gone(self, before, files):
        """Every text that lay here lies here still, but for what the book itself had handed over."""
        after = self.files().values()
        for name, data in before.items():
            assert data in after or data in self.handed, f"{name} is lost"
        self.handed |= set(files.values())

    handed = frozenset()

    def write(self, name: str, data: bytes) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(data)

    def __getitem__(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


@pytest.fixture
def reader(tmp_path) -> Reader:
    """A reader who has the first version of the book."""
    one = Reader(tmp_path / "work")
    one.handed = set()
    assert one.update(book("first")) == ["new: start.ipynb, 02_linear/02_softmax.ipynb and 1 file that notebooks read"]
    return one


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


# --- renamed chapters ----------------------------------------------------------------------------------------------

MOVED = "03_linear/01_softmax.ipynb"


@pytest.mark.parametrize(("name", "title"), [("02_linear/03_softmax.ipynb", "Softmax regression"),
                                             ("02_linear/02_scores.ipynb", "Softmax"), (MOVED, "Softmax"),
                                             ("02_linear/02_scores.ipynb", "2.3 Softmax")],
                         ids=["number", "name", "part", "number in the title"])
def test_a_renamed_chapter_moves_while_it_is_unchanged(reader, name, title):
    run = chapter("first", output="of this machine")
    reader.write(NAME, run)
    said = reader.update(book("second", name=name, title=title))
    assert said[-1] == f"renamed: {NAME} is {name} now" and not (reader.folder / NAME).exists()
    assert reader[name] == chapter("second", title=title) and reader[f".book/earlier/{name}"] == run
    assert reader.update(book("second", name=name, title=title)) == ["nothing new"]


def test_a_renamed_chapter_stays_where_it_is_when_it_is_changed(reader):
    reader.write(NAME, chapter("mine"))
    said = reader.update(book("second", name=MOVED))
    why = f"is called {MOVED} in the book now; yours, with your changes, stays where it is"
    assert said == [f"new: {MOVED}", f"left alone: {NAME} {why}"]
    assert reader[NAME] == chapter("mine") and reader[MOVED] == chapter("second")
    assert reader.update(book("second", name=MOVED)) == ["nothing new"]
    reader.write(NAME, chapter("mine still"))
    reader.update(book("third", name=MOVED))
    assert reader[NAME] == chapter("mine still")


@pytest.mark.parametrize(("there", "said"), [
    (chapter("first"), "is no chapter of the book any more; it lies in .book/earlier now"),
    (chapter("mine"), "is no chapter of the book any more; yours, with your changes, stays where it is"),
    (b"{", "is no chapter of the book any more; yours, with your changes, stays where it is"),
])
def test_a_chapter_that_is_gone(reader, there, said):
    reader.write(NAME, there)
    rest = {"start.ipynb": book()["start.ipynb"]}
    assert reader.update(rest) == [f"left alone: {NAME} {said}"]
    assert there in reader.files().values()
    assert reader.update(rest) == ["nothing new"]


def test_what_a_moved_part_leaves_behind_goes_unless_it_is_the_readers(reader):
    files = {"start.ipynb": book()["start.ipynb"], MOVED: chapter("first"), "03_linear/sweeps/rates.json": b"[1]"}
    reader.update(files)
    assert not (reader.folder / "02_linear").exists()
    reader.write("03_linear/sweeps/rates.json", b"[recorded by me]")
    reader.update(book("first"))
    assert reader["03_linear/sweeps/rates.json"] == b"[recorded by me]"


def test_recordings_stay_with_a_changed_chapter(reader):
    reader.write(NAME, chapter("mine"))
    reader.update({"start.ipynb": book()["start.ipynb"], MOVED: chapter("first")})
    assert reader[SWEEP] == b"[1]"


def test_a_recording_of_the_readers_own_is_left(reader):
    reader.write(SWEEP, b"[mine]")
    assert reader.update(book("first")) == ["nothing new"]
    said = reader.update(book("first", sweep=b"[2]"))
    assert said == [f"left alone: {SWEEP} is not the book's any more; delete it to get the book's newer one"]
    assert reader[SWEEP] == b"[mine]" and reader.update(book("first", sweep=b"[2]")) == ["nothing new"]


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
