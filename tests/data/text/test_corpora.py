"""The texts: as published, whatever the file's byte order mark and line ends."""

import hashlib
import zipfile

import pytest

from d2lutils.data import CorruptData, read_fra_eng, read_time_machine
from d2lutils.data.files import DataSet, Source, sources_used
from d2lutils.data.text import corpora as text

PAIRS = [("Go.", "Va\u202f!"), ("A\x85b\u2028c.", "Ça va."), ("I'm home.", "Je suis chez moi.")]


pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Puts a file where it is looked for and declares it the published one."""
    def publish(name, content):
        [source] = getattr(text, name).files
        path = tmp_path / source.path
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w") as file:
                file.writestr("fra-eng/fra.txt", content)
        else:
            path.write_bytes(content)
        digest = hashlib.sha1(path.read_bytes()).hexdigest()
        monkeypatch.setattr(text, name, DataSet("The set", (Source(source.path, digest, member=source.member),)))
    return publish


@pytest.mark.parametrize("content", ["Zeit\n\nMaschine é", "\ufeffZeit\r\n\r\nMaschine é", "Zeit\r\rMaschine é"])
def test_byte_order_marks_and_line_ends_do_not_matter(publish, content):
    publish("TIME_MACHINE", content.encode())
    assert read_time_machine() == "Zeit\n\nMaschine é"


def test_what_is_not_utf8_is_an_error(publish):
    publish("TIME_MACHINE", "é".encode("latin-1"))
    with pytest.raises(CorruptData, match=r"timemachine\.txt is damaged"):
        read_time_machine()


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_pairs_are_split_at_tabs_and_newlines_alone(publish, end):
    publish("FRA_ENG", ((end or "\n").join("\t".join(pair) for pair in PAIRS) + end).encode())
    assert read_fra_eng() == PAIRS


def test_columns_after_the_second_are_left_out(publish):
    publish("FRA_ENG", "\n".join("\t".join((*pair, "CC-BY 2.0")) for pair in PAIRS).encode())
    assert read_fra_eng() == PAIRS


def test_as_many_pairs_as_were_asked_for(publish):
    publish("FRA_ENG", "\n".join(f"{k}\t{-k}" for k in range(1, 1001)).encode())
    for count in (1, 600, 1000):
        assert len(read_fra_eng(count)) == count
    assert read_fra_eng(2) == [("1", "-1"), ("2", "-2")]
    with pytest.raises(ValueError, match="pairs is 1,001, and there are only 1,000"):
        read_fra_eng(1001)


@pytest.mark.parametrize("pairs", [0, -1, 2.5, "600", True])
def test_counts_that_are_refused(pairs):
    with pytest.raises(ValueError, match="pairs must be None or an int"):
        read_fra_eng(pairs)


@pytest.mark.parametrize("line", ["no tab", "\tonly French", "only English\t", ""])
def test_a_line_that_is_no_pair_is_named(publish, line):
    publish("FRA_ENG", f"Go.\tVa !\n{line}\nRun!\tCours !\n".encode())
    with pytest.raises(CorruptData, match=r"line 2 of .*fra-eng\.zip"):
        read_fra_eng()


def test_another_file_of_the_same_name_is_refused_and_kept(tmp_path):
    (tmp_path / "timemachine.txt").write_text("not the book")
    with pytest.raises(CorruptData, match="090b5e7e70c295757f55df93cb0a180b9691891a"):
        read_time_machine()
    assert (tmp_path / "timemachine.txt").read_text() == "not the book"


def test_what_stands_in(monkeypatch, capsys):
    monkeypatch.setattr(text, "topics", lambda: "some English")
    monkeypatch.setattr(text, "sentence_pairs", lambda count, seed: [(f"e{k}", f"f{k}") for k in range(count)])
    assert read_time_machine() == "some English"
    assert read_fra_eng(600) == read_fra_eng()[:600] and len(read_fra_eng(600)) == 600
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and "Python's own help" in lines[0] and "made sentence pairs" in lines[1]
    assert list(sources_used().values()) == ["the English of Python's own help", "10,000 made sentence pairs"]


def test_pairs_that_were_unpacked_by_the_reader(publish, tmp_path):
    publish("FRA_ENG", b"")
    (tmp_path / "fra-eng").mkdir()
    (tmp_path / "fra-eng" / "fra.txt").write_bytes(b"Go.\tVa !\r\n")
    assert read_fra_eng() == [("Go.", "Va !")]


@pytest.mark.real_data
def test_the_real_texts():
    book = read_time_machine()
    assert len(book) == 178_979 and book.startswith("The Time Machine, by H. G. Wells")
    assert len(book.splitlines()) == 3221
    pairs = read_fra_eng()
    assert len(pairs) == 167_130 and pairs[0] == ("Go.", "Va !")
    assert read_fra_eng(600) == pairs[:600]
