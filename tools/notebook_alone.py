"""What a notebook that lies alone needs of the copy of the book that its first cell has found (setup_cell.py).

Nothing but Python is needed here, and nothing that is installed is changed.
"""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

BOOK = Path(__file__).absolute().parents[1]


def prepare(part: str) -> tuple[bool, str]:
    """Installs what is missing, goes to chapters/`part` if this copy was fetched for the notebook, and lets d2lutils be
    imported. Returns whether all went well, and what is to be said if not."""
    if BOOK not in Path.cwd().parents:
        home = BOOK / "chapters" / part
        if not home.is_dir():
            return False, f"{BOOK.name} is no whole copy of the book: delete that folder, then run this cell again."
        os.chdir(home)
    missing = [wanted for wanted in wants() if not is_installed(wanted)]
    if any(wanted.startswith("torch") for wanted in missing):  # gigabytes, and which build is the reader's choice
        return False, "PyTorch is missing: run `%pip install torch torchvision`, then this cell again."
    if missing:
        doing = f"Installing {', '.join(missing)}"
        print(f"{doing} …", flush=True)
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], capture_output=True,
                              text=True)
        if done.returncode:
            return False, f"{doing} failed: {' '.join(done.stderr.split()) or 'no reason was given'}"
    sys.path.insert(0, str(BOOK))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(BOOK), os.environ.get("PYTHONPATH")]))  # processes too
    return True, ""


def wants() -> list[str]:
    """The requirements of the package and of the chapters, as pyproject.toml states them."""
    project = tomllib.loads((BOOK / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["dependencies"] + project["optional-dependencies"]["book"]


def is_installed(wanted: str) -> bool:
    return any(importlib.metadata.distributions(name=re.match(r"[\w-]+", wanted)[0]))
