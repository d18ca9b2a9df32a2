"""Looking at Markdown: boxes by their class, sections by their heading, words, citations, references."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from tools.translate.parsing import Directive, directive, parse
from tools.translate.question import Question

SILENT = {"math", "image", "code-block", "code", "sourcecode", "glossary"}  # directives without prose


def without_code(text: str) -> str:
    """Markdown without fenced blocks, inline code and mathematics; directives (`:::`) keep their words."""
    text = re.sub(r"^(`{3,}|~{3,})(?!\{).*?^\1\s*$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)
    return re.sub(r"`[^`\n]*`|\$[^$\n]*\$", "", text)


def boxes(text: str, kind: str) -> list[str]:
    """The bodies of the admonitions of one class, as in `:::{admonition} Title` / `:class: predict`."""
    pattern = r"^(:{3,}|`{3,})\{admonition\}[^\n]*\n:class:[^\n]*\b" + kind + r"\b[^\n]*\n(.*?)^\1\s*$"
    return [match[2] for match in re.finditer(pattern, text, flags=re.DOTALL | re.MULTILINE)]


def sections(text: str, level: int) -> dict[str, str]:
    """Headings of one level with the text below each, up to the next heading of that level or above."""
    parts = re.split(rf"^(#{{1,{level}}}) +(.+?)\s*$", without_fences(text), flags=re.MULTILINE)
    return {title: body for marks, title, body in zip(parts[1::3], parts[2::3], parts[3::3]) if len(marks) == level}


def without_fences(text: str) -> str:
    return re.sub(r"^```(?!\{).*?^```\s*$", "", text, flags=re.DOTALL | re.MULTILINE)


def cited(text: str) -> set[str]:
    """The keys of all citations in a text: {cite}`a,b`, {cite:t}`c`."""
    return {key.strip() for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text) for key in keys.split(",")}


def directives(text: str, line: int = 0) -> Iterator[Directive]:
    """All directives of a text, those inside of others too."""
    for token in parse(text):
        if found := directive(token, line):
            yield found
            if found.name not in SILENT:
                yield from directives(found.body, found.first)


def inlines(text: str) -> Iterator[Token]:
    """The inline contents of a text and of its directives: what is read as prose. Titles and captions are."""
    for token in parse(text):
        if token.type == "inline":
            yield token
        elif (found := directive(token, 0)) and found.name not in SILENT:
            titled = found.name in ("admonition", "predict", "table", "dropdown")
            yield from inlines(f"{found.argument if titled else ''}\n\n{found.body}")


def prose_words(text: str) -> int:
    """How many words a text has; displayed mathematics, code, labels and options are none."""
    return sum(len(token.content.split()) for token in inlines(text))


def questions(text: str) -> list[Question]:
    """The `{predict}` boxes of a text whose answer is hidden."""
    found = [Question.read(each.body) for each in directives(text) if each.name == "predict"]
    return [question for question in found if question.answer or any(choice.reason for choice in question.choices)]


def drawings(text: str) -> int:
    """How many diagrams and drawn figures stand in a text; the plots of code cells are none."""
    pictures = sum(child.type == "image" for token in inlines(text) for child in token.children)
    return pictures + sum(found.name in ("diagram", "figure", "image") for found in directives(text))


def references(text: str) -> list[tuple[str, str]]:
    """(role, label) of every {ref}, {eq}, {numref} and {doc} of a text."""
    found = []
    for token in inlines(text):
        for child in token.children:
            if child.type == "myst_role" and child.meta["name"] in ("ref", "eq", "numref", "doc"):
                titled = re.fullmatch(r".*<([^<>]+)>", child.content.strip(), flags=re.DOTALL)
                found.append((child.meta["name"], titled[1].strip() if titled else child.content.strip()))
    return found
