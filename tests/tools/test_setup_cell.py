"""A chapter alone: an empty folder, one notebook, and a Python that has PyTorch and Jupyter and nothing of the book."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import nbformat
import pytest

from tools import notebook_alone, notebooks, setup_cell

SOURCE = notebooks.CHAPTERS / "01_preliminaries" / "01_tensors.md"
RUN = """
import sys, nbclient, nbformat
notebook = nbformat.read("alone.ipynb", as_version=4)
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True).execute()
nbformat.write(notebook, "alone.ipynb")
"""


class Machine:
    """A Python of its own with what is installed here, but for d2lutils and the packages in `without`."""

    def __init__(self, folder: Path, without: tuple[str, ...] = ()):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.site = next(folder.rglob("site-packages"))
        self.packages = folder / "packages"  # on the path by name alone: no .pth file in it is read
        self.packages.mkdir()
        hidden = {"d2lutils", *without}
        for entry in Path(nbformat.__file__).parents[1].iterdir():
            name = entry.name.split("-")[0].split(".")[0].lower()
            if name not in hidden and not entry.name.startswith("__editable__") and entry.suffix != ".pth":
                (self.packages / entry.name).symlink_to(entry)
        (self.site / "packages.pth").write_text(f"{self.packages}\n", encoding="utf-8")
        self.home = folder / "home"
        self.home.mkdir()

    def environment(self, **variables: str) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items()
               if not name.startswith(("PYTHON", "D2L_", "JUPYTER", "VIRTUAL_ENV", "IPYTHON"))}
        # a cache as the other tests have it, or the stand-in pictures would be drawn again
        own |= {"D2L_CACHE": os.environ["D2L_CACHE"], "D2L_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        return own | {"HOME": str(self.home), "JUPYTER_NO_CONFIG": "1"} | variables

    def run(self, program: str, folder: Path, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.python, "-c", program], cwd=folder, env=self.environment(**variables),
                              capture_output=True, text=True, timeout=400)

    def set_up(self, folder: Path, address: str = "", then: str = "", **variables: str) -> tuple[str, str]:
        """What the cell, and then `then`, print, and the sentence with which the cell stops ("" if it does not)."""
        cell = setup_cell.setup_cell(SOURCE).source.replace(repr(setup_cell.repository()), repr(address))
        program = (f"try: exec({cell!r}, globals())\n"
                   "except Exception as stop: print('STOP', *stop._render_traceback_())\n"
                   f"else: exec({then!r})")
        done = self.run(program, folder, **variables)
        assert done.returncode == 0, done.stderr
        printed, _, stopped = done.stdout.partition("STOP ")
        return printed.strip(), stopped.strip()

    def execute(self, cells: list, folder: Path, **variables: str) -> nbformat.NotebookNode:
        """The cells as a notebook, executed in `folder` by a kernel of this machine."""
        where = nbformat.v4.new_code_cell("import sys; print(sys.executable)")
        nbformat.write(nbformat.v4.new_notebook(cells=[where, *cells]), folder / "alone.ipynb")
        done = self.run(RUN, folder, **variables)
        assert done.returncode == 0, done.stderr
        notebook = nbformat.read(folder / "alone.ipynb", as_version=4)
        assert Path(notebook.cells.pop(0).outputs[0].text.strip()) == self.python, "another machine's kernel ran"
        return notebook


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("bare") / "python")
    done = machine.run("import importlib.util as u; print(u.find_spec('torch') is None, u.find_spec('d2lutils'))",
                       machine.home)
    assert done.stdout.split() == ["False", "None"], done.stdout + done.stderr
    return machine


def chapter() -> list:
    """The cells of a short chapter as recorded, with today's first cell."""
    cells = notebooks.read_notebook(SOURCE.with_suffix(".ipynb")).cells
    return [setup_cell.setup_cell(SOURCE), *(cell for cell in cells if "setup" not in notebooks.tags(cell))]


def check_that_it_ran(notebook) -> None:
    errors = [output.evalue for cell in notebook.cells for output in cell.get("outputs", [])
              if output.output_type == "error" and "raises-exception" not in notebooks.tags(cell)]
    assert not errors
    recorded = {cell.source: cell.outputs for cell in chapter() if "d2l-player" in str(cell.get("outputs"))}
    shown = {cell.source: cell.outputs for cell in notebook.cells if cell.source in recorded}
    assert shown.keys() == recorded.keys() and shown
    for source, outputs in shown.items():
        [now], [then] = ([output.data["text/html"] for output in each if "text/html" in output.get("data", {})]
                         for each in (outputs, recorded[source]))
        assert now == then, "the player does not play what the chapter recorded"


def test_one_notebook_and_a_shallow_clone_are_enough(bare, repository, tmp_path):
    notebook = bare.execute(chapter(), tmp_path, D2L_REPOSITORY=repository.as_uri())
    check_that_it_ran(notebook)
    [said] = notebook.cells[0].outputs
    assert said.text == f"Fetching the book from {repository.as_uri()} …\n"
    assert (tmp_path / "d2l-book" / ".git" / "shallow").exists(), "the whole history was taken"


def test_one_notebook_and_a_wheel_are_enough(tmp_path, repository):
    machine, folder = Machine(tmp_path / "python"), tmp_path / "empty"
    folder.mkdir()
    subprocess.run(["git", "clone", "-q", "--depth=1", repository.as_uri(), tmp_path / "book"], check=True)
    pip = [sys.executable, "-m", "pip", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, tmp_path / "book"], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", machine.site, *tmp_path.glob("*.whl")],
                   check=True)
    notebook = machine.execute(chapter(), folder)
    check_that_it_ran(notebook)
    assert notebook.cells[0].outputs == []
    assert [path.name for path in folder.iterdir()] == ["alone.ipynb"]


def test_where_the_book_is_installed_the_cell_does_nothing(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("D2L_REPOSITORY", "file:///nowhere")
    before = dict(os.environ), list(sys.path)
    exec(setup_cell.setup_cell(SOURCE).source, {})
    assert (dict(os.environ), list(sys.path)) == before
    assert Path.cwd() == tmp_path and not list(tmp_path.iterdir()) and capfd.readouterr() == ("", "")


def test_the_start_page_alone_shows_its_player(bare, repository, tmp_path):
    page = notebooks.read_notebook(notebooks.CHAPTERS / "start.ipynb")
    shown = bare.execute(page.cells, tmp_path, D2L_REPOSITORY=repository.as_uri())
    outputs = [output for cell in shown.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    pages = [output.get("data", {}).get("text/html", "") for output in outputs]
    assert sum('data-name="linear_regression"' in html for html in pages) == 1
    assert shown.cells[1].outputs[0].text.startswith("Fetching the book from ")


THEN = "import os, d2lutils; print(os.getcwd(), os.environ['PYTHONPATH'])"


def test_a_clone_that_is_there_is_used_again(bare, repository, tmp_path):
    home = tmp_path / "d2l-book" / "chapters" / SOURCE.parent.name
    place, address = f"{home} {tmp_path / 'd2l-book'}", repository.as_uri()
    assert bare.set_up(tmp_path, address, THEN) == (f"Fetching the book from {address} …\n{place}", "")
    assert bare.set_up(tmp_path, "file:///nowhere", THEN) == (place, "")


def test_in_a_checkout_that_is_not_installed_the_checkout_is_used(bare, repository, tmp_path):
    subprocess.run(["git", "clone", "-q", repository, tmp_path / "book"], check=True)
    here = tmp_path / "book" / "work" / SOURCE.parent.name
    here.mkdir(parents=True)
    assert bare.set_up(here, "", THEN) == (f"{here} {tmp_path / 'book'}", "")


def test_a_folder_that_has_only_the_name_is_not_taken_for_the_book(bare, repository, tmp_path):
    (tmp_path / "d2lutils").mkdir()
    printed, stopped = bare.set_up(tmp_path, repository.as_uri(), "import d2lutils; print(d2lutils.fit.__name__)")
    assert printed.endswith("fit") and not stopped


@pytest.mark.parametrize(("address", "variables", "sentence"), [
    ("", {}, "The book's package is missing, and this notebook knows no address to fetch it from: run `%env "
             "D2L_REPOSITORY=https://…`, or `%pip install 'd2lutils-….whl[book]'`, then this cell again."),
    ("https://example.org/book", {"PATH": ""}, "git is missing: install it, or the book's wheel. It would fetch "
                                               "https://example.org/book."),
    ("file:///nowhere", {}, "Fetching the book from file:///nowhere failed: "),
    ("file:///elsewhere", {"D2L_REPOSITORY": "file:///nowhere"}, "Fetching the book from file:///nowhere failed: "),
    # a port where nothing listens, as without a network
    ("http://127.0.0.1:9/book.git", {}, "Fetching the book from http://127.0.0.1:9/book.git failed: "),
], ids=["no address", "no git", "no repository", "address named", "no network"])
def test_what_is_missing_is_said_in_one_sentence(bare, tmp_path, address, variables, sentence):
    _, stopped = bare.set_up(tmp_path, address, **variables)
    assert stopped.startswith(sentence) and "Traceback" not in stopped
    assert stopped == sentence or len(stopped) > len(sentence) + 20, "the reason is missing"
    assert "\n" not in stopped
    assert not list(tmp_path.iterdir()), "nothing half-done is left"


def test_half_a_clone_is_not_used(bare, tmp_path):
    (tmp_path / "d2l-book" / "tools").mkdir(parents=True)
    said = "d2l-book is no whole copy of the book: delete that folder, then run this cell again."
    assert bare.set_up(tmp_path, "file:///nowhere") == ("", said)
    shutil.copy(notebook_alone.__file__, tmp_path / "d2l-book" / "tools")
    assert bare.set_up(tmp_path, "file:///nowhere") == ("", said), "the chapter's folder is missing"


def test_a_notebook_stops_with_the_sentence_alone(bare, tmp_path):
    later = nbformat.v4.new_code_cell("print('after')")
    cell = setup_cell.setup_cell(SOURCE)
    cell.source = cell.source.replace(repr(setup_cell.repository()), "''")
    [output] = bare.execute([cell, later], tmp_path).cells[0].outputs
    assert output.output_type == "error" and len(output.traceback) == 1
    assert output.traceback[0].startswith("The book's package is missing")


def test_what_the_book_needs_is_installed_and_nothing_else(repository, tmp_path):
    """As on a Colab that lacks filelock: it comes by pip, and PyTorch stays the one that is there."""
    machine, folder = Machine(tmp_path / "python", without=("filelock",)), tmp_path / "empty"
    folder.mkdir()
    found = metadata.distribution("filelock")
    version = found.version
    with zipfile.ZipFile(tmp_path / f"filelock-{version}-py3-none-any.whl", "w") as wheel:
        for file in found.files:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                wheel.write(file.locate(), file.as_posix())
    printed, stopped = machine.set_up(folder, repository.as_uri(), "import filelock, torch; print(torch.__version__)",
                                      PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path))
    assert not stopped
    _, installing, torch = printed.splitlines()
    assert installing.startswith("Installing filelock>=") and installing.endswith(" …") and "," in installing
    assert torch == metadata.version("torch") or torch.startswith(metadata.version("torch") + "+")
    here = {path.name for path in machine.site.iterdir()}
    assert {"filelock"} <= here <= {"filelock", f"filelock-{version}.dist-info", "packages.pth", "__pycache__"}

    other = Machine(tmp_path / "without", without=("filelock",))
    printed, stopped = other.set_up(folder, repository.as_uri(), PIP_NO_INDEX="1")
    assert stopped.startswith("Installing filelock>=") and " failed: ERROR: " in stopped and "\n" not in stopped


def test_without_pytorch_the_reader_is_told(repository, tmp_path):
    machine, folder = Machine(tmp_path / "python", without=("torch",)), tmp_path / "empty"
    folder.mkdir()
    _, stopped = machine.set_up(folder, repository.as_uri())
    assert stopped == "PyTorch is missing: run `%pip install torch torchvision`, then this cell again."


def test_the_cell_is_folded_short_and_plain():
    cell = setup_cell.setup_cell(SOURCE)
    assert cell.metadata == {"tags": ["setup"], "jupyter": {"source_hidden": True}, "cellView": "form"}
    assert cell.source.startswith("# @title ") and "noqa" not in cell.source
    assert len(cell.source.splitlines()) <= 25
    assert cell.source.splitlines()[-1] == f"set_up('01_preliminaries', {setup_cell.repository()!r})"
    assert setup_cell.setup_cell(notebooks.CHAPTERS / "start.md").source.splitlines()[-1].startswith("set_up('.', ")


def test_the_address_stands_in_one_place(tmp_path):
    written = tmp_path / "pyproject.toml"
    written.write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert setup_cell.repository(written) == ""
    written.write_text('[project.urls]\nRepository = "https://example.org/book"\n', encoding="utf-8")
    assert setup_cell.repository(written) == "https://example.org/book"


def test_recordings_have_names_of_their_own():
    """A wheel carries them in one folder."""
    names = [path.name for path in notebooks.CHAPTERS.glob("*/sweeps/*.json")]
    assert len(names) == len(set(names)) > 0
