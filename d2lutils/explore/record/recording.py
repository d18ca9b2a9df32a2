"""What is recorded of a grid of settings: the file, how it is made, and how an interrupted recording goes on.

The file lies beside the chapter, `sweeps/<name>.json`, one run a line, so that a change reads well in a diff:

    {"format": "d2l-sweep/1", "kind": "sweep", "name": …, "code": <fingerprint>, "axes": [{"name", "values"}, …],
     "own": <fingerprint of the chapter's own part>, "versions": {"python", "torch"}, "data": {…}, …what the kind adds…,
     "runs": [ {"at": [0, 2], …}, … ]}

`at` holds the positions on the axes. "own" and "data", which data sets the runs were given, may be missing. While a
recording runs, each finished line goes to `<name>.json.part`, whose first line carries the fingerprint; started again,
a recording takes from there what belongs to the same code.
"""

import contextlib
import contextvars
import functools
import json
import os
import platform
from importlib.resources import files
from pathlib import Path

import torch

from d2lutils.explore.axes import as_axis, grid, in_words
from d2lutils.explore.record.fingerprint import code_hash, own_hash
from d2lutils.explore.record.sources import all_data, data_used
from d2lutils.explore.record.trees import definition_of

FORMAT = "d2l-sweep/1"
# An installed wheel carries the chapters' recordings, for a notebook that lies alone; a checkout has no such folder.
CARRIED = Path(str(files("d2lutils"))) / "recordings"
_created: contextvars.ContextVar[list | None] = contextvars.ContextVar("created", default=None)


class SweepError(RuntimeError):
    """A recording that cannot be made or read. The message says which, why, and what to do."""


@contextlib.contextmanager
def collecting(folder: Path):
    """Inside, every Sweep and Frames that is made lies in `folder` and is appended to the list that this gives."""
    found: list = []
    token = _created.set(found)
    try:
        yield found
    finally:
        _created.reset(token)
        for recorded in found:
            recorded.folder = folder


class Recorded:
    """What sweeps of curves and of frames have in common: a function of settings, a grid, and a file.

    Subclasses say what one run leaves (`_run`), what else decides it (`_decides`), and how it is shown.
    """

    kind = "sweep"

    def __init__(self, name: str, function, axes, title: str | None = None):
        if not callable(function):
            raise TypeError(f"{self.kind} {name!r} needs a function of its settings, not {type(function).__name__}")
        if not name or Path(name).name != name or name.startswith("."):
            raise ValueError(f"the name of a {self.kind} becomes a file name; {name!r} cannot be one")
        self.name, self.function, self.title = name, function, title
        self.axes = [as_axis(axis) for axis in axes]
        if not self.axes or len({a.name for a in self.axes}) < len(self.axes):
            raise ValueError(f"{self.kind} {name!r} needs one axis or more, of different names")
        self.folder = Path(".")
        created = _created.get()
        if created is not None:
            created.append(self)

    @property
    def function_name(self) -> str:
        """What errors call the function."""
        function = self.function.func if isinstance(self.function, functools.partial) else self.function
        return getattr(function, "__name__", type(function).__name__)

    @property
    def path(self) -> Path:
        return self.folder / self.file

    @property
    def file(self) -> str:
        """The recording's name as readers see it, from the chapter's folder."""
        return f"sweeps/{self.name}.json"

    @property
    def grid(self) -> list[dict]:
        return grid(self.axes)

    @property
    def start(self) -> dict:
        return {a.name: a.start for a in self.axes}

    def code(self) -> str:
        """The fingerprint of everything that decides what a recording holds (see fingerprint.py)."""
        return code_hash(self.function, self.kind, self._axes_data(), self._decides())

    def position(self, settings: dict) -> int:
        """Where in the grid the recorded settings nearest to `settings` stand."""
        place = 0
        for axis in self.axes:
            place = place * len(axis.values) + axis.nearest(settings[axis.name])
        return place

    def load(self) -> dict:
        """The recording. Raises SweepError, saying what to do, if there is none that fits."""
        how = f"`make sweeps` records it (or {self.kind}.record() in a notebook)."
        try:
            there = self.path if self.path.exists() else CARRIED / self.path.name
            data = json.loads(there.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SweepError(f"There is no recording {self.file} yet: {how}") from None
        except (OSError, ValueError) as error:
            raise SweepError(f"The recording {self.file} is damaged ({error}): delete it, then {how}") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("kind") != self.kind:
            found = data.get("format") if isinstance(data, dict) else None
            raise SweepError(f"The recording {self.file} has the format {found!r}, not {FORMAT!r}: {how}")
        if data.get("axes") != self._axes_data() or not self._fits(data):
            raise SweepError(f"The recording {self.file} was made for other sliders than these: {how}")
        return data

    def is_older_here(self, data: dict) -> bool:
        """Whether the recording `data` is known to be older than the function, which a running notebook defines.

        Only there has the function a text that may have changed since; and only what stands beside it is compared.
        """
        return _home_is_running(self.function) and data.get("own") not in (None, own_hash(self.function))

    def is_fresh(self) -> bool:
        """Whether there is a recording that was made by the code as it is now."""
        try:
            return self.load()["code"] == self.code()
        except SweepError:
            return False

    def confirm(self) -> None:
        """Write today's fingerprint into the recording as it is: for code that was seen to compute the same."""
        data, text = self.load(), self.path.read_text(encoding="utf-8")
        for key, now in (("code", self.code()), ("own", own_hash(self.function))):
            if key in data:
                text = text.replace(f'"{key}":"{data[key]}"', f'"{key}":"{now}"', 1)
        self._replace(text)

    def record(self, progress: bool = True, run=None) -> Path:
        """Run every setting of the grid that an interrupted recording has not, and write the file.

        progress: a bar with the time left. run: a function (list of settings) -> iterable of (position in the list,
        result) to use instead of running one after the other, as tools/sweeps.py does with its processes.
        Raises SweepError, keeping what is finished, if the function fails; KeyboardInterrupt likewise.
        """
        from tqdm import tqdm

        code, part = self.code(), self.path.with_name(self.path.name + ".part")
        done = self._resume(part, code)
        left = [i for i in range(len(self.grid)) if i not in done]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "a", encoding="utf-8") as file:
            if file.tell() == 0:
                file.write(_line({"code": code}))
            bar = tqdm(total=len(self.grid), initial=len(done), desc=self.name, unit="run", disable=not progress)
            with bar:
                for i, result in (run or self._one_by_one)([self.grid[i] for i in left]):
                    done[left[i]] = result
                    file.write(_line({"run": left[i], **result}))
                    file.flush()
                    bar.update()
        self._write([done[i] for i in range(len(self.grid))], code)
        part.unlink()
        return self.path

    def run_one(self, settings: dict) -> dict:
        """What is recorded of one setting. Raises SweepError with the settings in words if the function fails."""
        try:
            return self._run(settings) | {"data": data_used()}
        except SweepError:
            raise
        except Exception as error:
            call = ", ".join(f"{name}={value!r}" for name, value in settings.items())
            raise SweepError(
                f"{self.kind} {self.name!r}: {self.function_name}({call}) raised {type(error).__name__}: {error}"
            ) from error

    def _one_by_one(self, todo: list[dict]):
        for i, settings in enumerate(todo):
            yield i, self.run_one(settings)

    def _resume(self, part: Path, code: str) -> dict[int, dict]:
        """Finished runs of an interrupted recording of the same code; a half-written last line is dropped."""
        try:
            text = part.read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.split("\n")[:-1]]
        except (OSError, ValueError):
            lines = []
        if not lines or lines[0] != {"code": code}:
            part.unlink(missing_ok=True)
            return {}
        if not text.endswith("\n"):
            part.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
        return {line.pop("run"): line for line in lines[1:]}

    def _write(self, runs: list[dict], code: str) -> None:
        sizes = [len(a.values) for a in self.axes]
        for i, run in enumerate(runs):
            at = []
            for size in reversed(sizes):
                i, place = divmod(i, size)
                at.insert(0, place)
            run["at"] = at
        versions = {"python": ".".join(platform.python_version_tuple()[:2]), "torch": torch.__version__.split("+")[0]}
        head = {"format": FORMAT, "kind": self.kind, "name": self.name, "code": code, "axes": self._axes_data()}
        data = all_data(run.pop("data", {}) for run in runs)
        head |= {"own": own_hash(self.function), "versions": versions, **({"data": data} if data else {})}
        head |= self._head(runs)
        body = ",\n".join(_line({"at": run.pop("at"), **run}).strip() for run in runs)
        text = _line(head).strip().removesuffix("}") + ', "runs": [\n' + body + "\n]}\n"
        self._replace(text)

    def _replace(self, text: str) -> None:
        """Write the file in one step."""
        whole = self.path.with_name(self.path.name + ".whole.part")
        whole.write_text(text, encoding="utf-8")
        os.replace(whole, self.path)

    def _axes_data(self) -> list[dict]:
        return [{"name": a.name, "values": a.values} for a in self.axes]

    def _decides(self):
        """Further plain data that decides what a recording holds."""

    def _fits(self, data: dict) -> bool:
        return len(data["runs"]) == len(self.grid)

    def _head(self, runs: list[dict]) -> dict:
        """What the kind adds to the head of the file; may change `runs`."""
        return {}

    def __repr__(self) -> str:
        axes = " × ".join(f"{len(a.values)} values of {a.label}" for a in self.axes)
        return f"<{self.kind} {self.name}: {axes}>"

    def words(self, settings: dict) -> str:
        return in_words(self.axes, settings)


def _home_is_running(function) -> bool:
    function = function.func if isinstance(function, functools.partial) else function
    return getattr(function, "__module__", None) == "__main__" and definition_of(function) is not None


def _line(data) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
