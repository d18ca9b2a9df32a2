"""`--confirm`: what computes the same as before is called fresh, and what does not is named with its difference."""

import shutil
import subprocess

import pytest

pytest.importorskip("jupytext", reason="chapters are read with jupytext")

from d2lutils.explore import load_chapter
from tools import confirm_sweeps, sweeps

ROOT = confirm_sweeps.ROOT

CHAPTER = """
```{code-cell} ipython3
:tags: [sweep]
import d2lutils as d2l
from d2lutils.explore import Axis, Sweep

def helper(x):
    return 0.5 * x

def train(lr, plot=False):
    history = d2l.History(seed=0)
    history.add("epochs", {"epoch": 1, "train loss": helper(lr)})
    return history

Sweep("NAME", train, [Axis("lr", [0.25, 1.0, 4.0])], curves=["train loss"])
```
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with this package, its tools and three recorded chapters, all of it committed."""
    for part in ("d2lutils", "tools"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("same", "other", "late"):
        path = tmp_path / "chapters" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(CHAPTER.replace("NAME", name))
        load_chapter(path).recorded[0].record(progress=False)
    change(tmp_path, "late", "0.5 * x", "x / 2")
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        subprocess.run(["git", *who, *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(confirm_sweeps, "ROOT", tmp_path)
    return tmp_path


def change(folder, name, old, new):
    path = folder / "chapters" / f"{name}.md"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_equal_numbers_are_fresh_and_others_are_named(repository, capsys):
    change(repository, "same", "0.5 * x", "x * 0.5")
    change(repository, "other", "0.5 * x", "0.5 * x if x < 4 else 2.25")
    before = {name: (repository / f"chapters/sweeps/{name}.json").read_text() for name in ("same", "other", "late")}
    assert sweeps.main([str(repository / "chapters"), "--confirm", "HEAD"]) == 1
    said = capsys.readouterr().out
    assert "✓ chapters/same: the same numbers as at HEAD" in said
    assert "✗ chapters/other: lr 4: train loss by up to 0.25\n" in said
    assert "✗ chapters/late: it was stale at the base already" in said
    fresh = load_chapter(repository / "chapters/same.md").recorded[0]
    assert fresh.is_fresh() and fresh.path.read_text() != before["same"]
    assert fresh.path.read_text().split("runs")[1] == before["same"].split("runs")[1]
    assert not load_chapter(repository / "chapters/other.md").recorded[0].is_fresh()
    assert [(repository / f"chapters/sweeps/{n}.json").read_text() for n in ("other", "late")] == [
        before["other"], before["late"]]  # fmt: skip
    worktrees = subprocess.run(["git", "worktree", "list"], cwd=repository, capture_output=True, text=True).stdout
    assert len(worktrees.splitlines()) == 1, "the temporary one is gone"


def test_a_commit_that_is_none_is_named(repository):
    change(repository, "same", "0.5 * x", "x * 0.5")
    with pytest.raises(SystemExit, match="no worktree of nowhere"):
        sweeps.main([str(repository / "chapters"), "--confirm", "nowhere"])
