"""The measures of a chapter and the command that prints them."""

from helpers.chapters import TEMPLATE, write

from tools import contract
from tools.contract import __main__ as command


def test_the_measures_of_a_chapter_counted_by_hand(tmp_path):
    text = """---
jupytext: {text_representation: {format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

(chap-counted)=
# One two three

Four {ref}`chap-later` six.

:::{admonition} Seven eight
:class: opening
Nine, 30.5 seconds.
:::

$$
x = 1 + 1
$$ (eq-two)

:::{diagram} lamp_network
:name: fig-lamp
Twelve thirteen.
:::

```python
not_counted = True
```

:::{predict}
Fourteen?

- [x] Fifteen

  Sixteen.

---
A knob.
:::

:::{predict}
It hides nothing.
:::

```{code-cell} ipython3
a = 1

b = 2  # two lines
```

```{code-cell} ipython3
:tags: [hide-input]

c = 3
```

{.second-reading}
## Aside

Three more words.

```{code-cell} ipython3
d = 4
```

### Below the aside

Here.

## Back

Home.

## Exercises

### 1. A stub

Nothing of this is core.

```{code-cell} ipython3
:tags: [exercise]

...
```

### 2. Words

+++ {"tags": ["solution"]}

Because.

+++

### 3. Open

## Summary

End.
"""
    found = contract.measures(write(tmp_path, text))
    # title 3, text 3, box 2 + 3, caption 2, question 1 + 1 + 1 + 2 ([x] is a word), box 3, Back, Home, Summary, End
    assert (found.core_words, found.core_lines, found.second_words, found.second_lines) == (26, 2, 8, 1)
    assert (found.diagrams, found.questions, found.boxes, found.forward) == (1, 1, 2, 1)
    assert found.exercises == {"checked": 1, "answered": 1, "open": 1}
    assert found.private == {"knob": 1} and found.seconds == 30.5 and found.kilobytes > 0


def test_the_command_prints_complaints_and_measures(tmp_path, capsys):
    kept = write(tmp_path, TEMPLATE.read_text(encoding="utf-8").replace("## Summary", "## The end"))
    assert command.main([str(kept.path)]) == 1
    assert "01_good.md: ending: no section “Summary”" in capsys.readouterr().out
    assert command.main(["--measures", str(kept.path)]) == 0
    head, row, *_ = capsys.readouterr().out.splitlines()
    found = dict(zip(head.replace("2nd ", "2nd_").split(), row.split()))
    assert found["form"] == "new" and found["questions"] == "2" and found["drawings"] == "1" and found["open"] == "1"
