"""Checks for the chapter on saving and serving a model."""

import collections
import contextlib
import os
import tempfile
from pathlib import Path
from unittest import mock

import torch
from torch import nn

from d2lutils.check import causes, limits
from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check
from d2lutils.check.report import Wrong


class _Sizes(list):
    """How many rows each call of a net was given; a copy of the net writes into the same list."""

    def __deepcopy__(self, memo):
        return self


class _Net(nn.Module):
    """Small, with layers that behave differently in training, and a memory of the batches it was given."""

    def __init__(self):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.layers = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3)).double()
            with torch.no_grad():
                self.layers[1].running_mean.normal_()
                self.layers[1].running_var.uniform_(0.5, 2)
        self.sizes = _Sizes()

    def forward(self, x):
        self.sizes.append(len(x))
        return self.layers(x)


@check("predict_in_batches")
def predict_in_batches(ask: Examiner) -> None:
    """predict_in_batches(net, x, batch_size): class probabilities (n, C) of x (n, d), batch by batch.

    In evaluation mode and without a graph; the net is as before afterwards, its mode included.
    """
    ask.is_callable()

    def scores(net, x):
        with torch.no_grad():
            return net.eval()(x)

    def exact(net, x, batch_size):
        return scores(net, x).softmax(dim=1)

    def guarded(net, x, batch_size):
        net.sizes.clear()
        got = ask.student(net, x, batch_size)
        if isinstance(got, (tuple, list)):
            raise Wrong(f"expected a tensor, got {type(got).__name__}", "torch.cat joins the batches")
        if max(net.sizes, default=0) > batch_size:
            raise Wrong(f"the net was given {max(net.sizes)} rows at once, in batches of {batch_size}",
                        "x.split(batch_size) cuts the rows")  # fmt: skip
        if isinstance(got, torch.Tensor) and got.requires_grad:
            raise Wrong("a graph hangs on the result", "torch.inference_mode() or no_grad() is missing")
        return got

    wrong = {
        "these are scores: softmax is missing": lambda n, x, b: scores(n, x),
        "softmax goes over the classes, dim=1; each column sums to 1 here": lambda n, x, b: scores(n, x).softmax(0),
        "softmax was taken twice": lambda n, x, b: exact(n, x, b).softmax(dim=1),
        "the last, smaller batch is missing": lambda n, x, b: exact(n, x[: len(x) // b * b], b),
        "only the first batch came out": lambda n, x, b: exact(n, x[:b], b),
        "only the last batch came out": lambda n, x, b: exact(n, x.split(b)[-1], b),
        "classes came out; probabilities were asked for": lambda n, x, b: scores(n, x).argmax(dim=1),
        "these are logarithms of probabilities: softmax, not log_softmax": lambda n, x, b: exact(n, x, b).log(),
    }
    x = normal(10, 6, seed=1)
    for mode in ("evaluation", "training"):
        cases = [(_Net().train(mode == "training"), x, batch_size) for batch_size in (5, 4, 10, 99, 1)]
        ask.agrees(f"a net in {mode} mode, batches that divide the rows and such that do not", exact, cases,
                   sides=". n. .", function=guarded, hypotheses=wrong)  # fmt: skip
    ask.keeps_float32(exact, (_Net().float(), x, 4), function=guarded, hypotheses=wrong)


class _Crash(Exception):
    """A disk that is full."""


class _Stop(BaseException):
    """The user's Ctrl-C, or whatever else is no Exception."""


class _Probe:
    """Does something at the moment when a file is half written: when it is pickled, as an empty OrderedDict."""

    def __init__(self, act):
        self.act = act

    def __reduce__(self):
        self.act()
        return collections.OrderedDict, ()


class _Renames:
    """What is renamed while it watches, by os.replace or os.rename (pathlib and shutil call them), to `path`."""

    def __init__(self, path: Path, error: type[BaseException] | None = None):
        self.path, self.error, self.seen = path, error, []

    @contextlib.contextmanager
    def watched(self):
        with mock.patch.object(os, "replace", self._wrapped(os.replace)), \
                mock.patch.object(os, "rename", self._wrapped(os.rename)):  # fmt: skip
            yield self

    def _wrapped(self, rename):
        def watching(source, target, **options):
            if Path(target).resolve() == self.path.resolve():
                self.seen.append((Path(source).resolve(), self.path.exists()))
                if self.error:
                    raise self.error("the new name was refused")
            return rename(source, target, **options)

        return watching


@check("save_atomically")
def save_atomically(ask: Examiner) -> None:
    """save_atomically(state, path): torch.save whole or not at all; a crash leaves the old file and no other.

    Of two that save to one path at the same time neither disturbs the other's unfinished file. An error is not
    swallowed. `path` is a Path or a str.
    """
    ask.is_callable()
    first, second = _state(1.0), _state(2.0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        _save(ask, first, path, "a new file")
        _expect(path, first, "a new file")
        _save(ask, second, str(path), "a path that is a str")
        _expect(path, second, "a path that is a str")
        ask.report.right.append("a new file, and one that is replaced")
        _replaces(ask, path, first)
        ask.report.right.append("the old file is whole until the new one is")
        _survives(ask, path, first)
        ask.report.right.append("a crash leaves the old file and nothing else")
        _leaves_others_alone(ask, path)
        ask.report.right.append("another one that is saving to the same path")


def _state(value: float, **more) -> dict:
    return {"w": torch.full((3,), value), "note": "plain data", **more}


def _replaces(ask: Examiner, path: Path, state: dict) -> None:
    """The old file is not written over, copied over or removed: the new one takes its name in one step."""
    what, before = "a file that is there is replaced", path.read_bytes()
    renames = _Renames(path)
    with renames.watched(), _open_where_possible(path) as old:
        _save(ask, state, path, what)
        _expect(path, state, what)
        if old is not None and old.read() != before:
            raise Wrong(f"{what}: who was reading the old file finds it changed",
                        "it was written over in place: write one beside it, then os.replace(beside, path)")  # fmt: skip
    for source, there in renames.seen:
        if not there:
            raise Wrong(f"{what}: for a moment there is no file {path.name}", "os.replace needs no unlink before it")
        if path.resolve().parent not in source.parents:
            raise Wrong(f"{what}: the new one came from another folder",
                        "only within one file system is a rename one step: tempfile.mkstemp(dir=…)")  # fmt: skip
    seen = []
    _save(ask, _state(3.0, probe=_Probe(lambda: seen.append(path.exists() and path.read_bytes()))), path, what)
    if path.exists() and seen and seen[0] is False:
        raise Wrong(f"{what}: it is gone while the new one is written", "it was removed before the new one was whole")
    _save(ask, state, path, what)


def _survives(ask: Examiner, path: Path, old: dict) -> None:
    """Errors of every kind, while it is written and when it gets its name, leave the folder as it was."""
    for error in (_Crash, _Stop):
        what = "a crash in the middle of writing"

        def explode(error=error):
            raise error("the power failed while the file was being written")

        _crash(ask, _state(4.0, bomb=_Probe(explode)), path, what)
        _untouched(path, old, what)
    what, renames = "a crash when the file gets its name", _Renames(path, _Crash)
    with renames.watched(), contextlib.suppress(Wrong):
        _crash(ask, _state(5.0), path, what)
    if renames.seen:
        _untouched(path, old, what)


def _leaves_others_alone(ask: Examiner, path: Path) -> None:
    what = "another program that is saving to the same path"
    others = [path.with_name(path.name + end) for end in (".part", ".tmp", ".new")]
    others += [path.with_suffix(end) for end in (".part", ".tmp", ".new")]
    for other in others:
        other.write_bytes(b"half of another model")
    _save(ask, _state(6.0), path, what)
    _expect(path, _state(6.0), what)
    name_it = "give the file beside it a name of its own: tempfile.mkstemp(dir=…)"
    for other in others:
        if not other.exists() or other.read_bytes() != b"half of another model":
            fate = "written over" if other.exists() else "removed"
            raise Wrong(f"{what}: its unfinished {other.name} was {fate}", name_it)
        other.unlink()
    what, inner = "a second save to the same path while the first is writing", _state(7.0)
    _save(ask, _state(8.0, probe=_Probe(lambda: _save(ask, inner, path, what))), path, what, name_it)
    _expect(path, _state(8.0, probe=collections.OrderedDict()), what, name_it)
    _alone(path, what)


def _open_where_possible(path: Path):
    """The file, open for reading; None on Windows, where nobody can replace a file that is open."""
    return contextlib.nullcontext() if os.name == "nt" else path.open("rb")


def _save(ask: Examiner, state: dict, path, what: str, cause: str = "") -> None:
    try:
        result = limits.answered(ask.student, (state, path))
    except (KeyboardInterrupt, limits.TimeUp, Wrong):
        raise
    except BaseException as error:
        words = causes.text(error).replace(str(Path(path).parent), "…")  # the folder's name is another one each time
        raise Wrong(f"{what}: it raised {type(error).__name__}: {words}", cause) from None
    if result is ...:
        raise Wrong("it is not written yet: the dots are still there")


def _crash(ask: Examiner, state: dict, path: Path, what: str) -> None:
    """Saves what cannot be saved; Wrong if nobody is told."""
    try:
        limits.answered(ask.student, (state, path))
    except (KeyboardInterrupt, limits.TimeUp):
        raise
    except BaseException:
        return
    raise Wrong(f"{what}: the error was swallowed, and the caller takes the state for saved",
                "clean up in a finally, which lets the error through")  # fmt: skip


def _untouched(path: Path, old: dict, what: str) -> None:
    if not path.exists():
        raise Wrong(f"{what}: the old file is gone", "it was removed before the new one was whole")
    _expect(path, old, what, "it was written over by half of the new state: write beside it, then replace")
    _alone(path, what)


def _alone(path: Path, what: str) -> None:
    if any(other != path for other in path.parent.iterdir()):
        raise Wrong(f"{what}: an unfinished file was left lying about", "unlink(missing_ok=True), in a finally")


def _expect(path: Path, state: dict, what: str, cause: str = "") -> None:
    if not path.exists():
        raise Wrong(f"{what}: there is no file {path.name} afterwards", "os.replace(beside, path) gives it its name")
    try:
        found = torch.load(path, weights_only=True)
    except Exception as error:
        raise Wrong(f"{what}: {path.name} cannot be loaded ({type(error).__name__})", cause) from None
    if not isinstance(found, dict) or found.keys() != state.keys() or not torch.equal(found["w"], state["w"]):
        raise Wrong(f"{what}: {path.name} does not hold the state that was to be saved", cause)
