"""What a role becomes: a link, a number or words. Each function takes the role's content and its chapter."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

from sphinx.util.nodes import explicit_title_re

from tools.translate.book import Book, Target, relative
from tools.translate.numbering import EQUATION, FORMATS

SECOND = ", a second reading"  # said in a link: nothing in a notebook opens the collapsed section that it leads to


class Unknown(Exception):
    """A role or reference that cannot be translated, in words without a place."""


def role(name: str, content: str, book: Book, source: Path, before: str = "") -> str:
    """The Markdown of {name}`content` in the notebook of `source`, after the words `before`. Unknown: no such role, or
    nothing to refer to."""
    if name in book.citations.roles():
        try:
            return book.citations.markdown(name, content)
        except (KeyError, ValueError) as error:
            raise Unknown(f"{{{name}}}: {error.args[0]}") from None
    if name not in ROLES:
        raise Unknown(f"the translator knows no role {{{name}}}")
    words = ROLES[name](" ".join(content.split()), book, source)
    said = " ".join(before.split()).lower().endswith("second reading")
    return words.replace(SECOND, "") if said else words


def link(text: str, target: Target, source: Path) -> str:
    """A link to where `target` stands, from the notebook of `source`; words alone for what has no address there."""
    text += SECOND if target.second and "second reading" not in text.lower() else ""
    anchor = quote(target.heading.replace(" ", "-"), safe="-.,:;!?’") if target.heading else ""
    if target.source == source:
        return f"[{text}](#{anchor})" if anchor else text
    return f"[{text}]({relative(target.source, source)}{'#' + anchor if anchor else ''})"


def _titled(content: str) -> tuple[str, str]:
    found = explicit_title_re.match(content)
    return (found[1].strip(), found[2].strip()) if found else ("", content)


def _target(label: str, book: Book, *kinds: str) -> Target:
    target = book.targets.get(label.lower(), book.targets.get(label))
    if target is None or (kinds and target.kind not in kinds):
        raise Unknown(f"nothing to refer to is labelled {label}")
    return target


def _ref(content: str, book: Book, source: Path) -> str:
    title, label = _titled(content)
    target = _target(label, book, "chapter", "section", "figure", "table", "code-block")
    own = f"{target.number} {target.title}".strip() if target.kind == "chapter" else target.title
    return link(title or own, target, source)


def _numref(content: str, book: Book, source: Path) -> str:
    title, label = _titled(content)
    target = _target(label, book, "chapter", "section", "figure", "table", "code-block")
    pattern = title or FORMATS.get(target.kind, FORMATS["section"])
    words = pattern.replace("%s", target.number).replace("{number}", target.number).replace("{name}", target.title)
    return link(words, target, source)


def _eq(content: str, book: Book, source: Path) -> str:
    target = _target(content, book, "equation")
    return link(EQUATION.format(number=target.number), target, source)


def _doc(content: str, book: Book, source: Path) -> str:
    title, name = _titled(content)
    path = (source.parent / f"{name}.md").resolve() if not name.startswith("/") else book.folder / f"{name[1:]}.md"
    if path not in book.titles:
        raise Unknown(f"{{doc}} leads to no chapter: {name}")
    return link(title or f"{book.number(path)} {book.titles[path]}".strip(), Target("chapter", path), source)


def _term(content: str, book: Book, source: Path) -> str:
    title, word = _titled(content)
    if word.lower() not in book.terms:
        raise Unknown(f"the glossary does not know the term {word}")
    return title or word


def _html(tag: str) -> Callable[[str, Book, Path], str]:
    return lambda content, book, source: f"<{tag}>{escape(content, quote=False)}</{tag}>"


ROLES: dict[str, Callable[[str, Book, Path], str]] = {
    "ref": _ref, "numref": _numref, "eq": _eq, "doc": _doc, "term": _term,
    "math": lambda content, book, source: f"${content}$",
    "sub": _html("sub"), "sup": _html("sup"), "kbd": _html("kbd"),
}
