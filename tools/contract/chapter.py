"""One chapter as the rules see it: the source as written, the notebook as recorded, and the core line apart."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks
from tools.contract.places import Piece, pieces


@dataclass
class Chapter:
    """One chapter: the source as written, the notebook as recorded, and the source with the notebook's outputs."""

    path: Path
    references: Path = notebooks.CHAPTERS / "references.bib"

    @cached_property
    def front_matter(self) -> dict:
        return notebooks.front_matter(self.path)

    @property
    def is_in_the_first_form(self) -> bool:
        """Whether the front matter says `form: first`: a chapter that has no core line yet."""
        return self.front_matter.get("form") == "first"

    @cached_property
    def written(self) -> NotebookNode:
        return notebooks.read_source(self.path)

    @cached_property
    def notebook(self) -> NotebookNode:
        target = self.path.with_suffix(".ipynb")
        return notebooks.read_notebook(target) if target.exists() else NotebookNode(cells=[], metadata={})

    @cached_property
    def recorded(self) -> NotebookNode:
        try:
            return notebooks.with_outputs(self.path)
        except ValueError:  # that is for the rule `in_step` to say
            return self.written

    @cached_property
    def prose(self) -> str:
        return notebooks.markdown(self.written)

    @cached_property
    def pieces(self) -> list[Piece]:
        """The source in its order: core line, second readings and exercises."""
        return list(pieces(self.written))

    def code(self, *wanted: str) -> list[NotebookNode]:
        """Code cells as written; with tags named, only those that carry one of them."""
        return [cell for cell in self.written.cells
                if cell.cell_type == "code" and (not wanted or notebooks.tags(cell) & set(wanted))]
