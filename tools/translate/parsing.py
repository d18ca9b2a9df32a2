"""The Markdown parser of the page, which also says where in a text each inline token stands; directives taken apart."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import TokenizeError, options_to_items

EXTENSIONS = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]


class Problem(Exception):
    """What the translator cannot do, and where: file, line (from 1) and words."""

    def __init__(self, path: Path, line: int, words: str):
        super().__init__(f"{path.parent.name}/{path.name}, line {line}: {words}")
        self.path, self.line = path, line


@dataclass
class Directive:
    """A directive as written; `line` is that of its fence and `first` that of its body, both counted from 0."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    line: int
    first: int

    @property
    def classes(self) -> set[str]:
        return set(self.options.get("class", "").split())


@cache
def parser() -> MarkdownIt:
    """myst-parser's own, with the book's extensions. Inline tokens carry `meta["span"]`, their place in the inline's
    content; braces with attributes stay in the stream as tokens `attributes` and `attrs_block`."""
    markdown = create_md_parser(MdParserConfig(enable_extensions=set(EXTENSIONS)), RendererHTML)
    rules = zip(markdown.inline.ruler.get_active_rules(), markdown.inline.ruler.getRules(""))
    for name, rule in list(rules):
        markdown.inline.ruler.at(name, _spanned(rule))
    markdown.core.ruler.disable(["attr", "wordcount"])
    return markdown


def _spanned(rule: Callable) -> Callable:
    def run(state, silent: bool) -> bool:
        begin, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            if len(state.tokens) == count and state.pos > begin and state.src[begin] == "{":
                state.push("attributes", "", 0)
            for token in state.tokens[count:]:
                if token.type != "text":
                    token.meta.setdefault("span", (begin, state.pos))
        return True

    return run


def parse(text: str) -> list[Token]:
    """The block tokens of a Markdown text, each inline token with its children."""
    return parser().parse(text)


def begins_second_reading(before: Token | None) -> bool:
    """Whether what stands before a heading marks its section as a second reading."""
    return (before is not None and before.type == "attrs_block"
            and "second-reading" in before.attrs.get("class", "").split())


def directive(token: Token, line: int) -> Directive | None:
    """What a fence holds if it is a directive; `line` is that of the text it stands in. ValueError: bad options."""
    if token.type not in ("fence", "colon_fence") or not token.info.startswith("{"):
        return None
    name, _, argument = token.info[1:].partition("}")
    lines, options = token.content.split("\n"), []
    if lines[0].startswith("---"):
        end = next((i for i, text in enumerate(lines[1:], start=1) if text.startswith("---")), len(lines))
        options, used = lines[1:end], end + 1
    else:
        others = (i for i, text in enumerate(lines) if not text.startswith(":") or text.startswith("::"))
        used = next(others, len(lines))
        options = [text[1:] for text in lines[:used]]
    try:
        items, _ = options_to_items("\n".join(options))
    except TokenizeError as error:
        raise ValueError(f"the options of {{{name}}} cannot be read: {error.problem}") from None
    begin = line + token.map[0]
    return Directive(name.strip(), argument.strip(), dict(items), "\n".join(lines[used:]).rstrip("\n"), begin,
                     begin + 1 + used)
