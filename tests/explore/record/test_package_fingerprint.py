"""The fingerprint of a function in a small package: what changes of the package do to it."""

import importlib.util
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from d2lutils.explore import code_hash, notebook_hash

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
