"""Checks for the chapter on saving and serving a model."""

import contextlib
import tempfile
from pathlib import Path

import torch
from torch import nn

from d2lutils.check.examiner import Examiner, check
from d2lutils.check.report import Wrong


class _Net(nn.Module):
    """Small, with layers that behave differently in training, and a memory of the batches it was given."""

    def __init__(self):
        super().__init__()
        torch_state = torch.get_rng_state()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3)).double()
        with torch.no_grad():
            self.layers[1].running_mean.normal_()
            self.layers[1].running_var.uniform_(0.5, 2)
        torch.set_rng_state(torch_state)
        self.sizes: list[int] = []

    def forward(self, x):
        self.sizes.append(len(x))
        return self.layers(x)


@check("predict_in_batches")
def predict_in_batches(ask: Examiner) -> None:
    """predict_in_batches(net, x, batch_size): class probabilities (n, C) of x (n, d), batch by batch.

    In evaluation mode and without a graph; the mode of the net is as before afterwards.
    """
    ask.is_callable()

    def scores(net, x):
        was_training = net.training
        with torch.no_grad():
            out = net.eval()(x)
        net.train(was_training)
        return out

    def exact(net, x, batch_size):
        return scores(net, x).softmax(dim=1)

    def training_mode(net, x, batch_size):
        with torch.no_grad():
            return torch.cat([net.train()(part) for part in x.split(batch_size)]).softmax(dim=1)

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
    x = torch.randn(10, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    for training in (False, True):
        for batch_size in (5, 4, 10, 99):
            net = _Net().train(training)
            got = ask.call(lambda x, b, net=net: ask.student(net, x, b), (x, batch_size))
            mode = "training" if training else "evaluation"
            where = f"a net in {mode} mode, 10 rows in batches of {batch_size}"
            if not isinstance(got, torch.Tensor):
                raise Wrong(f"{where}: expected a tensor, got {type(got).__name__}",
                            "torch.cat joins the batches" if isinstance(got, (list, tuple)) else "")  # fmt: skip
            want = exact(_Net(), x, batch_size)
            if got.shape != want.shape or not torch.allclose(got.double(), want, atol=1e-9):
                cause = "the net was not put into evaluation mode: dropout and batch statistics were at work"
                cause = next((words for words, f in wrong.items() if _alike(got, f(_Net(), x, batch_size))),
                             cause if training and got.shape == want.shape else "")  # fmt: skip
                found = f"expected shape {tuple(want.shape)}, got {tuple(got.shape)}"
                raise Wrong(f"{where}: {found if got.shape != want.shape else 'wrong numbers'}", cause)
            if got.requires_grad:
                raise Wrong(f"{where}: a graph hangs on the result", "torch.inference_mode() or no_grad() is missing")
            if max(net.sizes) > batch_size:
                raise Wrong(f"{where}: the net was given {max(net.sizes)} rows at once", "x.split(batch_size)")
            if net.training is not training:
                raise Wrong(f"{where}: the net was left in {'training' if net.training else 'evaluation'} mode",
                            "remember net.training before, and call net.train(…) with it after")  # fmt: skip
        ask.report.right.append(f"a net in {mode} mode, batches that divide the rows and such that do not")


def _alike(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.shape == b.shape and torch.allclose(a.double(), b.double(), atol=1e-9)


class _Crash(Exception):
    pass


class _Bomb:
    """Cannot be written: the program dies when it comes to this object."""

    def __reduce__(self):
        raise _Crash("the power failed while the file was being written")


@check("save_atomically")
def save_atomically(ask: Examiner) -> None:
    """save_atomically(state, path): torch.save whole or not at all; a crash leaves the old file and no other.

    Of two programs that save to one path at the same time neither disturbs the other's unfinished file.
    """
    ask.is_callable()
    first, second = ({"w": torch.full((3,), value), "note": "plain data"} for value in (1.0, 2.0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        for number, state in enumerate((first, second), start=1):
            what = "a new file" if number == 1 else "a file that is there is replaced"
            _save(ask, state, path)
            if not path.exists():
                raise Wrong(f"{what}: there is no file {path.name} afterwards", "os.replace(part, path) is missing")
            _expect(path, state, what)
            ask.report.right.append(what)
        with contextlib.suppress(Exception):
            ask.student({"w": torch.full((3,), 3.0), "bomb": _Bomb()}, path)
        what = "a crash in the middle of writing"
        if not path.exists():
            raise Wrong(f"{what}: the old file is gone", "it was removed before the new one was whole")
        _expect(path, second, what, "it was written over by half of the new state: write beside it, then replace")
        ask.report.right.append(f"{what} leaves the old file")
        stray = sorted(other.name for other in Path(folder).iterdir() if other != path)
        if stray:
            raise Wrong(f"{what}: it left {', '.join(stray)} lying about", "unlink(missing_ok=True), in a finally")
        ask.report.right.append("and nothing else")
        what = "another program that is saving to the same path"
        others = [path.with_name(path.name + end) for end in (".part", ".tmp", ".new")]
        others += [path.with_suffix(end) for end in (".part", ".tmp", ".new")]
        for other in others:
            other.write_bytes(b"half of another model")
        _save(ask, first, path)
        _expect(path, first, what)
        for other in others:
            if not other.exists() or other.read_bytes() != b"half of another model":
                fate = "written over" if other.exists() else "removed"
                raise Wrong(f"{what}: its unfinished {other.name} was {fate}",
                            "give the file beside it a name of its own: tempfile.mkstemp(dir=…)")  # fmt: skip
        ask.report.right.append(what)


def _save(ask: Examiner, state: dict, path: Path) -> None:
    try:
        result = ask.student(state, path)
    except Exception as error:
        raise Wrong(f"it raised {type(error).__name__}: {' '.join(str(error).split())[:200]}") from None
    if result is ...:
        raise Wrong("it is not written yet: the dots are still there")


def _expect(path: Path, state: dict, what: str, cause: str = "") -> None:
    try:
        found = torch.load(path, weights_only=True)
    except Exception as error:
        raise Wrong(f"{what}: {path.name} cannot be loaded ({type(error).__name__})", cause) from None
    same = isinstance(found, dict) and found.keys() == state.keys() and torch.equal(found["w"], state["w"])
    if not same:
        raise Wrong(f"{what}: {path.name} does not hold the state that was to be saved", cause)
