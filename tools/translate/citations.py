"""Citations as the page writes them, by the styles that sphinxcontrib-bibtex uses there, with links to the works."""

from functools import cached_property
from pathlib import Path

import pybtex.database
from pybtex.plugin import find_plugin
from pybtex.richtext import BaseMultipartText, BaseText, Tag
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.style.referencing import format_references
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import SphinxReferenceInfo, SphinxReferenceText

PLAIN = find_plugin("pybtex.backends", "plaintext")()


class Citations:
    """The works of one .bib file."""

    def __init__(self, path: Path):
        self.path, self.style = path, AuthorYearReferenceStyle()

    @cached_property
    def works(self) -> dict[str, pybtex.database.Entry]:
        """All entries by key, in the order of the bibliography, which is that of several works cited at once."""
        if not self.path.exists():
            return {}
        entries = pybtex.database.parse_file(str(self.path), bib_format="bibtex").entries
        order = find_plugin("pybtex.style.formatting", "plain")().sort(entries.values())
        return {entry.key: entry for entry in order}

    def roles(self) -> set[str]:
        """The names of the roles: cite, cite:p, cite:t and their kin."""
        return {"cite", *(f"cite:{name}" for name in self.style.role_names())}

    def markdown(self, role: str, content: str) -> str:
        """What a role with this content shows, as Markdown. KeyError: a work that is not in the file."""
        wanted = {target.key: target for target in parse_citation_targets(content)}
        for key in wanted:
            if key not in self.works:
                raise KeyError(f"{key} is not in {self.path.name}")
        found = [(entry, wanted[key]) for key, entry in self.works.items() if key in wanted]
        parts = [(entry, None, SphinxReferenceInfo(None, "", "", address(entry), None, target.pre, target.post))
                 for entry, target in found]
        return _markdown(format_references(self.style, role.partition(":")[2] or "p", parts))


def address(entry: pybtex.database.Entry) -> str:
    """Where a work is to be had: its DOI, else its own address, else nothing."""
    doi = entry.fields.get("doi", "")
    return f"https://doi.org/{doi}" if doi else entry.fields.get("url", "")


def _markdown(text: BaseText) -> str:
    if not isinstance(text, BaseMultipartText):
        return text.render(PLAIN)  # a string, or a symbol such as the space that holds a name together
    inner = "".join(map(_markdown, text.parts))
    if isinstance(text, SphinxReferenceText) and text.info[0].citation_id:
        return f"[{inner}]({text.info[0].citation_id.replace('(', '%28').replace(')', '%29')})"
    return f"_{inner}_" if isinstance(text, Tag) and text.name == "em" else inner
