"""Nothing in the book reaches for the network, and importing it does nothing but import."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import notebooks

IMPORTED_UNDER_GUARD = socket.socket.__module__ == "helpers.no_network"
ROOT = Path(__file__).resolve().parents[2]

# stands at the beginning of each subprocess
FORBID = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from helpers.no_network import no_network
guard = no_network()
guard.__enter__()
"""


def run(program: str, **environment: str) -> str:
    """Runs `program` in a Python of its own with the network forbidden; returns what it printed."""
    variables = {name: value for name, value in os.environ.items() if name != "D2L_DATA"} | environment
    command = [sys.executable, "-c", FORBID + program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=variables)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def test_the_guard_guards():
    """It holds in the subprocesses below, and in this process while test files are imported (conftest.py)."""
    with pytest.raises(AssertionError, match="the network was used"):
        run("import urllib.request; urllib.request.urlopen('https://example.com')")
    assert IMPORTED_UNDER_GUARD
    assert socket.socket.__module__ == "socket"  # tests may have servers of their own


def test_importing_everything_opens_no_socket_draws_nothing_and_stays_light():
    """All modules of the package, with the random numbers, the devices and the heavy libraries watched."""
    out = run("""
import importlib, pkgutil, random
import numpy, torch
state = random.getstate(), numpy.random.get_state()[1].copy(), torch.random.get_rng_state().clone()
import d2lutils
names = [module.name for module in pkgutil.walk_packages(d2lutils.__path__, "d2lutils.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
assert random.getstate() == state[0], "importing drew from random"
assert (numpy.random.get_state()[1] == state[1]).all(), "importing drew from numpy.random"
assert torch.equal(torch.random.get_rng_state(), state[2]), "importing drew from torch's generator"
assert not torch.cuda.is_initialized(), "importing touched the GPU"
heavy = {"IPython", "ipywidgets", "pandas", "sklearn", "skimage", "mlxtend", "torchvision"} & set(sys.modules)
assert not heavy, f"importing d2lutils imported {heavy}"
print(len(names))
""")
    assert int(out) > 10


def test_a_chapter_runs_without_network_and_without_a_notebook():
    """Each cell of the chapter on automatic differentiation as a plain script, IPython not even importable."""
    source = next(path for path in notebooks.sources() if path.stem == "03_autograd")
    out = run(f"""
import os
import matplotlib
matplotlib.use("Agg")
for name in ("IPython", "ipywidgets", "IPython.display"):
    sys.modules[name] = None  # importing it raises ImportError
from tools import notebooks, taught
from pathlib import Path
source = Path({str(source)!r})
notebook = notebooks.read_source(source)
os.chdir(source.parent)
sys.modules["__main__"].__dict__["display"] = print
for number, cell in enumerate(notebook.cells, start=1):
    if cell.cell_type == "code" and "live" not in notebooks.tags(cell):  # the live panel is made of ipywidgets
        try:
            exec(compile(taught.tree(cell.source), f"cell {{number}}", "exec"), sys.modules["__main__"].__dict__)
        except Exception as error:
            raise SystemExit(f"cell {{number}}: {{type(error).__name__}}: {{error}}")
print("ran", len(notebook.cells))
""", D2L_OFFLINE="1")
    assert "ran" in out
