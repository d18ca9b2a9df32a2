"""From a chapter's MyST source to the cells of a notebook that needs no MyST.

JupyterLab, Notebook, VS Code, Colab and GitHub show plain Markdown, mathematics and a little HTML. So references become
links and numbers, admonitions block quotes with a bold title, captions paragraphs, folded matter `<details>` or a
collapsed heading; labels go. What need not change stays as it was written: the source is parsed by the parser of the
page, and only the spans of roles, labels and directives are replaced (`text`).

Two forms are the book's own.

A *question* to answer before looking, with the answer hidden (`{predict}`); choices are optional:

    :::{predict}
    Add 10 to all three scores. What happens to the probabilities?

    - [ ] The largest grows.

      That would need a larger difference between the scores.
    - [x] Nothing.

    ---
    Only differences of scores matter.
    :::

Above the line stands the question, with a last list of choices (`[x]` the right one) and, in each item from its second
paragraph on, what to say to who chooses it; below the line the answer. The page shows choices to click, the notebook
choices with letters and the reasons and the answer in `<details>`. A box without a line asks and hides nothing.

A *second reading* is a section whose heading is marked, label first:

    (sec-convexity)=
    {.second-reading}
    ### Why the loss is convex

The page folds it; in the notebook its heading is collapsed. It ends at the next heading of its level or above. A link
into it opens it on the page. In a notebook nothing does, so the link leads to the collapsed heading and says that it is
one of a second reading.
"""

from tools.translate.book import Book
from tools.translate.cells import translated
from tools.translate.parsing import Problem

__all__ = ["Book", "Problem", "translated"]
