"""The contract of the chapters, rule by rule, and a proof that each rule notices a chapter that breaks it."""

import ast

import nbformat
import pytest
from helpers.chapters import BIB, FIRST, TEMPLATE, write

from tools import contract, notebooks, record, sweeps, taught

CHAPTERS = notebooks.sources()


def test_there_are_chapters():
    assert CHAPTERS, "no chapters found: chapters/NN_part/NN_name.md"


@pytest.mark.parametrize(("path", "rule"), [(path, rule) for path in CHAPTERS
                                            for rule in contract.rules(contract.Chapter(path))],
                         ids=lambda value: value if isinstance(value, str) else value.stem)
def test_contract(path, rule):
    kept = contract.Chapter(path)
    complaints = list(contract.rules(kept)[rule](kept))
    assert not complaints, f"{path.relative_to(notebooks.ROOT)} breaks the rule “{rule}”:\n" + "\n".join(complaints)


# --- the rules themselves: a small chapter that keeps them all, and one change for each that breaks it -------------

@pytest.mark.parametrize("path", [TEMPLATE, FIRST], ids=["template", "first form"])
def test_a_chapter_that_keeps_the_contract(path, tmp_path):
    kept = write(tmp_path, path.read_text(encoding="utf-8"))
    assert kept.is_in_the_first_form == (path == FIRST)
    rules = contract.rules(kept)
    assert {name: list(rule(kept)) for name, rule in rules.items()} == {name: [] for name in rules}


def test_the_template_runs_as_it_stands(tmp_path):
    """Its sweep is recorded, its cells are executed: what an author copies works."""
    source = tmp_path / "01_made" / "01_good.md"
    source.parent.mkdir()
    source.write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    bib = tmp_path / "references.bib"
    bib.write_text(BIB, encoding="utf-8")
    assert sweeps.main([str(source)]) == 0
    assert "kB" in record.one(source)
    kept = contract.Chapter(source, references=bib)
    assert [complaint for rule in contract.rules(kept).values() for complaint in rule(kept)] == []


# every rule: what stands in a chapter that keeps it, and what breaks it there
WORDS, LINES = "and on " * 1500, "hidden = 8\n" * 151
BROKEN = {
    "opening": [("# Two switches and a lamp", "Two switches and a lamp"), (":class: opening", ":class: note"),
                ("## One hidden layer", "# One hidden layer")],
    "three_lines": [("*Able to:*", "You will be able to"), ("*Have read:*", "*Before:*"), ("10 seconds", "a moment"),
                    ("*Takes:* ten minutes; 10 seconds on two CPU cores.\n", ""),
                    ("on two CPU cores.\n", "on two CPU cores.\n\nAnd then some.\n"),
                    ("say why a", "learn " + "a lot and " * 15 + "say why a")],
    "parameters": [(":tags: [parameters]", ":tags: [settings]"), ("import torch\n", "import torch\ntorch.zeros(1)\n")],
    "outcomes": [("assert history.last", "print(history.last"), ("history = d2l.fit", "d2l.fit")],
    "compared": [("torch.testing.assert_close(", "print("), ("float64", "float32")],
    "breaks": [("## When it breaks", "## A last word")],
    "exercises": [("### 4. ", "**4.** "), (":tags: [solution]", ":tags: [hide-input]"),
                  ("## Exercises", "## Questions"),
                  ("### 4. Open: how many units are enough?", "### 4. Why?\n\n:::{admonition} Solution\nYes.\n:::")],
    "answers": [("return x * s, s", "return x * s, x"), ("return x * s, s", "raise ValueError\n    s"),
                ("    ...  # the value, the derivative",
                 "    s = torch.sigmoid(beta * x)\n    return x * s, s + beta * x * s * (1 - s)")],
    "open_experiment": [("\n## Summary", '\n+++ {"tags": ["solution"]}\n\nFour.\n\n+++\n\n## Summary')],
    "ending": [("## Summary", "## The end"), ("rosenblatt1958", "nobody1900"), ("## Further reading", "## More")],
    "alt_text": [("alt: Training loss by epoch. It falls from about a quarter to nearly zero.", "alt: ''"),
                 ("## One hidden", "![](slope.png)\n\n## One hidden")],
    "sweeps": [("knobs.show()", "knobs")],
    "same_code": [("torch.where(x <= 0", "torch.where(x < 0"), ("same_as: activations.relu", "same_as: no_such_thing"),
                  ("def relu", "def rectified")],
    "words": [("A lamp on", "Obviously a lamp on"), ("A lamp on", "Then just use a lamp on"),
              ("A lamp on", "TODO a lamp on"),
              ("hidden, lr, epochs", "place = '/home/somebody'\nhidden, lr, epochs")],
    "clean": [("[live, nbval-ignore-output]", "[live]")],
    "short": [("A lamp on", f"{WORDS} a lamp on"), (":tags: [parameters]\n", f":tags: [parameters]\n\n{LINES}"),
              ("Let the output be", f"{WORDS} let the output be")],
    "asks": [("---\nBoth hidden units are 2, and", "Both hidden units are 2, and"), (":::{predict}", ":::{note}"),
             ("\n## Learned", "\n" + ":::{predict}\nWhy?\n\n---\nSo.\n:::\n\n" * 3 + "## Learned")],
    "drawn": [(":::{diagram} lamp_network\n:name: fig-two-switches", ":::{note}")],
    "nothing_later": [("A lamp on", f"See {role}. A lamp on") for role in (
        "{ref}`chap-later`", "{ref}`the end <chap-later>`", "{eq}`eq-later`", "{numref}`chap-later`",
        "{doc}`02_later`")],
    "recorded_on": [("kernelspec:", "recorded-on: stand-ins\nkernelspec:")],
}
BROKEN_FIRST = {
    "promises": [("12 seconds", "a moment"), ("able to", "unable, after this, to"),
                 ("read a slope off a program. Read", "find a slope. Need")],
    "predicts": [(":class: predict", ":class: note")],
}


def test_every_rule_is_proved():
    of_the_notebook = {"in_step", "executed"}
    assert BROKEN.keys() | of_the_notebook == contract.ALL.keys() | contract.NEW_FORM.keys()
    assert BROKEN_FIRST.keys() == contract.FIRST_FORM.keys()


def changes(broken: dict) -> list:
    return [(rule, change) for rule, each in broken.items() for change in each]


@pytest.mark.parametrize(("rule", "change"), changes(BROKEN))
def test_each_rule_notices(tmp_path, rule, change):
    text, (old, new) = TEMPLATE.read_text(encoding="utf-8"), change
    assert old in text
    if old == "assert history.last":
        text = text.replace("< 0.05  #", "< 0.05)  #")
    kept = write(tmp_path, text.replace(old, new))
    if rule == "recorded_on":  # all of the data were real
        notebook = kept.notebook
        notebook.metadata["d2l"]["data"] = {"MNIST": "the published files"}
    assert list(contract.rules(kept)[rule](kept))


@pytest.mark.parametrize(("rule", "change"), changes(BROKEN_FIRST))
def test_each_rule_of_the_first_form_notices(tmp_path, rule, change):
    text = FIRST.read_text(encoding="utf-8")
    assert change[0] in text
    kept = write(tmp_path, text.replace(*change))
    assert list(contract.rules(kept)[rule](kept))


def test_a_chapter_recorded_on_stand_ins_says_so(tmp_path):
    text = TEMPLATE.read_text(encoding="utf-8")
    for kept in (write(tmp_path / "silent", text),
                 write(tmp_path / "said", text.replace("kernelspec:", "recorded-on: stand-ins\nkernelspec:"))):
        kept.notebook.metadata["d2l"]["data"] = {"MNIST": "5,000 real digits", "photographs": "the files it carries"}
        complaints = list(contract.rules(kept)["recorded_on"](kept))
        assert bool(complaints) == ("silent" in kept.path.parts), complaints


def test_rules_about_the_recorded_notebook_notice(tmp_path):
    kept = write(tmp_path, TEMPLATE.read_text(encoding="utf-8"))
    path = kept.path.with_suffix(".ipynb")
    stored = path.read_text(encoding="utf-8")

    def complaints(rule, change):
        notebook = nbformat.reads(stored, as_version=4)
        change(notebook, notebooks.code_cells(notebook)[0])
        notebooks.write_notebook(notebook, path)
        return list(contract.ALL[rule](contract.Chapter(kept.path)))

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
    assert list(contract.ALL["in_step"](contract.Chapter(kept.path)))


def test_same_code_forgives_docstrings_layout_the_package_name_and_half_precision():
    source = 'def accuracy(output, target):\n    "Share."\n    return d2l.right( output,target )  # shape ()\n'
    left, right = (taught.find(taught.tree(text), ["accuracy"]) for text in (
        source, "@in_float32\ndef accuracy(output, target):\n    return right(output, target)"))
    plain = taught._Plain()
    assert ast.unparse(plain.visit(left)) == ast.unparse(plain.visit(right))
