"""How a chapter's source becomes a page: the outputs of its notebook are laid in, cell by cell.

Sphinx reads the source alone. Of the notebook beside it only outputs are taken, and a copy that the page offers for
download. What the tags of a cell mean on a page is spelled out here: `solution` folds a code cell or a Markdown cell
away, `live` puts a note above the code that opens a panel, which a page without a kernel cannot show.
"""

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from sphinx.util import logging

from tools import notebooks
from tools.recording import Stamp, data
from tools.translate.numbering import place

LIVE = """:::{admonition} Live panel
:class: live
With the notebook open in JupyterLab this cell shows sliders that compute, or train, as you turn them. A page has no
Python behind it, so here you see the code alone.
:::"""


def lay_in(app, document: str, content: list[str]) -> None:
    """Gives MyST-NB a notebook for Markdown: a chapter with its outputs, any other page as one cell."""
    if place(document) is None:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(content[0])])
        content[0] = nbformat.writes(notebook)
        return
    source = Path(app.env.doc2path(document))
    app.env.note_dependency(str(source.with_suffix(".ipynb")))
    try:
        notebook = notebooks.with_outputs(source)
        data.say(notebook, Stamp.read(notebooks.read_notebook(source.with_suffix(".ipynb"))).data)
    except ValueError as error:
        logging.getLogger(__name__).warning(str(error), location=document)
        notebook = notebooks.read_source(source)
    content[0] = nbformat.writes(unfolded(notebook))


def unfolded(notebook: NotebookNode) -> NotebookNode:
    """The notebook with what its tags mean on a page spelled out for MyST-NB."""
    cells, lines = [], []
    for cell, line in zip(notebook.cells, notebook.metadata["source_map"]):
        tags = cell.metadata.get("tags", [])
        if "solution" in tags and cell.cell_type == "code":
            cell.metadata["tags"] = [*tags, "hide-cell"]
            prompts = {"code_prompt_show": "Show the solution", "code_prompt_hide": "Hide the solution"}
            cell.metadata["mystnb"] = prompts | cell.metadata.get("mystnb", {})
        elif "solution" in tags:
            cell.source = folded(cell.source)
        elif "live" in tags:
            cells.append(nbformat.v4.new_markdown_cell(LIVE))
            lines.append(line)
        cells.append(cell)
        lines.append(line)
    notebook.cells, notebook.metadata["source_map"] = cells, lines
    notebook.metadata.setdefault("language_info", {"name": "python", "pygments_lexer": "ipython3"})
    return notebook


def folded(source: str) -> str:
    """A Markdown solution as a closed box, its heading (if any) left outside."""
    heading, body = "", source.strip()
    if body.startswith("#"):
        heading, _, body = body.partition("\n")
    return f"{heading}\n\n:::::::{{dropdown}} Show the solution\n:class-container: solution\n{body.strip()}\n:::::::"


def offer(app, page: str, template: str, context: dict, doctree) -> None:
    """The theme's button for downloads offers the notebook of a chapter."""
    if place(page) and notebook_of(app, page).exists():
        context["ipynb_source"] = f"{page}.ipynb"


def copy(app, exception) -> None:
    """What the buttons offer: the notebooks as they are recorded."""
    if exception or app.builder.name != "html":
        return
    for page in app.env.found_docs:
        if place(page) and notebook_of(app, page).exists():
            target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebook_of(app, page), target)


def notebook_of(app, page: str) -> Path:
    return Path(app.env.doc2path(page)).with_suffix(".ipynb")


def setup(app):
    app.connect("source-read", lay_in, priority=900)  # after what other extensions write into a source
    app.connect("html-page-context", offer, priority=100)  # before the theme looks
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
