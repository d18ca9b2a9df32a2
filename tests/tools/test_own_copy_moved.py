"""The reader's own copy where chapters were renamed or are gone, with the recordings beside them."""

import pytest
from helpers.own_copy import NAME, SWEEP, book, chapter

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
