"""The directive `{player} 02_linear_models/02_softmax_regression softmax_regions`: a chapter's player on another page.

The second word is the name of the sweep; without it the chapter's first player is taken.

The player is taken from the executed notebook, so that the page shows what the chapter shows. Until the chapter is
recorded the page has no player; a chapter that has none is a warning.
"""

from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

MARK = 'class="d2l-player" data-name='


class Player(SphinxDirective):
    required_arguments, optional_arguments = 1, 1

    def run(self) -> list[nodes.Node]:
        chapter = Path(self.env.srcdir) / f"{self.arguments[0]}.ipynb"
        self.env.note_dependency(str(chapter))
        if not chapter.exists():
            return []
        for cell in nbformat.read(chapter, as_version=4).cells:
            for output in cell.get("outputs", []):
                html = output.get("data", {}).get("text/html", "")
                if MARK + "".join(f'"{name}"' for name in self.arguments[1:]) in html:
                    return [nodes.raw("", html, format="html")]
        return [self.state.document.reporter.warning(f"{chapter.name} shows no such player", line=self.lineno)]


def setup(app):
    app.add_directive("player", Player)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
