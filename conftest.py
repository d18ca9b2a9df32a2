"""What every test run sees, the notebooks' kernels under nbval included: no network, no real data, one thread.

It is the environment in which the chapters were recorded, so their outputs can be compared word for word. The real data
sets named by D2L_DATA are put aside for the tests that ask for them (marker `real_data`).
"""

import getpass
import os
import tempfile
from pathlib import Path

# one folder for all tests and all workers: the stand-in garments are made once a machine, not once a test
cache = Path(tempfile.gettempdir()) / f"d2l-tests-{getpass.getuser()}"

os.environ.setdefault("D2L_OFFLINE", "1")
os.environ.setdefault("D2L_CACHE", str(cache))
os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: two workers would fight for two cores
os.environ["PYTHONHASHSEED"] = "0"
os.environ.pop("MPLBACKEND", None)

if "D2L_DATA" in os.environ:
    os.environ["D2L_TESTS_REAL_DATA"] = str(Path(os.environ.pop("D2L_DATA")).resolve())


def pytest_configure(config):
    """Lets nbval run a cell as a notebook does, and overlook what follows fonts and display (tests/nbval.cfg).

    Its own way leaves cells out of the history, where IPython looks for a semicolon at the end: `plot(…);` would show
    under nbval what it hides in the notebook, and be reported as a difference.
    """
    if not getattr(config.option, "nbval", False):
        return
    if not config.option.nbval_sanitize_with:
        config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests" / "nbval.cfg")
    from nbval.kernel import RunningKernel

    def execute(self, cell_input, allow_stdin=None):
        return self.kc.execute(cell_input, allow_stdin=allow_stdin, stop_on_error=False)

    RunningKernel.execute_cell_input = execute
