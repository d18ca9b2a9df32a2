"""Sweeps and pages say which data made them, and what cannot be had is refused."""

import json
import runpy
from types import SimpleNamespace

import pytest

from tools import notebooks, record, sweeps

SOURCE = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
recorded-on: stand-ins
---

# Two sweeps

```{code-cell} ipython3
:tags: [sweep]

from d2lutils.data.files import catalog, store
from d2lutils.explore import Axis, Sweep
from d2lutils.training import History


def compute(lr, plot=False):
    history = History(seed=0)
    history.add("epochs", {"epoch": 1, "train loss": lr})
    return history


def read(lr, plot=False):
    store.obtain(catalog.FASHION_MNIST, "drawings")
    return compute(lr)


axes = [Axis("lr", [1.0, 2.0])]
sweeps = [Sweep(name, run, axes, curves=["train loss"]) for name, run in (("reads", read), ("none", compute))]
```

```{code-cell} ipython3
store.obtain(catalog.FASHION_MNIST, "drawings")
```
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A chapter of two sweeps, one of which reads data, where there are none."""
    monkeypatch.setenv("D2L_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("D2L_DATA", raising=False)
    path = tmp_path / "01_part" / "01_two.md"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    return path


def recorded(source, name: str) -> dict:
    return json.loads((source.parent / "sweeps" / f"{name}.json").read_text(encoding="utf-8"))


def test_each_sweep_names_the_data_that_it_was_given_and_no_other(source, capsys):
    assert sweeps.main([str(source)]) == 0
    assert recorded(source, "reads")["data"] == {"Fashion-MNIST": "drawings"} and "data" not in recorded(source, "none")
    source.write_text(SOURCE.replace("recorded-on: stand-ins\n", ""), encoding="utf-8")
    capsys.readouterr()
    assert sweeps.main([str(source), "--list"]) == 0
    assert capsys.readouterr().out == "stale: 01_part/reads\n1 fresh\n", "the chapter asks for the real data now"


def test_without_the_real_data_a_sweep_is_refused(source, capsys):
    source.write_text(SOURCE.replace("recorded-on: stand-ins\n", ""), encoding="utf-8")
    assert sweeps.main([str(source)]) == 1
    said = capsys.readouterr()
    assert "Fashion-MNIST is not there (drawings instead). README" in said.err and "✓ 01_part/none" in said.out
    assert [path.name for path in (source.parent / "sweeps").glob("*.json")] == ["none.json"]


def test_the_page_says_so_below_its_title(source):
    record.one(source)
    lay_in = runpy.run_path(str(notebooks.CHAPTERS / "_ext" / "outputs.py"))["lay_in"]
    env = SimpleNamespace(doc2path=lambda name: str(source), note_dependency=lambda name: None)
    content = [""]
    lay_in(SimpleNamespace(env=env), "01_part/01_two", content)
    title = json.loads(content[0])["cells"][0]["source"]
    assert "".join(title) == "# Two sweeps\n\n*Recorded on stand-ins: drawings for Fashion-MNIST.*"
