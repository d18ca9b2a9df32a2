"""From MyST to plain Markdown: each role and directive in its notebook form, everything else as it was written."""

from textwrap import dedent

import pytest

from tools import notebooks
from tools.translate import Book, Problem, translated

HEAD = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---

"""
OTHER = """(chap-other)=
# The *other* chapter

$$ b = 2 $$ (eq-other)

(sec-far)=
## Far away
"""
BIB = """@article{one2001, author = {One, Ann}, title = {A}, journal = {J}, year = {2001}, doi = {10.1/a(b)}}
@book{many2002, author = {Many, Bob and More, Cid and Most, Dan}, title = {B}, publisher = {P}, year = {2002}}
@misc{van2003, author = {van der Veer, Eva}, title = {C}, year = {2003}, url = {https://example.org/c}}
"""


@pytest.fixture
def shelf(tmp_path):
    """shelf(text): the notebook of chapter 2.1 with this text; chapter 1.2, a bibliography and a glossary stand by."""
    (tmp_path / "references.bib").write_text(BIB, encoding="utf-8")
    (tmp_path / "glossary.md").write_text(":::{glossary}\nloss\n  What it costs.\n:::\n", encoding="utf-8")
    other, source = tmp_path / "01_first" / "02_other.md", tmp_path / "02_second" / "01_this.md"
    for path in (other, source):
        path.parent.mkdir()
    other.write_text(HEAD + OTHER, encoding="utf-8")
    (source.parent / "drawn.png").touch()

    def translate(text: str):
        source.write_text(HEAD + dedent(text), encoding="utf-8")
        return translated(source, Book(tmp_path))

    return translate


@pytest.fixture
def plain(shelf):
    """plain(text): all Markdown of the notebook as one text."""
    return lambda text: notebooks.markdown(shelf(text))


ROLES = {  # as written: as it stands in the notebook
    "See {ref}`chap-other`.": "See [1.2 The *other* chapter](../01_first/02_other.ipynb).",
    "See {ref}`there <chap-other>`.": "See [there](../01_first/02_other.ipynb).",
    "See {ref}`sec-far`.": "See [Far away](../01_first/02_other.ipynb#Far-away).",
    "By {eq}`eq-other` it holds.": "By [(1.2.1)](../01_first/02_other.ipynb) it holds.",
    "See {doc}`../01_first/02_other`.": "See [1.2 The *other* chapter](../01_first/02_other.ipynb).",
    "[there](../01_first/02_other.md) and [far](#sec-far)":
        "[there](../01_first/02_other.ipynb) and [far](../01_first/02_other.ipynb#Far-away)",
    "{cite:t}`one2001` says": "One [[2001](https://doi.org/10.1/a%28b%29)] says",
    "so {cite:p}`van2003,one2001`":
        "so [[One, 2001](https://doi.org/10.1/a%28b%29), [van der Veer, 2003](https://example.org/c)]",
    "so {cite}`many2002`": "so [Many _et al._, 2002]",
    "the {term}`loss` and {term}`losses <loss>`": "the loss and losses",
    "water is H{sub}`2`O, {math}`x^2`": "water is H<sub>2</sub>O, $x^2$",
    "`{ref}` in code and $\\{a\\}$ stay `` {eq}`x` ``": "`{ref}` in code and $\\{a\\}$ stay `` {eq}`x` ``",
    "**bold {ref}`chap-other`** and *{cite:t}`many2002`*":
        "**bold [1.2 The *other* chapter](../01_first/02_other.ipynb)** and *Many _et al._ [2002]*",
    "[words]{.needs} and `code`{.python}": "words and `code`",
    "| a | {ref}`chap-other` |\n|---|---|\n| $x$ | {eq}`eq-other` |":
        "| a | [1.2 The *other* chapter](../01_first/02_other.ipynb) |\n|---|---|\n"
        "| $x$ | [(1.2.1)](../01_first/02_other.ipynb) |",
    "- one {ref}`chap-other`\n  {eq}`eq-other`\n\n      {eq}`code`":
        "- one [1.2 The *other* chapter](../01_first/02_other.ipynb)\n  [(1.2.1)](../01_first/02_other.ipynb)\n\n"
        "      {eq}`code`",
    "% a comment\nText": "Text",
    "~~~python\n{ref}`x`\n~~~": "~~~python\n{ref}`x`\n~~~",
    "Term\n: What it is\n  in two lines": "- **Term**:\n  What it is\n  in two lines",
    "One[^a] and two[^b], one[^a].\n\n[^a]: First.\n\n[^b]: See {ref}`chap-other`.":
        "One<sup>1</sup> and two<sup>2</sup>, one<sup>1</sup>.\n\n<sup>1</sup> First.\n\n"
        "<sup>2</sup> See [1.2 The *other* chapter](../01_first/02_other.ipynb).",
}


@pytest.mark.parametrize("written", ROLES)
def test_roles_and_spans(plain, written):
    assert plain(written) == ROLES[written]


DIRECTIVES = {
    "$$\na\n= b\n$$ (eq-here)\n\nThus {eq}`eq-here`.": "$$\na\n= b\n\\tag{2.1.1}\n$$\n\nThus (2.1.1).",
    ":::{math}\n:label: eq-m\na = b\n:::": "$$\na = b\n\\tag{2.1.1}\n$$",
    ":::{note}\nMind $a\nb$:\n\n$$\na \\\\\nb\n$$ (eq-q)\n:::":
        "> **Note**\n>\n> Mind $a b$:\n>\n> $$a \\\\ b \\tag{2.1.1}$$",
    "> $$\n> a\n> b\n> $$": "> $$a b$$",
    "::::{admonition} By {ref}`chap-other`\n:class: tip\n\nOuter\n\n:::{warning}\nInner {eq}`eq-other`\n:::\n::::":
        "> **By [1.2 The *other* chapter](../01_first/02_other.ipynb)**\n>\n> Outer\n>\n> > **Warning**\n> >\n"
        "> > Inner [(1.2.1)](../01_first/02_other.ipynb)",
    "- item\n\n  :::{tip}\n  Text\n  :::": "- item\n\n  > **Tip**\n  >\n  > Text",
    ":::{dropdown} More on `x`\nText {eq}`eq-other`\n:::":
        "<details>\n<summary>More on <code>x</code></summary>\n\n"
        "Text [(1.2.1)](../01_first/02_other.ipynb)\n\n</details>",
    ":::{admonition} Why\n:class: dropdown\nText\n:::": "<details>\n<summary>Why</summary>\n\nText\n\n</details>",
    "```{code-block} python\n:caption: A loop\n:name: code-loop\nfor x in y:\n    pass\n```\n\n{numref}`code-loop`":
        "```python\nfor x in y:\n    pass\n```\n\n**Listing 2.1.1.** A loop\n\nListing 2.1.1",
    ":::{figure} drawn.png\n:alt: A line\n:name: fig-d\nA line by {cite:t}`many2002`\n:::\n\n{numref}`fig-d`":
        "![A line](drawn.png)\n\n**Figure 2.1.1.** A line by Many _et al._ [2002]\n\nFigure 2.1.1",
    ":::{table} Numbers\n:name: tab-n\n| a |\n|---|\n| 1 |\n:::\n\n{numref}`see Table %s <tab-n>`":
        "| a |\n|---|\n| 1 |\n\n**Table 2.1.1.** Numbers\n\nsee Table 2.1.1",
}


@pytest.mark.parametrize("written", DIRECTIVES)
def test_directives(plain, written):
    assert plain(written) == DIRECTIVES[written]


REFUSED = {  # text: (line in the file, words of the message)
    "Fine.\n\nSee {sorcery}`x`.": (12, "no role {sorcery}"),
    "See\n{ref}`chap-nowhere`.": (11, "labelled chap-nowhere"),
    "See {eq}`chap-other`.": (10, "labelled chap-other"),
    "{cite:t}`nobody1900`": (10, "nobody1900 is not in references.bib"),
    "{term}`gain`": (10, "does not know the term gain"),
    ":::{magic}\nText\n:::": (10, "no directive {magic}"),
    ":::{note}\n\nText\n\n{eq}`eq-no`\n:::": (14, "labelled eq-no"),
    ":::{figure} none.png\n:::": (10, "no none.png"),
    "![alt](none.png)": (10, "no none.png"),
    "[text](none.ipynb)": (10, "no none.ipynb"),
    "[text](#nowhere)": (10, "labelled nowhere"),
    "\\begin{align}\na\n\\end{align}": (10, "outside of dollars"),
    "(lost)=\n\nText": (10, "stands before no heading"),
    "$$a$$ (eq-other)": (10, "is taken"),
    "```{note}\n:class: [\n```\n\n{sorcery}`x`": (14, "no role {sorcery}"),
    ":::{predict}\nWhich?\n\n- [ ] A\n- [ ] B\n\n---\nNone.\n:::": (10, "one right one"),
    "[^a]: Nobody asked.": (10, "nothing refers to the footnote"),
}


@pytest.mark.parametrize("written", REFUSED)
def test_what_cannot_be_translated_is_refused_with_file_and_line(plain, written):
    with pytest.raises(Problem) as raised:
        plain(written)
    line, words = REFUSED[written]
    assert f"02_second/01_this.md, line {line}: " in str(raised.value) and words in str(raised.value)


def test_a_title_has_its_number_and_a_label_goes(plain):
    assert plain("(chap-this)=\n# Here\n\nText") == "# 2.1 Here\n\nText"


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
    guess = plain(":::{predict} Guess\nHow many?\n\n---\nTwo.\n:::")
    assert guess.startswith("> **Guess**\n>\n> How many?\n\n<details>")


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

## Summary
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
                         "#### Solution", "#### Further", "And then?", "## A proof", "## Summary"]
    hidden = [cell for cell in notebook.cells if cell.source in ("solved", "Because.", "Long.", "proof()")]
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
