"""A reader with an own copy of a small book, who loses nothing."""

import nbformat

from tools.lab import words
from tools.lab.own_copy import OwnCopy

NAME, NEW = "02_linear/02_softmax.ipynb", "02_linear/02_softmax.new.ipynb"
SWEEP = "02_linear/sweeps/rates.json"


def chapter(*texts: str, output: str = "recorded", title: str = "Softmax") -> bytes:
    """A notebook: a title, a cell that shows the sweep `rates`, and one Markdown cell for each of `texts`."""
    code = nbformat.v4.new_code_cell('Sweep("rates").show()', outputs=[nbformat.v4.new_output("stream", text=output)])
    cells = [nbformat.v4.new_markdown_cell(f"# {title}"), code, *map(nbformat.v4.new_markdown_cell, texts)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def book(*texts: str, name: str = NAME, sweep: bytes = b"[1]", **more) -> dict[str, bytes]:
    return {"start.ipynb": chapter("start", title="Start"), name: chapter(*texts, **more), SWEEP: sweep}


class Reader:
    """A folder, and what is done in it."""

    def __init__(self, folder):
        self.folder, self.handed = folder, set()

    def update(self, files) -> list[str]:
        """Brings the book as `make lab` does; the lines that are printed."""
        before = self.files()
        lines = words.lines(OwnCopy(self.folder).update(files, "whole"))
        self.nothing_of_the_readers_is_gone(before, files)
        return lines

    def files(self) -> dict[str, bytes]:
        return {path.relative_to(self.folder).as_posix(): path.read_bytes()
                for path in self.folder.rglob("*") if path.is_file() and path.name != "given.json"}

    def nothing_of_the_readers_is_gone(self, before, files):
        """Every text that lay here lies here still, but for what the book itself had handed over."""
        after = self.files().values()
        for name, data in before.items():
            assert data in after or data in self.handed, f"{name} is lost"
        self.handed |= set(files.values())

    def write(self, name: str, data: bytes) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(data)

    def __getitem__(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()
