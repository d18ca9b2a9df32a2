"""The contract of the chapters, rule by rule, and a proof that each rule notices a chapter that breaks it."""

import ast
import contextlib
import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

import d2lutils
from d2lutils import metrics
from tools import contract, notebooks, taught
from tools.recording import chapter
from tools.recording.stamp import Stamp
from tools.translate import Problem

CHAPTERS = notebooks.sources()


def test_there_are_chapters():
    assert CHAPTERS, "no chapters found: chapters/NN_part/NN_name.md"


@pytest.mark.parametrize("rule", contract.RULES)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_contract(path, rule):
    complaints = list(contract.RULES[rule](contract.Chapter(path)))
    assert not complaints, f"{path.relative_to(notebooks.ROOT)} breaks the rule “{rule}”:\n" + "\n".join(complaints)


# --- the rules themselves: a small chapter that keeps them all, and one change for each that breaks it -------------

GOOD = Path(__file__).with_name("good_chapter.md")


@pytest.fixture
def good(monkeypatch) -> str:
    """The chapter's text, and the two checks that its exercises call."""
    checks = SimpleNamespace(cube_slope=lambda f: f(2) == 12, line_slope=lambda f: f(3) == 1)
    monkeypatch.setattr(d2lutils, "check", checks, raising=False)
    return GOOD.read_text(encoding="utf-8").replace("ACCURACY", inspect.getsource(metrics.accuracy))


def write(folder: Path, text: str) -> contract.Chapter:
    """A chapter in `folder` whose notebook holds what an execution would have stored, without executing anything."""
    source = folder / "01_made" / "01_good.md"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    (source.parent / "slope.png").touch()
    bib = folder / "references.bib"
    bib.write_text("@article{rosenblatt1958,\n author = {Rosenblatt, Frank},\n title = {The perceptron},\n"
                   " year = {1958}\n}\n", encoding="utf-8")
    notebook = notebooks.read_source(source)
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
        if "plot(" in cell.source:
            cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo="})]
        if "player(" in cell.source:
            picture = '<img alt="three curves" src="data:image/png;base64,iV">'
            html = f'<figure {contract.PLAYER}"x"><style></style>{picture}</figure>'
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    with contextlib.suppress(Problem):  # some of the broken ones cannot be translated; another rule is to notice them
        notebook = chapter.made(source, notebook)
    Stamp.of(notebook, source.parent).write(notebook)
    notebooks.write_notebook(notebook, source.with_suffix(".ipynb"))
    return contract.Chapter(source, references=bib)


def test_a_chapter_that_keeps_the_contract(good, tmp_path):
    kept = write(tmp_path, good)
    assert {name: list(rule(kept)) for name, rule in contract.RULES.items()} == {name: [] for name in contract.RULES}


BROKEN = {  # rule: (text of the good chapter, what stands there instead)
    "opening": [("12 seconds", "a moment"), (":class: opening", ":class: note"), ("able to", "unable, after this, to"),
                ("# Slopes", "Slopes")],
    "parameters": [(":tags: [parameters]", ":tags: [settings]"), ("import torch\n", "import torch\ntorch.zeros(1)\n")],
    "predicts": [(":class: predict", ":class: note")],
    "outcomes": [("assert history.last", "print(history.last"), ("history = d2l.fit", "d2l.fit")],
    "compared": [("torch.testing.assert_close(", "print("), ("float64", "float32")],
    "breaks": [("## When it breaks", "## A last word")],
    "exercises": [("### 4. ", "**4.** "), (":tags: [solution]", ":tags: [hide-input]"),
                  ("## Exercises", "## Questions"),
                  ("### 3. A question", "### 3. A question\n\n:::{admonition} Solution\nYes.\n:::")],
    "answers": [("return 3 * x**2  # solution", "return 2 * x**2"), ("return None  # stub", "return 3 * x**2"),
                ("return 3 * x**2  # solution", "raise ValueError")],
    "ending": [("## Summary", "## The end"), ("rosenblatt1958", "nobody1900"), ("## Further reading", "## More")],
    "alt_text": [("alt: A straight line through the origin", "alt: ''"), ("![a slope of two](", "![](")],
    "sweeps": [("player()", "print()")],
    "same_code": [(".sum(dtype", ".mean(dtype"), ("metrics.accuracy", "metrics.no_such_thing"),
                  ("def accuracy", "def precision")],
    "words": [("The slope", "Obviously the slope"), ("The slope", "Then just use the slope"),
              ("The slope", "TODO the slope"), ("steps, seed", "place = '/home/somebody'\nsteps, seed")],
    "clean": [("[live, nbval-ignore-output]", "[live]")],
}


@pytest.mark.parametrize(("rule", "change"), [(rule, change) for rule, changes in BROKEN.items() for change in changes])
def test_each_rule_notices(good, tmp_path, rule, change):
    text = good
    assert change[0] in text
    if change[0] == "assert history.last":
        text = re.sub(r"assert (history\.last.*)", r"print(\1)", text)
    kept = write(tmp_path, text.replace(*change))
    assert list(contract.RULES[rule](kept))


def test_rules_about_the_recorded_notebook_notice(good, tmp_path):
    kept = write(tmp_path, good)
    path = kept.path.with_suffix(".ipynb")
    stored = path.read_text(encoding="utf-8")

    def complaints(rule, change):
        notebook = nbformat.reads(stored, as_version=4)
        change(notebook, notebooks.code_cells(notebook)[0])
        notebooks.write_notebook(notebook, path)
        return list(contract.RULES[rule](contract.Chapter(kept.path)))

    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["no"])
    assert complaints("in_step", lambda notebook, cell: cell.update(source="import numpy"))
    assert complaints("in_step", lambda notebook, cell: notebook.cells.pop())
    assert complaints("in_step", lambda notebook, cell: cell.metadata.update(tags=["exercise"]))
    assert complaints("executed", lambda notebook, cell: cell.update(execution_count=None))
    assert complaints("executed", lambda notebook, cell: cell.update(execution_count=99))
    assert complaints("executed", lambda notebook, cell: cell.outputs.append(error))
    assert complaints("clean", lambda notebook, cell: notebook.metadata.update(widgets={}))
    assert complaints("clean", lambda notebook, cell: cell.metadata.update(execution={"iopub.status.busy": "now"}))
    assert complaints("clean", lambda notebook, cell: cell.outputs.append(
        nbformat.v4.new_output("stream", text="x" * notebooks.LIMIT)))
    path.unlink()
    assert list(contract.RULES["in_step"](contract.Chapter(kept.path)))


def test_same_code_forgives_docstrings_layout_the_package_name_and_half_precision():
    source = 'def accuracy(output, target):\n    "Share."\n    return d2l.right( output,target )  # shape ()\n'
    left, right = (taught.find(taught.tree(text), ["accuracy"]) for text in (
        source, "@in_float32\ndef accuracy(output, target):\n    return right(output, target)"))
    plain = taught._Plain()
    assert ast.unparse(plain.visit(left)) == ast.unparse(plain.visit(right))
