"""JupyterLab on the reader's own copy: players move before anything is run, the start page first, no news prompt."""

import os
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

SETTINGS = Path(__file__).with_name("settings")
PAGE = "/lab/workspaces/deep-learning-live/tree/start.ipynb"  # a workspace of its own: no tabs of other projects


def trust(notebooks: list[Path]) -> None:
    """Signs notebooks with the user's own key, as `jupyter trust` does: only what the book made, byte for byte.

    Raises OSError where the user's Jupyter folder cannot be written.
    """
    with NotebookNotary() as notary:
        for path in notebooks:
            notary.sign(nbformat.read(path, as_version=4))


def open_lab(folder: Path, arguments: list[str]) -> None:
    """Runs JupyterLab in `folder` until it is stopped. Raises ImportError where there is none.

    SETTINGS adds defaults below the user's own settings, which stay in force and are not written to.
    """
    from jupyterlab.labapp import LabApp

    paths = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    LabApp.launch_instance([f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={PAGE}", *arguments])
