"""Small chapters that keep the contract, and a folder for one of them with a notebook that was never executed."""

import contextlib
from pathlib import Path

import nbformat

from tools import contract, notebooks
from tools.recording import Stamp, chapter
from tools.translate import Problem

TEMPLATE = notebooks.ROOT / "tools" / "template" / "chapter.md"
FIRST = notebooks.ROOT / "tests" / "book" / "first_form.md"
LATER = "(chap-later)=\n# Later\n\n$$\nx = 1\n$$ (eq-later)\n"
BIB = """@article{rosenblatt1958,
 author = {Rosenblatt, Frank},
 title = {The perceptron},
 year = {1958}
}
"""


def write(folder: Path, text: str) -> contract.Chapter:
    """A chapter in `folder` whose notebook holds what an execution would have stored, without executing anything."""
    source = folder / "01_made" / "01_good.md"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    source.with_name("02_later.md").write_text(LATER, encoding="utf-8")
    (source.parent / "slope.png").touch()
    bib = folder / "references.bib"
    bib.write_text(BIB, encoding="utf-8")
    notebook = notebooks.read_source(source)
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
        if "mystnb" in cell.metadata:
            cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo="})]
        if ".show()" in cell.source:
            picture = '<img alt="three curves" src="data:image/png;base64,iV">'
            html = f'<figure {contract.PLAYER}"x"><style></style>{picture}</figure>'
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    with contextlib.suppress(Problem):  # some of the broken ones cannot be translated; another rule is to notice them
        notebook = chapter.made(source, notebook)
    Stamp.of(notebook, source.parent).write(notebook)
    notebooks.write_notebook(notebook, source.with_suffix(".ipynb"))
    return contract.Chapter(source, references=bib)
