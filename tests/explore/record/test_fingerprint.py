"""Is each recorded sweep as new as its code? And: does the fingerprint see what matters, and nothing else?"""

import json
from pathlib import Path

import pytest

from d2lutils.data.files import notices
from d2lutils.explore import SweepError

pytest.importorskip("jupytext", reason="chapters are read with jupytext")

from d2lutils.explore import chapters_with_sweeps, load_chapter
from tools import sweeps

ROOT = Path(__file__).resolve().parents[3]
CHAPTERS = chapters_with_sweeps(ROOT / "chapters")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_recorded_sweep_is_fresh(path):
    chapter = load_chapter(path)
    assert chapter.recorded, f"{path.name} has cells tagged sweep and makes no Sweep or Frames in them"
    stale = [r.name for r in chapter.recorded if not r.is_fresh()]
    assert not stale, f"missing or older than their code, run `make sweeps`: {', '.join(stale)}"


def test_there_is_no_recording_without_a_sweep():
    known = {r.path for path in CHAPTERS for r in load_chapter(path).recorded}
    assert {path for path in (ROOT / "chapters").rglob("sweeps/*.json") if path.parent.name == "sweeps"} <= known


# A chapter, and what changes of it do to the fingerprint of its sweep.

CHAPTER = '''
# A chapter

```{code-cell} ipython3
import torch

import d2lutils as d2l
from d2lutils.explore import Axis, Sweep
```

```{code-cell} ipython3
:tags: [parameters]
epochs = d2l.by_device(cpu=2, accelerator=10)  # a comment
unused = 3
```

```{code-cell} ipython3
%matplotlib inline
print("never printed")
raise SystemExit("never run")

class Base(torch.nn.Linear):
    """A docstring."""
    def scale(self):
        return 2.0

class Net(Base):
    pass

def helper(x):
    return 0.5 * x

def bystander():
    return 1
```

```{code-cell} ipython3
:tags: [exercise]
def helper(x):
    raise NotImplementedError
```

```{code-cell} ipython3
:tags: [sweep]
data = [1.0, 2.0]

def train(lr: float, plot=False):
    """Docstring."""
    torch.manual_seed(0)
    net = Net(1, 1)
    history = d2l.History(seed=0)
    for epoch in range(epochs):
        if lr > 10:
            raise ValueError("too high")
        history.add("epochs", {"epoch": epoch, "train loss": helper(lr) * net.scale() + sum(data)})
    return history

sweep = Sweep("toy", train, [Axis("lr", [0.1, 1.0])], curves=["train loss"], title="A toy")
```

```{code-cell} ipython3
:tags: [live]
sweep.live()
```

```{code-cell} ipython3
def helper(x):
    return "after the last sweep cell"
```
'''


def chapter(folder: Path, *changes: tuple[str, str], name: str = "01_toy.md"):
    text = CHAPTER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return load_chapter(path)


def test_a_chapter_is_loaded_without_being_run(tmp_path):
    loaded = chapter(tmp_path)
    (sweep,) = loaded.recorded
    assert sweep.name == "toy" and sweep.path == tmp_path / "sweeps" / "toy.json"
    assert vars(loaded.module)["helper"](4) == 2.0, "neither the exercise's nor the later one"
    sweep.record(progress=False)
    assert sweep.is_fresh() and chapter(tmp_path).recorded[0].is_fresh()
    assert sweep.load()["runs"][0]["y"] == [[3.1, 3.1]]


@pytest.mark.parametrize("change", [
    ("return 0.5 * x", "return 0.6 * x"),
    ("return 2.0", "return 3.0"),
    ("class Net(Base)", "class Net(Base, torch.nn.Identity)"),
    ("cpu=2", "cpu=3"),
    ("data = [1.0, 2.0]", "data = [1.0, 2.5]"),
    ("data = [1.0, 2.0]", "data = [1.0, 2.0]\ndata[0] += 1"),
    ("[0.1, 1.0]", "[0.1, 2.0]"),
    ('curves=["train loss"]', 'curves=["test loss"]'),
    ("torch.manual_seed(0)", "torch.manual_seed(1)"),
    ("plot=False", "plot=None"),
], ids=lambda change: change[1])  # fmt: skip
def test_what_decides_the_numbers_changes_the_fingerprint(tmp_path, change):
    assert chapter(tmp_path / "a").recorded[0].code() != chapter(tmp_path / "b", change).recorded[0].code()


@pytest.mark.parametrize("change", [
    ("# a comment", "# another"),
    ('"""Docstring."""', '"""More."""'),
    ('    """A docstring."""\n', ""),
    ("unused = 3", "unused = 4"),
    ("return 1", "return 2"),
    ('"too high"', '"far too high"'),
    ("lr: float", "lr"),
    ('title="A toy"', 'title="Something else"'),
    ("return 0.5 * x", "return (0.5\n            * x)"),
    ("after the last", "long after the last"),
    ("raise NotImplementedError", "pass"),
], ids=lambda change: change[1].strip() or "no docstring")  # fmt: skip
def test_what_does_not_decide_them_does_not(tmp_path, change):
    assert chapter(tmp_path / "a").recorded[0].code() == chapter(tmp_path / "b", change).recorded[0].code()


def test_a_machine_with_a_gpu_finds_the_same_fingerprint(tmp_path):
    loaded = chapter(tmp_path)
    before = loaded.recorded[0].code()
    loaded.module.epochs = 10  # as by_device would give there
    assert loaded.recorded[0].code() == before


def test_a_sweep_cell_that_needs_more_than_it_may_says_so(tmp_path):
    with pytest.raises(SweepError, match=r"01_toy.md cannot be loaded for its sweeps: NameError: name 'missing'"):
        chapter(tmp_path, ("data = [1.0, 2.0]", "data = missing"))
    with pytest.raises(SweepError, match="two sweeps named toy"):
        chapter(tmp_path, ("sweep = Sweep(", "Sweep('toy', train, [Axis('lr', [1.0])], curves=['a'])\nsweep = Sweep("))
    with pytest.raises(SweepError, match="a code cell that is no Python"):
        chapter(tmp_path, ("data = [", "data = = ["))


def test_make_sweeps_records_what_is_stale_and_nothing_else(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(notices, "_used", {})  # other tests of this process read data
    chapter(tmp_path)
    recording = tmp_path / "sweeps" / "toy.json"
    assert sweeps.main([str(tmp_path), "--list"]) == 0
    assert "stale: " in capsys.readouterr().out and not recording.exists()
    assert sweeps.main([str(tmp_path), "--jobs", "2"]) == 0
    assert "/toy: 2 runs in " in capsys.readouterr().out
    first = recording.read_text()
    assert json.loads(first)["runs"][1]["y"] == [[4, 4]]
    assert sweeps.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 fresh\n" and recording.read_text() == first
    assert sweeps.main([str(tmp_path), "--all", "--only", "other"]) == 0
    assert sweeps.main([str(tmp_path), "--all"]) == 0 and recording.read_text() == first


def test_make_sweeps_goes_on_after_a_failure_and_says_so(tmp_path, capsys):
    chapter(tmp_path, ("return 0.5 * x", "return 1 / 0"))
    chapter(tmp_path, ('Sweep("toy"', 'Sweep("good"'), name="02_good.md")
    assert sweeps.main([str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "raised ZeroDivisionError: division by zero" in said.err and "/good: 2 runs" in said.out


def test_ctrl_c_leaves_what_is_finished(tmp_path, capsys):
    chapter(tmp_path, ("return 0.5 * x", "if x == 1.0: raise KeyboardInterrupt\n    return 0.5 * x"))
    assert sweeps.main([str(tmp_path)]) == 130
    assert "goes on from here the next time" in capsys.readouterr().err
    assert [p.name for p in (tmp_path / "sweeps").iterdir()] == ["toy.json.part"]
