"""The folded first cell of every notebook: it makes a chapter alone work where the book is not installed, as on Colab.

A notebook gets the source of `set_up` below and one call of it, so that its cell is ordinary, tested code. It needs
nothing but Python and git, changes no package that is there, and says in one sentence what it lacks.
"""

import inspect
import tomllib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def repository(pyproject: Path = PYPROJECT) -> str:
    """The repository's address: `[project.urls] Repository` in pyproject.toml; empty while none stands there."""
    return tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"].get("urls", {}).get("Repository", "")


def setup_cell(source: Path) -> NotebookNode:
    """The folded first cell of the notebook whose source is `source`: chapters/NN_part/NN_name.md."""
    part = source.parent.name if source.parent.name[:2].isdigit() else "."
    code = "# @title Set up (does nothing where the book is installed)\n"
    code += f"{inspect.getsource(set_up)}\n\nset_up({part!r}, {repository()!r})".replace("  # noqa: E401, I001", "")
    folded = {"tags": ["setup"], "jupyter": {"source_hidden": True}, "cellView": "form"}
    return nbformat.v4.new_code_cell(code, metadata=folded)


def set_up(part, address):
    """Where d2lutils is missing: takes one clone of the book and what it needs, and goes to the chapter's folder."""
    import importlib.metadata, importlib.util, os, re, shutil, subprocess, sys, tomllib  # noqa: E401, I001
    from pathlib import Path

    def need(there, otherwise):  # stops the notebook with one sentence instead of a traceback
        if not there:
            raise type("NotSetUp", (Exception,), {"_render_traceback_": lambda self: [otherwise]})(otherwise)

    def run(doing, *command):
        print(f"{doing} …", flush=True)
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"GIT_TERMINAL_PROMPT": "0"})
        need(done.returncode == 0, f"{doing} failed: {' '.join(done.stderr.split()) or 'no reason was given'}")

    if getattr(importlib.util.find_spec("d2lutils"), "origin", None):
        return
    address = os.environ.get("D2L_REPOSITORY", address)
    places = [*Path.cwd().parents, Path("d2l-book").absolute()]
    book = next((place for place in places if (place / "d2lutils" / "__init__.py").is_file()), places[-1])
    if not book.exists():
        need(address, "The book's package is missing, and this notebook knows no address to fetch it from: run `%env "
                      "D2L_REPOSITORY=https://…`, or `%pip install 'd2lutils-….whl[book]'`, then this cell again.")
        need(shutil.which("git"), f"git is missing: install it, or the book's wheel. It would fetch {address}.")
        run(f"Fetching the book from {address}", "git", "clone", "--quiet", "--depth=1", address, str(book))
    if book == places[-1]:
        home = book / "chapters" / part
        need(home.is_dir(), f"{book.name} is no whole copy of the book: delete that folder, then run this cell again.")
        os.chdir(home)
    project = tomllib.loads((book / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    missing = [wanted for wanted in project["dependencies"] + project["optional-dependencies"]["book"]
               if not any(importlib.metadata.distributions(name=re.match(r"[\w-]+", wanted)[0]))]
    need(not any(wanted.startswith("torch") for wanted in missing),  # gigabytes, and which build is the reader's choice
         "PyTorch is missing: run `%pip install torch torchvision`, then this cell again.")
    if missing:
        run(f"Installing {', '.join(missing)}", sys.executable, "-m", "pip", "install", "--quiet", *missing)
    sys.path.insert(0, str(book))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(book), os.environ.get("PYTHONPATH")]))  # processes too
