"""The parts of the book on its first page and in the sidebar, from parts.toml and from the notebooks that are there.

`<!-- parts -->` in index.md becomes one card a part, with a link to each recorded chapter, and one table of contents a
part for the sidebar. A part without a recorded chapter is marked as being written, so that the page promises nothing.
"""

import re
import tomllib
from pathlib import Path

from tools import notebooks

MARK = "<!-- parts -->"


def title(notebook: Path) -> str:
    """A chapter's title: the level-1 heading of its source."""
    for cell in notebooks.read_source(notebook.with_suffix(".md")).cells:
        found = re.search(r"^# (.+)$", cell.source, flags=re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return found[1].strip()
    return notebook.stem


def chapters(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def expand(source_folder: Path) -> str:
    """The cards and the tables of contents, as MyST."""
    cards, tables = [], []
    for part in tomllib.loads((source_folder / "parts.toml").read_text(encoding="utf-8"))["part"]:
        folder = source_folder / part["folder"]
        number, there = int(part["folder"][:2]), chapters(folder)
        names = [f"{folder.name}/{path.stem}" for path in there]
        links = [f"{{doc}}`{number}.{int(path.name[:2])} {title(path)} <{name}>`" for path, name in zip(there, names)]
        cards += [f":::{{grid-item-card}} {number} · {part['title']}", *([] if there else [":class-card: coming"]), "",
                  part["about"], "", *[line for link in links for line in (link, "")],
                  f"[{'Needs' if there else 'Being written · needs'} {part['needs']}]{{.needs}}", ":::", ""]
        if there:
            tables += ["```{toctree}", f":caption: {number} · {part['title']}", ":hidden:", ":numbered: 2", "", *names,
                       "```", ""]
    return "\n".join(["::::{grid} 1 1 2 2", ":gutter: 3", ":class-container: parts", "", *cards, "::::", "", *tables])


def replace(app, document: str, content: list[str]) -> None:
    if MARK in content[0]:
        content[0] = content[0].replace(MARK, expand(Path(app.srcdir)))


def outdated(app, env, added, changed, removed) -> list[str]:
    """The first page depends on which chapters there are."""
    return ["index"]


def setup(app):
    app.connect("source-read", replace)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
