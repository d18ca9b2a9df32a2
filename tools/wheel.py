"""How the package is built into a wheel: with the chapters' recordings (pyproject.toml names the class)."""

from pathlib import Path

from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parents[1]


class WithRecordings(build_py):
    """Copies chapters/*/sweeps/*.json to d2lutils/recordings; their names are unique in the book.

    An editable installation gets none: it lies beside the chapters.
    """

    def run(self):
        super().run()
        if self.editable_mode:
            return
        recordings = sorted(ROOT.glob("chapters/*/sweeps/*.json"))
        if not recordings:
            raise FileNotFoundError("no chapters/*/sweeps/*.json: build the wheel from a checkout of the whole book")
        folder = Path(self.build_lib) / "d2lutils" / "recordings"
        folder.mkdir(parents=True, exist_ok=True)
        for path in recordings:
            self.copy_file(str(path), str(folder / path.name))
