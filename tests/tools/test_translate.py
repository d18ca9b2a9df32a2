"""From MyST to plain Markdown: each role and directive in its notebook form, everything else as it was written."""

import pytest

from tools.translate import Problem

ROLES = {  # as written: as it stands in the notebook
    "See {ref}`chap-other`.": "See [1.2 The *other* chapter](../01_first/02_other.ipynb).",
    "See {ref}`there <chap-other>`.": "See [there](../01_first/02_other.ipynb).",
    "See {ref}`sec-far`.": "See [Far away](../01_first/02_other.ipynb#Far-away).",
    "See {ref}`sec-proof`.": "See [A proof, a second reading](../01_first/02_other.ipynb#A-proof).",
    "See {ref}`the second reading on it <sec-proof>`.":
        "See [the second reading on it](../01_first/02_other.ipynb#A-proof).",
    "See the *{ref}`lemma <sec-lemma>`*.": "See the *[lemma, a second reading](../01_first/02_other.ipynb#A-proof)*.",
    "[There](#sec-lemma) is {numref}`that <sec-proof>`":
        "[There, a second reading](../01_first/02_other.ipynb#A-proof) is "
        "[that, a second reading](../01_first/02_other.ipynb#A-proof)",
    "The second\nreading {ref}`sec-proof`, {ref}`sec-end`":
        "The second\nreading [A proof](../01_first/02_other.ipynb#A-proof), "
        "[The end](../01_first/02_other.ipynb#The-end)",
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
        "<details>\n<summary>More on <code>x</code></summary>\n\nText [(1.2.1)](../01_first/02_other.ipynb)\n\n"
        "</details>",
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
