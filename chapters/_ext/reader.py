"""How an executed notebook becomes a page: solutions are folded, live panels say where they run.

Authors tag a cell, nothing more: `solution` folds a code cell or a markdown cell away, `live` puts a note above the
code that opens a panel, which a page without a kernel cannot show.
"""

import nbformat

LIVE = """:::{admonition} Live panel
:class: live
With the notebook open in JupyterLab this cell shows sliders that compute, or train, as you turn them. A page has no
Python behind it, so here you see the code alone.
:::"""


def read(text: str) -> nbformat.NotebookNode:
    """The notebook in `text`, with what the tags mean spelled out for MyST-NB."""
    notebook = nbformat.reads(text, as_version=4)
    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "solution" in tags and cell.cell_type == "code":
            cell.metadata["tags"] = [*tags, "hide-cell"]
            prompts = {"code_prompt_show": "Show the solution", "code_prompt_hide": "Hide the solution"}
            cell.metadata["mystnb"] = prompts | cell.metadata.get("mystnb", {})
        elif "solution" in tags:
            cell.source = folded(cell.source)
        elif "live" in tags:
            cells.append(nbformat.v4.new_markdown_cell(LIVE))
        cells.append(cell)
    notebook.cells = cells
    return notebook


def folded(source: str) -> str:
    """A markdown solution as a closed box, its heading (if any) left outside."""
    heading, body = "", source.strip()
    if body.startswith("#"):
        heading, _, body = body.partition("\n")
    return f"{heading}\n\n:::::::{{dropdown}} Show the solution\n:class-container: solution\n{body.strip()}\n:::::::"
