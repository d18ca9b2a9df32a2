"""`python -m tools.lab`, as `make lab` and `make fresh` call it, on the whole book; JupyterLab is not started."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import notebooks, student
from tools.lab import __main__ as lab
from tools.lab import contents, edition, jupyter

SOFTMAX = "02_linear_models/02_softmax_regression.ipynb"


@pytest.fixture
def opened(tmp_path, monkeypatch) -> list:
    """What JupyterLab would be opened with. The reader's folder is tmp_path/work; Jupyter's lie in tmp_path too."""
    calls = []
    monkeypatch.setenv("D2L_WORK", str(tmp_path / "work"))
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(jupyter, "open_lab", lambda folder, arguments: calls.append((folder, arguments)))
    return calls


def edit(path: Path, text: str = "A note of mine.") -> bytes:
    """The notebook after somebody has written a cell into it."""
    notebook = notebooks.read_notebook(path)
    notebook.cells.append(nbformat.v4.new_markdown_cell(text))
    notebooks.write_notebook(notebook, path)
    return path.read_bytes()


def test_the_copy_holds_the_book_and_is_opened(opened, tmp_path, capsys):
    assert lab.main(["--port=9000", "--no-browser"]) == 0
    work = tmp_path / "work"
    assert opened == [(work, ["--port=9000", "--no-browser"])]
    for name in ["start.ipynb", *(source.relative_to(notebooks.CHAPTERS).with_suffix(".ipynb")
                                  for source in notebooks.sources())]:
        assert (work / name).read_bytes() == (notebooks.CHAPTERS / name).read_bytes()
    for path in notebooks.CHAPTERS.glob("*/sweeps/*.json"):
        assert (work / path.relative_to(notebooks.CHAPTERS)).read_bytes() == path.read_bytes()
    assert not list(work.rglob("*.md")), "sources are no reader's matter"
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"Your copy of the book: {work}" and said[1].startswith("  new: ") and len(said) == 2


def test_every_notebook_is_trusted_and_only_the_books_own(opened, tmp_path):
    from nbformat.sign import NotebookNotary

    lab.main([])
    work = tmp_path / "work"
    softmax = work / SOFTMAX
    mine = json.loads(softmax.read_bytes())
    foreign = {"text/html": "<script>alert('from elsewhere')</script>"}
    mine["cells"][-1] |= {"cell_type": "code", "execution_count": 1, "source": "",
                          "outputs": [{"output_type": "display_data", "metadata": {}, "data": foreign}]}
    softmax.write_text(json.dumps(mine), encoding="utf-8")
    lab.main([])
    with NotebookNotary() as notary:
        trusted = {path.relative_to(work).as_posix(): notary.check_signature(nbformat.read(path, as_version=4))
                   for path in work.rglob("*.ipynb")}
    assert trusted.pop(SOFTMAX) is False, "what somebody else has put there is signed"
    assert len(trusted) == len(notebooks.sources()) and all(trusted.values())


def test_a_jupyter_folder_that_cannot_be_written_is_said_and_the_book_opens(opened, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file" / "below"))
    assert lab.main([]) == 0 and len(opened) == 1
    assert "Run a player's cell before you move it: the notebooks cannot be signed" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--fresh", "2.2"]])
def test_a_folder_that_cannot_be_written_is_said(opened, tmp_path, monkeypatch, capsys, arguments):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "work"):
        monkeypatch.setenv("D2L_WORK", str(folder))
        assert lab.main(arguments) == 1 and not opened
        said = capsys.readouterr()
        assert said.err.startswith(f"{folder} cannot be written: ") and "D2L_WORK" in said.err
        assert len(said.err.splitlines()) == 1 and (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on a file's size stands for a full disk")
def test_a_full_disk_is_said(tmp_path):
    program = ("import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
               "from tools.lab.__main__ import main; sys.exit(main([]))")
    work = tmp_path / "work"
    done = subprocess.run([sys.executable, "-c", program], cwd=notebooks.ROOT, capture_output=True, text=True,
                          env=os.environ | {"D2L_WORK": str(work), "JUPYTER_DATA_DIR": str(tmp_path / "data")})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{work} cannot be written: the disk is full (") and "Traceback" not in done.stderr
    assert not list(work.rglob("*.part"))


@pytest.mark.parametrize("folder", [notebooks.ROOT, notebooks.CHAPTERS, notebooks.CHAPTERS / "02_linear_models"])
def test_the_books_own_folder_is_no_place_for_a_copy(opened, monkeypatch, capsys, folder):
    monkeypatch.setenv("D2L_WORK", str(folder))
    assert lab.main([]) == 1 and not opened
    assert f"{folder} is the book's own folder" in capsys.readouterr().err
    assert student.main([str(folder)]) == 1


def test_the_folder_is_work_unless_another_is_named(monkeypatch):
    monkeypatch.delenv("D2L_WORK", raising=False)
    assert edition.own_folder() == notebooks.ROOT / "work"
    monkeypatch.setenv("D2L_WORK", "~/my book")
    assert edition.own_folder() == (Path.home() / "my book").resolve()


def test_without_jupyterlab_it_says_what_to_install(opened, monkeypatch, capsys):
    def missing(*arguments):
        raise ModuleNotFoundError("No module named 'jupyterlab'")

    monkeypatch.setattr(jupyter, "open_lab", missing)
    assert lab.main([]) == 1
    assert "pip install -r requirements.txt" in capsys.readouterr().err


# --- make fresh ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("wanted", ["2.2", "02_softmax_regression", "softmax_regression", "Softmax", SOFTMAX,
                                    f"chapters/{SOFTMAX}", "02_softmax_regression.md"])
def test_fresh_takes_a_number_a_file_or_a_word(opened, tmp_path, capsys, wanted):
    lab.main([])
    mine = edit(tmp_path / "work" / SOFTMAX)
    capsys.readouterr()
    assert lab.main(["--fresh", wanted]) == 0
    assert len(opened) == 1, "fresh opens nothing"
    [said] = capsys.readouterr().out.splitlines()
    old = said.removeprefix(f"{SOFTMAX} is as the book has it; what you had is ").removesuffix(" now")
    assert (tmp_path / "work" / old).read_bytes() == mine
    assert (tmp_path / "work" / SOFTMAX).read_bytes() == (notebooks.CHAPTERS / SOFTMAX).read_bytes()
    assert lab.main(["--fresh", wanted]) == 0
    assert capsys.readouterr().out == f"{SOFTMAX} was as the book has it: nothing to do\n"


@pytest.mark.parametrize(("wanted", "said"), [
    ("regression", '"regression" may be 2.1 Linear regression, 2.2 Softmax regression: give the number.'),
    ("99.1", 'No chapter is called "99.1". Give its number, like 2.2, or its file.'),
    ("", 'No chapter is called "". Give its number, like 2.2, or its file.'),
])
def test_fresh_says_when_it_does_not_know_which_chapter(opened, tmp_path, capsys, wanted, said):
    lab.main([])
    before = {path: path.read_bytes() for path in (tmp_path / "work").rglob("*.ipynb")}
    capsys.readouterr()
    assert lab.main(["--fresh", wanted]) == 1
    assert capsys.readouterr().err.strip() == said
    assert {path: path.read_bytes() for path in (tmp_path / "work").rglob("*.ipynb")} == before


def test_every_chapter_is_found_by_its_number_its_file_and_its_title():
    chapters = [chapter for part in contents.parts() for chapter in part.chapters]
    assert len(chapters) == len(notebooks.sources())
    for chapter in chapters:
        for wanted in (chapter.number, chapter.name, Path(chapter.name).stem):
            assert contents.find(wanted) == [chapter]
        assert chapter in contents.find(chapter.title)


# --- the checkout stays clean --------------------------------------------------------------------------------------

def test_a_reader_works_pulls_and_the_checkout_stays_clean(repository, commit, tmp_path):
    """`make lab`, a change, `git pull`, `make lab`: the change stays, the newer one lies beside it, git sees none."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    for source, target in ((repository, origin), (origin, clone)):
        subprocess.run(["git", "clone", "-q", source, target], check=True)
    environment = {name: value for name, value in os.environ.items() if name != "D2L_WORK"}
    environment |= {"PYTHONPATH": str(clone), "JUPYTER_DATA_DIR": str(tmp_path / "data")}

    def run(program: str) -> list[str]:
        done = subprocess.run([sys.executable, "-c", program], cwd=clone, env=environment, capture_output=True,
                              text=True)
        assert done.returncode == 0, done.stderr
        status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True)
        assert (status.returncode, status.stdout) == (0, "")
        return [line.strip() for line in done.stdout.splitlines()]

    make_lab = ("from tools.lab import __main__ as lab, jupyter\n"
                "jupyter.open_lab = lambda folder, arguments: None\nassert lab.main([]) == 0")
    run(make_lab)
    mine = edit(clone / "work" / SOFTMAX)
    (clone / "work" / "02_linear_models" / "weights.pt").write_bytes(b"what a chapter saved")

    edit(origin / "chapters" / SOFTMAX, "A newer sentence of the book.")
    edit(origin / "chapters" / "01_preliminaries" / "02_calculus.ipynb", "Another one.")
    commit(origin)
    subprocess.run(["git", "pull", "-q", "--ff-only"], cwd=clone, check=True)

    new = SOFTMAX.replace(".ipynb", ".new.ipynb")
    assert run(make_lab)[1:] == [
        "brought up to date, you had not changed them: 01_preliminaries/02_calculus.ipynb",
        f"left alone: {SOFTMAX}, which you have changed. The newer one lies beside it: {new}"]
    assert (clone / "work" / SOFTMAX).read_bytes() == mine
    assert (clone / "work" / new).read_bytes() == (clone / "chapters" / SOFTMAX).read_bytes()
    run("from tools import student; assert student.main([]) == 0")
    run("from tools.lab.__main__ import main; assert main(['--fresh', '2.2']) == 0")
