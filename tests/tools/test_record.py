"""Recording a chapter: a change of prose keeps the outputs, anything else runs the chapter anew."""

from tools import notebooks, record

SOURCE = """---
jupytext:
  formats: md:myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Two numbers

```{code-cell} ipython3
print(6 * 7)
```
"""


def outputs(target) -> list[str]:
    cells = notebooks.read_notebook(target).cells
    return ["".join(output.text) for cell in cells for output in cell.get("outputs", [])]


def test_only_a_change_of_prose_keeps_the_outputs(tmp_path):
    source, target = tmp_path / "01_numbers.md", tmp_path / "01_numbers.ipynb"
    source.write_text(SOURCE, encoding="utf-8")
    assert record.record(source)[0] > 0 and outputs(target) == ["42\n"]

    # an output that no run would give shows whether the chapter ran
    target.write_text(target.read_text(encoding="utf-8").replace("42", "41"), encoding="utf-8")
    source.write_text(SOURCE.replace("Two numbers", "Their product"), encoding="utf-8")
    assert notebooks.difference(source) is not None
    assert record.record(source)[0] is None and outputs(target) == ["41\n"]
    assert notebooks.difference(source) is None
    assert "Their product" in target.read_text(encoding="utf-8")

    for changed in (SOURCE.replace("6 * 7", "6 * 8"), SOURCE.replace("print", ":tags: [live]\n\nprint"), SOURCE):
        target.write_text(target.read_text(encoding="utf-8").replace("42", "41"), encoding="utf-8")
        source.write_text(changed, encoding="utf-8")
        assert record.record(source)[0] > 0
    assert outputs(target) == ["42\n"]
    target.write_text(target.read_text(encoding="utf-8").replace("42", "41"), encoding="utf-8")
    assert record.record(source, execute_anyway=True)[0] > 0 and outputs(target) == ["42\n"]
