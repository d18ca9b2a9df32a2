"""In a notebook, the player says when its recording is older than the function in the cell."""

import json
import linecache
import sys

import pytest

from d2lutils.explore import load_chapter

CHAPTER = '''
```{code-cell} ipython3
:tags: [sweep]
import d2lutils as d2l
from d2lutils.explore import Axis, Sweep

scale = 2.0

def helper(x):
    return scale * x

def train(lr, plot=False):
    history = d2l.History(seed=0)
    history.add("epochs", {"epoch": 1, "train loss": helper(lr)})
    return history

sweep = Sweep("older", train, [Axis("lr", [0.5, 1.0])], curves=["train loss"])
```
'''


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """notebook((old, new), …): the chapter's sweep as a running notebook has it after these changes of the cell."""
    path = tmp_path / "01_older.md"
    path.write_text(CHAPTER)
    load_chapter(path).recorded[0].record(progress=False)

    def run(*changes):
        source = CHAPTER.split("[sweep]\n")[1].split("```")[0]
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        name = f"<ipython-input-{len(changes)}-{hash(source)}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        scope = vars(sys.modules["__main__"])
        for word in ("scale", "helper", "train", "sweep", "d2l", "Axis", "Sweep"):
            monkeypatch.setitem(scope, word, None)
        exec(compile(source, name, "exec"), scope)
        scope["sweep"].folder = tmp_path
        return scope["sweep"]

    return run


@pytest.mark.parametrize(("changes", "older"), [
    ([], False),
    ([("lr, plot", "lr: float, plot")], False),
    ([('"epoch": 1', '"epoch": 2')], True),
    ([("scale * x", "scale * x * x")], True),
    ([("scale = 2.0", "scale = d2l.by_device(cpu=2.0, accelerator=3.0)")], False),
])  # fmt: skip
def test_an_older_recording_is_called_older(notebook, changes, older):
    shown = notebook(*changes).show()
    said = "This recording is older than train() as your notebook has it now"
    assert (said in shown.html) is older and (said in shown.text) is older
    assert "<script" in shown.html, "and is shown all the same"


def test_where_nothing_can_be_known_nothing_is_said(notebook, tmp_path):
    sweep = notebook(("scale * x", "scale * x * x"))
    data = json.loads(sweep.path.read_text())
    del data["own"]
    sweep.path.write_text(json.dumps(data))
    assert "older than" not in sweep.show().html, "a recording of earlier times"
    loaded = load_chapter(tmp_path / "01_older.md").recorded[0]
    assert loaded.is_fresh() and "older than" not in loaded.show().html


def test_the_data_that_a_recording_was_made_on_stand_in_it(notebook, monkeypatch):
    from d2lutils import data

    sweep = notebook()
    assert "data" not in sweep.load() or isinstance(sweep.load()["data"], dict)
    used = iter([{"garments": "drawn"}, {"garments": "real", "prose": "pydoc"}])
    monkeypatch.setattr(data, "sources_used", lambda: next(used), raising=False)
    sweep.record(progress=False)
    assert sweep.load()["data"] == {"garments": "drawn, real", "prose": "pydoc"}


def test_a_recording_that_was_confirmed_is_no_older(notebook):
    sweep = notebook(("scale * x", "x * scale"))
    assert not sweep.is_fresh() and "older than" in sweep.show().html
    runs = sweep.load()["runs"]
    sweep.confirm()
    assert sweep.is_fresh() and "older than" not in sweep.show().html and sweep.load()["runs"] == runs
