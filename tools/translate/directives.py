"""What a directive becomes in a notebook."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import ascii_uppercase

from tools.translate.book import Book
from tools.translate.numbering import FORMATS
from tools.translate.parsing import Directive, Problem, parser
from tools.translate.question import Question

ADMONITIONS = {"note", "warning", "tip", "hint", "important", "caution", "danger", "error", "attention", "seealso"}
CODE = {"code-block", "code", "sourcecode"}


@dataclass
class Nested:
    """Where a directive stands, and the way to translate what it holds."""

    book: Book
    source: Path
    quoted: bool
    plain: Callable[..., str]

    def text(self, text: str, line: int, quoted: bool = False) -> str:
        return self.plain(text, line, self.book, self.source, self.quoted or quoted)

    def caption(self, found: Directive, kind: str, words: str, line: int) -> str:
        """The numbered caption below a figure, table or listing."""
        return caption(kind, self.book.numbers[self.source, found.line], self.text(words, line))


def notebook_form(found: Directive, nested: Nested) -> str:
    """The Markdown that stands in a directive's place. Problem: a directive that is not known."""
    if found.name in ADMONITIONS or found.name == "admonition":
        return _admonition(found, nested)
    if found.name in CODE:
        return _listing(found, nested)
    if found.name not in FORMS:
        raise Problem(nested.source, found.line + 1, f"the translator knows no directive {{{found.name}}}")
    return FORMS[found.name](found, nested)


def in_one_line(tex: str) -> str:
    return " ".join(tex.split())


def equation(tex: str, number: str, quoted: bool) -> str:
    """A numbered equation in dollars."""
    tag = f"\\tag{{{number}}}" if number else ""
    return f"$${in_one_line(tex)} {tag}$$" if quoted else "\n".join(filter(None, ["$$", tex.strip("\n"), tag, "$$"]))


def caption(kind: str, number: str, words: str) -> str:
    return f"**{FORMATS[kind] % number}.** {words}"


def details(summary: str, body: str) -> str:
    """A closed box. Its summary is HTML: Markdown is not read there."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _summary(title: str, found: Directive, nested: Nested) -> str:
    return parser().renderInline(nested.text(title, found.line)).strip()


def _admonition(found: Directive, nested: Nested) -> str:
    title = found.argument if found.name == "admonition" else found.name.capitalize()
    if "dropdown" in found.classes:
        return details(_summary(title, found, nested), nested.text(found.body, found.first))
    body = found.body if found.name == "admonition" or not found.argument else f"{found.argument}\n\n{found.body}"
    title = nested.text(title, found.line)
    return _quote(f"**{title}**\n\n{nested.text(body, found.first, quoted=True)}".strip())


def _dropdown(found: Directive, nested: Nested) -> str:
    return details(_summary(found.argument or "More", found, nested), nested.text(found.body, found.first))


def _predict(found: Directive, nested: Nested) -> str:
    try:
        question = Question.read(found.body)
    except ValueError as error:
        raise Problem(nested.source, found.line + 1, str(error)) from None
    shown = [f"**{nested.text(found.argument or 'Predict first', found.line)}**",
             nested.text(question.asked, found.first, quoted=True)]
    hidden = []
    for name, choice in zip(ascii_uppercase, question.choices):
        line = found.first + choice.line
        shown.append(f"- **{name}.** {nested.text(choice.text, line, quoted=True)}")
        verdict = "Right." if choice.right else "No."
        hidden.append(f"**{name}.** {verdict} {nested.text(choice.reason, line)}".strip())
    if question.answer:
        hidden.append(nested.text(question.answer, found.first + question.answer_line))
    box, answers = _quote("\n\n".join(shown)), "\n\n".join(hidden)
    return f"{box}\n\n{details('The answer', answers)}" if hidden else box


def _math(found: Directive, nested: Nested) -> str:
    label = found.options.get("label")
    return equation(found.body, nested.book.targets[label].number if label else "", nested.quoted)


def _image(found: Directive, nested: Nested) -> str:
    if not (nested.source.parent / found.argument).exists():
        raise Problem(nested.source, found.line + 1, f"there is no {found.argument}")
    alt = escape(found.options.get("alt", ""))
    if width := found.options.get("width"):
        return f'<img src="{found.argument}" alt="{alt}" width="{width}">'
    return f"![{alt}]({found.argument})"


def _figure(found: Directive, nested: Nested) -> str:
    picture = _image(found, nested)
    return f"{picture}\n\n{nested.caption(found, 'figure', found.body, found.first)}" if found.body else picture


def _table(found: Directive, nested: Nested) -> str:
    table = nested.text(found.body, found.first)
    return f"{table}\n\n{nested.caption(found, 'table', found.argument, found.line)}" if found.argument else table


def _listing(found: Directive, nested: Nested) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in found.body.split() if set(run) == {"`"}), default=0))
    code = f"{fence}{found.argument}\n{found.body}\n{fence}"
    words = found.options.get("caption", "")
    return f"{code}\n\n{nested.caption(found, 'code-block', words, found.line)}" if words else code


FORMS: dict[str, Callable[[Directive, Nested], str]] = {
    "dropdown": _dropdown, "predict": _predict, "math": _math, "image": _image, "figure": _figure, "table": _table}
