"""A reader's own copy of the book: what is new is brought, and what the reader has written is never overwritten.

Each file stands in one of these states, told by a manifest that remembers what was handed over:

    missing    not there (yet, or any more): given
    current    the book's text, run or not: left
    given      as it was handed over, and the book has a newer one: replaced
    run        a notebook with the text that was handed over and outputs of the reader's own: replaced, a copy kept
    changed    anything else, a damaged notebook too: left; the newer one is put beside it, NAME.new.ipynb

A chapter that the book has renamed moves with its name while it is unchanged; a changed one stays where it is. Every
file is written in one step, and only recordings that are exactly the book's are ever deleted.
"""

import datetime
import json
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tools.files import write
from tools.lab.typed import cells, digest, read, text, title

HIDDEN = ".book"  # JupyterLab does not show it
MANIFEST, EARLIER = f"{HIDDEN}/given.json", f"{HIDDEN}/earlier"


@dataclass
class Report:
    """What an update did: the names of files, by what happened to them."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    outputs_kept: list[str] = field(default_factory=list)  # of those updated, the ones that the reader had run
    moved: list[tuple[str, str]] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)  # left alone, and the newer one beside it
    left: list[tuple[str, str]] = field(default_factory=list)  # left alone, and why
    damaged: list[str] = field(default_factory=list)


class OwnCopy:
    """The folder of one reader. Its methods raise OSError where it cannot be written; what was done until then holds.

    edition: which edition of the book lies there ("" before the first update).
    """

    def __init__(self, folder: Path):
        self.folder = folder
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            self.edition = str(manifest["edition"])
            self.given = {name: dict(entry) for name, entry in manifest["given"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.edition, self.given = "", {}  # without it, whatever is not the book's counts as the reader's

    def update(self, book: dict[str, bytes], edition: str) -> Report:
        """Brings the files of `book`, contents by name; see the states above."""
        report = Report()
        self.edition = edition
        gone = [name for name in self.given if name not in book and not name.endswith(".new.ipynb")]
        try:
            for name in sorted(gone, key=lambda name: not name.endswith(".ipynb")):  # recordings after their readers
                if name.endswith(".ipynb"):
                    self._follow(name, book, report)
                else:
                    self._sweep_out(name)
            for name, data in book.items():
                self._bring(name, data, report)
        finally:
            self._save()
        return report

    def fresh(self, name: str, book: dict[str, bytes]) -> dict[str, str | None]:
        """The notebook `name` and the recordings it shows, as the book has them; what is the book's already is left.

        Returns the files that were replaced, each with the name that its old copy has now (None: there was none).
        """
        shown = [other for other in book if other.startswith(f"{PurePosixPath(name).parent}/sweeps/")
                 and any(f'"{PurePosixPath(other).stem}"' in source for _, source in cells(book[name]))]
        done = {}
        try:
            for each in [name, *shown]:
                data = read(self.folder / each)
                if data == book[each]:
                    continue
                done[each] = None if data is None else self._dated(each)
                if data is not None:
                    write(self.folder / done[each], data)
                self._give(each, book[each])
            self._tidy(name, book[name])
        finally:
            self._save()
        return done

    def same(self, book: dict[str, bytes]) -> list[str]:
        """The files, newer ones put beside included, that are the book's byte for byte."""
        return [path for name, data in book.items() for path in (name, beside(name))
                if read(self.folder / path) == data]

    def state(self, name: str, book: bytes) -> str:
        """The state of one file against the book's version of it."""
        data = read(self.folder / name)
        if data is None:
            return "missing"
        if text(name, data) == text(name, book):
            return "current"
        handed = [self.given[key] for key in (name, beside(name)) if key in self.given]
        if digest(data) in [entry.get("file") for entry in handed]:
            return "given"
        typed = text(name, data)
        return "run" if typed is not None and typed in [entry.get("text") for entry in handed] else "changed"

    def _bring(self, name: str, data: bytes, report: Report) -> None:
        state, old = self.state(name, data), read(self.folder / name)
        if state == "missing":
            self._give(name, data)
            report.added.append(name)
        elif state in ("given", "run"):
            if state == "run":
                write(self.folder / EARLIER / name, old)
                report.outputs_kept.append(name)
            self._give(name, data)
            report.updated.append(name)
        elif state == "current":
            if old != data and digest(old) == self.given.get(name, {}).get("file"):
                write(self.folder / name, data)  # other outputs, the same text: not worth a word
            self._remember(name, data)
        elif name.endswith(".ipynb") and cells(old) is None:
            report.damaged.append(name)
        elif text(name, data) not in (self.given.get(name, {}).get(key) for key in ("text", "offered")):
            self._offer(name, data, report)
        if state != "changed":
            self._tidy(name, data)

    def _offer(self, name: str, data: bytes, report: Report) -> None:
        """What is newer than a file that the reader has changed: beside a notebook, once."""
        if not name.endswith(".ipynb"):
            report.left.append((name, "is not the book's any more; delete it to get the book's newer one"))
        elif self.state(beside(name), data) == "changed":
            report.left.append((name, f"and {beside(name)} both hold changes of yours; rename one for the newer one"))
            return
        else:
            self._give(beside(name), data)
            report.beside.append((name, beside(name)))
        self.given[name] = self.given.get(name, {}) | {"offered": text(name, data)}

    def _tidy(self, name: str, data: bytes) -> None:
        """Puts away an offer that has become needless."""
        if beside(name) in self.given and self.state(beside(name), data) not in ("missing", "changed"):
            self._put_away(beside(name))

    def _follow(self, name: str, book: dict[str, bytes], report: Report) -> None:
        """A notebook that the book has no more under its name: it is called something else now, or is gone."""
        given, data = self.given.pop(name), read(self.folder / name)
        if data is None:
            return
        unchanged = cells(data) is not None and text(name, data) == given.get("text")
        new = next((new for new in book if new not in self.given and _same_chapter(name, data, new, book[new])), None)
        if unchanged and new and not (self.folder / new).exists():
            (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.folder / name, self.folder / new)
            self.given[new] = given
            report.moved.append((name, new))
        elif unchanged:
            self._put_away(name)
            report.left.append((name, f"is no chapter of the book any more; it lies in {EARLIER} now"))
        else:
            why = f"is called {new} in the book now" if new else "is no chapter of the book any more"
            report.left.append((name, f"{why}; yours, with your changes, stays where it is"))

    def _sweep_out(self, name: str) -> None:
        """A recording that the book has no more, in a folder where no notebook is left to read it."""
        path, part = self.folder / name, self.folder / PurePosixPath(name).parts[0]
        if list(part.glob("*.ipynb")):
            return
        if digest(read(path) or b"") == self.given.pop(name).get("file"):
            path.unlink()
        for folder in path.parents:
            if folder == self.folder or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()

    def _give(self, name: str, data: bytes) -> None:
        write(self.folder / name, data)
        self._remember(name, data)

    def _remember(self, name: str, data: bytes) -> None:
        self.given[name] = {"file": digest(data), "text": text(name, data)}

    def _put_away(self, name: str) -> None:
        place = self.folder / EARLIER / name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.folder / name, place)
        self.given.pop(name, None)

    def _dated(self, name: str) -> str:
        """A name for an old copy that is not taken: NAME.2026-11-27.ipynb, then NAME.2026-11-27-2.ipynb."""
        path, number = PurePosixPath(name), 1
        base = f"{path.with_suffix('')}.{datetime.date.today().isoformat()}"
        while (self.folder / (dated := f"{base}{f'-{number}' if number > 1 else ''}{path.suffix}")).exists():
            number += 1
        return dated

    def _save(self) -> None:
        manifest = {"edition": self.edition, "given": self.given}
        write(self.folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())


def beside(name: str) -> str:
    """Where the newer version of a changed notebook is put: JupyterLab lists it right below."""
    return f"{name.removesuffix('.ipynb')}.new.ipynb"


def _same_chapter(old: str, data: bytes, new: str, book: bytes) -> bool:
    """Whether a renamed notebook is the same chapter: the same file name but for its number, or the same title."""
    if not new.endswith(".ipynb"):
        return False
    stems = [PurePosixPath(name).stem.lstrip("0123456789_") for name in (old, new)]
    return stems[0] == stems[1] or (title(data) is not None and title(data) == title(book))
