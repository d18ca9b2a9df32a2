"""Is each recorded sweep as new as its code? And: does the fingerprint see what matters, and nothing else?"""

import importlib.util
import json
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from d2lutils.data.files import notices
from d2lutils.explore import SweepError, code_hash, notebook_hash

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


# A small package, and what changes of it do to the fingerprint of a function that uses it.

PARTS = {
    "toy_rules": """
        import torch
        from torch.nn.functional import relu as squash

        RATE = 0.5
        RULES = {"double": lambda x: 2 * x}
        _FLOOR = -1.0

        def descend(p, rate=RATE):
            "A docstring."
            return _clip(p - rate * squash(p))

        def _clip(p):
            return max(p, _FLOOR)

        def loss(output, target):
            if output != output:
                hint = " Try less."
                hint += f" It was {target}."
                raise ValueError(f"not a number: {output}." + hint)
            return (output - target) ** 2
    """,
    "toy_loaders": """
        class Trouble(Exception):
            def __init__(self, where):
                super().__init__(f"trouble at {where}")
                self.where = where

        class Loader:
            def __init__(self, rows, backwards=False):
                self.rows, self._next = rows, 0
                self.backwards = backwards

            def __iter__(self):
                if not self.rows:
                    problem = f"no rows. {self._cause()}"
                    self.problem = problem
                    raise Trouble(problem)
                return iter(self._ordered())

            def _ordered(self):
                return self.rows[::-1] if self.backwards else self.rows

            def _cause(self):
                return f"nothing was given, {len(self.rows)}"

            def __repr__(self):
                return "a loader"
    """,
    "explore.toys": "def drawn(): return 1",
    "toy": """
        from d2lutils import toy_rules
        from d2lutils.explore.toys import drawn
        from d2lutils.toy_rules import RULES, descend

        def train():
            from d2lutils.toy_loaders import Loader as Rows
            p = 1.0
            for x in Rows([1, 2, 3]):
                assert x > 0, "rows are above 0"
                print(f"at {x}")
                p = descend(RULES["double"](p) + toy_rules.loss(p, x))
            drawn()
            return p
    """,
}


def package(folder: Path, monkeypatch, parts: dict[str, str]):
    """The last module of a throw-away package: modules `d2lutils.<name>` of these texts."""
    folder.mkdir()
    for name, text in parts.items():
        path = folder / f"{name}.py"
        path.write_text(textwrap.dedent(text))
        spec = importlib.util.spec_from_file_location(f"d2lutils.{name}", path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, f"d2lutils.{name}", module)
        parent, _, last = module.__name__.rpartition(".")
        monkeypatch.setattr(sys.modules[parent], last, module, raising=False)
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def fingerprint(tmp_path, monkeypatch):
    """fingerprint((old, new), …) of `train` in the small package, with old replaced by new wherever it stands."""
    folders = (tmp_path / str(i) for i in range(9))

    def made(*changes, whole=False):
        parts = PARTS
        for old, new in changes:
            assert any(old in text + name for name, text in parts.items()), old
            parts = {name.replace(old, new): text.replace(old, new) for name, text in parts.items()}
        module = package(next(folders), monkeypatch, parts)
        return module if whole else code_hash(module.train)

    return made


@pytest.mark.parametrize("changes", [
    [("p - rate * squash(p)", "p - rate * squash(p) ** 2")],
    [("relu as squash", "gelu as squash")],
    [("- target) ** 2", "- target) ** 4")],
    [("rate=RATE", "rate=0.1")],
    [("RATE = 0.5", "RATE = 0.6")],
    [("_FLOOR = -1.0", "_FLOOR = -2.0")],
    [("lambda x: 2 * x", "lambda x: 3 * x")],
    [("backwards=False", "backwards=True")],
    [("self.rows[::-1] if", "self.rows if")],
    [("return max(p, _FLOOR)", "return p")],
    [("descend", "ascend")],
    [("_clip(p - rate", "(p - rate")],
    [("return iter(self._ordered())", "return iter(self._next)")],
], ids=lambda changes: changes[0][1])  # fmt: skip
def test_a_changed_rule_loss_order_or_default_is_another_fingerprint(fingerprint, changes):
    assert fingerprint(*changes) != fingerprint()


@pytest.mark.parametrize("changes", [
    [("toy_rules", "toy_learning_rules")],
    [("toy_loaders", "toy_data")],
    [("_clip", "_bounded")],
    [("_clip", "_aaa"), ("_FLOOR", "_zzz")],
    [("_ordered", "_in_order")],
    [("_next", "_place")],
    [("A docstring", "Another one")],
    [("not a number", "is not a number")],
    [(" Try less", " Try a smaller rate")],
    [(" It was {target}", " The target was {target!r}")],
    [("trouble at", "something is wrong at")],
    [("no rows. {self._cause()}", "no rows")],
    [("nothing was given", "there was nothing")],
    [("rows are above 0", "each row is above 0")],
    [("at {x}", "looking at {x}")],
    [('"a loader"', 'f"{len(self.rows)} rows"')],
    [("def drawn(): return 1", "def drawn(): return 2")],
    [("Loader as Rows", "Loader"), ("Rows(", "Loader(")],
    [("toy_rules.loss(", "loss("), ("import RULES, descend", "import RULES, descend, loss")],
    [("(p):\n", "(p: float) -> float:  # bounded\n")],
], ids=lambda changes: changes[0][1])  # fmt: skip
def test_a_moved_file_other_words_and_renamed_private_helpers_leave_it(fingerprint, changes):
    assert fingerprint(*changes) == fingerprint()


def test_two_helpers_of_one_name_are_told_apart(fingerprint):
    extra = ("        def loss(", "        class Other:\n            def _clip(self): return 3\n\n        def loss(")
    assert fingerprint(extra) == fingerprint(), "nothing refers to it"
    called = ("return max(p, _FLOOR)", "return max(p, Other()._clip())")
    assert fingerprint(extra, called) != fingerprint(extra)


def test_a_private_name_that_pytorch_calls_is_kept():
    class Kept(torch.nn.Module):
        def _load_from_state_dict(self, *a):
            return 1

    class Renamed(torch.nn.Module):
        def _load_from_state(self, *a):
            return 1

    Renamed.__qualname__ = Kept.__qualname__
    assert code_hash(lambda: Kept()) != code_hash(lambda: Renamed())


def test_fit_is_in_the_fingerprint_and_plots_are_not():
    import d2lutils as d2l
    from d2lutils.explore.record.fingerprint import _Walk

    def train(lr, plot=False):
        d2l.plot([1], [2])
        return d2l.fit(d2l.MLP, None, loss=None, optimizer=d2l.SGD, epochs=1, plot=plot)

    walk = _Walk(__name__)
    parts = walk.all_from(lambda walk: [walk.value(train)])
    reached = {part.split("\t")[0].split(" ")[-1] for part in parts}
    assert {"fit", "History", "MLP", "SGD", "accuracy"} <= reached
    assert not {"plot", "Animator", "Timer", "save_checkpoint", "keep_freed_memory"} & reached
    assert not any(part.endswith("no source") for part in parts)


# The same for notebooks.


def test_a_notebook_knows_the_package_code_that_its_cells_reach(fingerprint):
    cells = ["%matplotlib inline\nfrom d2lutils.toy import train", "x = 3", "%%bash\nls", "train()", "1 = 2"]

    def of(*changes):
        fingerprint(*changes, whole=True)
        return notebook_hash(cells)

    first = of()
    assert of(("_clip", "_bounded"), ("not a number", "is not a number"), ("toy_rules", "toy_learning_rules")) == first
    assert of(("RATE = 0.5", "RATE = 0.6")) != first
    assert of(("def drawn(): return 1", "def drawn(): return 2")) != first, "a notebook shows its drawings"
    assert of(('"a loader"', '"the loader"')) != first, "and what objects say of themselves"
    cells[1] = "x = 4  # the cells themselves are no part of it"
    assert of() == first
    cells[3] = "y = 1"
    assert of() == of(("RATE = 0.5", "RATE = 0.6")), "an import reaches nothing by itself"


def test_a_notebook_reaches_programs_that_it_names(tmp_path, monkeypatch):
    def of(text):
        package(tmp_path / text, monkeypatch, {"toy_program": f"def main(): return {text}"})
        return notebook_hash(['run([sys.executable, "-m", "d2lutils.toy_program"])'])

    assert of("1") == of("1 ") != of("2")


def test_an_import_that_is_no_more_is_news():
    assert notebook_hash(["from d2lutils import gone"]) != notebook_hash(["from d2lutils import fit"])


def test_the_text_of_a_tree_does_not_depend_on_the_version_of_python():
    import ast

    from d2lutils.explore.record.trees import written
    from d2lutils.explore.record.words import cleaned

    tree = ast.parse("def f(x: int, *, y=1) -> int:\n    'doc'\n    return f'{x!r:>{y}}' + g(x)[1:]").body[0]
    text = written(cleaned(tree), lambda chain: None)
    assert "doc" not in text and "type_params" not in text and "int" not in text


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
