"""The folded first cell of every notebook: it makes a chapter alone work where the book is not installed, as on Colab.

A notebook gets the source of `set_up` below and one call of it, so that its cell is ordinary, tested code. It needs
nothing but Python and git, and says in one sentence what it lacks. It finds or fetches a copy of the book; what is to
be done with that, the copy knows itself (notebook_alone.py).
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
    code += f"{inspect.getsource(set_up)}\nset_up({part!r}, {repository()!r})".replace("  # noqa: E401, I001", "")
    folded = {"tags": ["setup"], "jupyter": {"source_hidden": True}, "cellView": "form"}
    return nbformat.v4.new_code_cell(code, metadata=folded)


def set_up(part, address):
    import importlib.util, os, runpy, shutil, subprocess  # noqa: E401, I001
    from pathlib import Path
    def need(there, otherwise):  # stops the notebook with one sentence instead of a traceback
        if not there:
            raise type("NotSetUp", (Exception,), {"_render_traceback_": lambda self: [otherwise]})(otherwise)
    if getattr(importlib.util.find_spec("d2lutils"), "origin", None):
        return
    address = os.environ.get("D2L_REPOSITORY", address)
    places = [*Path.cwd().parents, Path("d2l-book").absolute()]
    book = next((place for place in places if (place / "tools" / "notebook_alone.py").is_file()), places[-1])
    if not book.exists():
        need(address, "The book's package is missing, and this notebook knows no address to fetch it from: run `%env "
                      "D2L_REPOSITORY=https://…`, or `%pip install 'd2lutils-….whl[book]'`, then this cell again.")
        need(shutil.which("git"), f"git is missing: install it, or the book's wheel. It would fetch {address}.")
        print(f"Fetching the book from {address} …", flush=True)
        done = subprocess.run(["git", "clone", "--quiet", "--depth=1", address, book], capture_output=True, text=True,
                              env=os.environ | {"GIT_TERMINAL_PROMPT": "0"})
        need(not done.returncode, f"Fetching the book from {address} failed: {' '.join(done.stderr.split())}")
    program = book / "tools" / "notebook_alone.py"
    need(program.is_file(), f"{book.name} is no whole copy of the book: delete that folder, then run this cell again.")
    need(*runpy.run_path(str(program))["prepare"](part))
