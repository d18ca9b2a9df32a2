"""From MyST to a notebook's cells: questions, folded sections, solutions and diagrams."""

from textwrap import dedent

import pytest

from tools import notebooks
from tools.translate import Problem

QUESTION = """\
:::{predict}
What is $a
\\cdot b$?

- [ ] One, by {ref}`chap-other`

  Count again.
- [x] Two

---
Because $1 + 1 = 2$.
:::
"""


def test_a_question_hides_its_answer(plain):
    assert plain(QUESTION) == dedent("""\
        > **Predict first**
        >
        > What is $a \\cdot b$?
        >
        > - **A.** One, by [1.2 The *other* chapter](../01_first/02_other.ipynb)
        >
        > - **B.** Two

        <details>
        <summary>The answer</summary>

        **A.** No. Count again.

        **B.** Right.

        Because $1 + 1 = 2$.

        </details>""")
    assert "<details>" not in plain(":::{predict} Guess\nHow many?\n:::")
    assert plain(":::{predict} Guess\nHow many?\n\n---\nTwo.\n:::").startswith("> **Guess**\n>\n> How many?\n\n<det")


CELLS = """\
# Title

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: Two by {cite:t}`many2002`.
    name: fig-two
tags: [hide-input]
---
draw()
```

{numref}`fig-two`

## Exercises

### 1. A stub

```{code-cell} ipython3
:tags: [exercise]

stub
```

```{code-cell} ipython3
:tags: [solution]

solved
```

### 2. Words

Why?

+++ {"tags": ["solution"]}

Because.

+++

And then?

{.second-reading}
## A proof

Long.

```{code-cell} ipython3
proof()
```

Still the proof.

### A part of it

{.second-reading}
## Another

Only words.

## Summary

End.
"""


def test_cells_are_folded_and_nothing_else_is_swallowed(shelf):
    notebook = shelf(CELLS)
    assert notebooks.tags(notebook.cells[0]) == {"setup"}
    shown, hidden = [], 9  # what JupyterLab shows: a collapsed heading hides all up to the next of its level or above
    for cell in notebook.cells:
        level = len(cell.source) - len(cell.source.lstrip("#")) if cell.cell_type == "markdown" else 0
        if not level or level > hidden:
            if hidden < 9:
                continue
        else:
            hidden = 9
        shown.append(cell.source)
        if cell.metadata.get("jp-MarkdownHeadingCollapsed"):
            hidden = level
    assert shown[1:] == ["# 2.1 Title", "draw()", "**Figure 2.1.1.** Two by Many _et al._ [2002].",
                         "Figure 2.1.1\n\n## Exercises\n\n### 1. A stub", "stub", "#### Solution",
                         "### 2. Words\n\nWhy?",
                         "#### Solution", "#### Further", "And then?", "## A proof", "## Another", "## Summary\n\nEnd."]
    hidden = [cell for cell in notebook.cells if cell.source in ("solved", "Because.", "Long.", "Only words.")]
    assert [notebooks.tags(cell) for cell in hidden] == [{"solution"}, {"solution"}, set(), set()]
    drawn = notebook.cells[2].metadata
    assert drawn["jupyter"]["source_hidden"] and drawn["cellView"] == "form"
    collapsed = [cell["id"] for cell in notebook.cells if cell.metadata.get("jp-MarkdownHeadingCollapsed")]
    assert notebook.metadata["colab"]["collapsed_sections"] == collapsed
    assert [cell.metadata["id"] for cell in notebook.cells if "id" in cell.metadata] == collapsed


def test_a_solution_under_a_heading_of_its_own_keeps_it_outside(shelf):
    cells = shelf('# T\n\n+++ {"tags": ["solution"]}\n\n## Why two\n\nBecause.\n\n+++\n\n## End\n').cells[1:]
    assert [(cell.source, notebooks.tags(cell)) for cell in cells] == [
        ("# 2.1 T", set()), ("## Why two", set()), ("Because.", {"solution"}), ("## End", set())]
    assert cells[1].metadata["jp-MarkdownHeadingCollapsed"]


def test_a_diagram_is_an_image_with_its_numbered_caption(plain):
    text = plain(":::{diagram} convolution\n:name: fig-conv\nA *kernel* at work.\n:::\n\nSee {numref}`fig-conv`.")
    assert text.startswith('<img src="data:image/svg+xml;base64,') and 'alt="A convolution worked in numbers.' in text
    assert "**Figure 2.1.1.** A *kernel* at work.\n\nSee Figure 2.1.1." in text
    with pytest.raises(Problem, match="no diagram nowhere"):
        plain(":::{diagram} nowhere\n:::")
