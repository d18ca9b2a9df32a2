"""One Markdown text made plain: the spans of what only MyST knows are replaced, everything else stays as written."""

from pathlib import Path

from markdown_it.token import Token

from tools.translate import directives
from tools.translate.book import Book, relative
from tools.translate.parsing import Problem, directive, parse
from tools.translate.roles import Unknown, role


def plain(text: str, line: int, book: Book, source: Path, quoted: bool = False) -> str:
    """The text as plain Markdown. `line` is where it begins in `source`, from 0; `quoted`: it will stand in a block
    quote, where mathematics has to keep to one line (its later lines would begin with the quote's mark)."""
    return _Text(text, line, book, source, quoted).translated()


class _Text:
    def __init__(self, text: str, line: int, book: Book, source: Path, quoted: bool):
        self.text, self.line, self.book, self.source, self.quoted = text, line, book, source, quoted
        self.lines = text.split("\n")
        self.starts = [0]
        for each in self.lines:
            self.starts.append(self.starts[-1] + len(each) + 1)
        self.seen = [0] * len(self.lines)  # up to which column each line's inline contents have been met
        self.edits: list[tuple[int, int, str]] = []

    def translated(self) -> str:
        quotes = int(self.quoted)
        for token in parse(self.text):
            quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
            handle = getattr(self, f"_{token.type}", None)
            if token.type == "inline":
                self.inline(token, bool(quotes))
            elif handle:
                handle(token, bool(quotes))
        result, end = [], 0
        for begin, stop, words in sorted(self.edits):
            result += [self.text[end:begin], words]
            end = stop
        return "".join([*result, self.text[end:]]).strip("\n")

    def refuse(self, token: Token, words: str):
        raise Problem(self.source, self.line + (token.map or [0])[0] + 1, words)

    # --- blocks: whole lines -------------------------------------------------------------------------------------

    def replace(self, token: Token, words: str) -> None:
        """Puts `words` in the place of a block's lines, each behind what stands before the block: marks, indent."""
        begin, end = token.map
        while end > begin + 1 and not self.lines[end - 1].strip(" >"):
            end -= 1
        mark = {"math_block": "$$", "math_block_label": "$$"}.get(token.type, token.markup)
        first = self.lines[begin][:self.lines[begin].index(mark)]
        later = "".join(letter if letter in "> \t" else " " for letter in first)
        body = ("\n" + later).join(words.split("\n"))
        self.edits.append((self.starts[begin], self.starts[end] - 1, first + body))

    def drop(self, token: Token, quoted: bool) -> None:
        begin, end = token.map
        self.edits.append((self.starts[begin], min(self.starts[end], len(self.text)), ""))

    _myst_target = _myst_line_comment = _attrs_block = drop

    def _myst_block_break(self, token: Token, quoted: bool) -> None:
        self.refuse(token, "a cell cannot break inside of another block")

    def _amsmath(self, token: Token, quoted: bool) -> None:
        self.refuse(token, "mathematics outside of dollars is not shown everywhere: write $$ … $$, with aligned inside")

    def _math_block(self, token: Token, quoted: bool) -> None:
        if quoted:
            self.replace(token, f"$${directives.in_one_line(token.content)}$$")

    def _math_block_label(self, token: Token, quoted: bool) -> None:
        number = self.book.targets[token.info].number
        self.replace(token, directives.equation(token.content, number, quoted))

    def _fence(self, token: Token, quoted: bool) -> None:
        try:
            found = directive(token, self.line)
        except ValueError as error:
            self.refuse(token, str(error))
        if found:
            nested = directives.Nested(self.book, self.source, quoted, plain)
            self.replace(token, directives.notebook_form(found, nested))
        elif token.type == "colon_fence":
            self.refuse(token, f"a box needs a directive in braces, not {token.info!r}")

    _colon_fence = _fence

    def _heading_open(self, token: Token, quoted: bool) -> None:
        """The chapter's title gets its number, as on the page."""
        number = self.book.number(self.source)
        if token.tag == "h1" and number:
            begin = self.starts[token.map[0]] + len(token.markup) + 1
            self.edits.append((begin, begin, f"{number} "))

    def _dt_open(self, token: Token, quoted: bool) -> None:
        begin = token.map[0]
        self.edits += [(self.starts[begin], self.starts[begin], "- **")]
        end = self.starts[begin] + len(self.lines[begin].rstrip())
        self.edits += [(end, end, "**:")]

    def _dd_open(self, token: Token, quoted: bool) -> None:
        mark = self.starts[token.map[0]] + self.lines[token.map[0]].index(":")
        self.edits.append((mark, mark + 1, " "))

    def _footnote_reference_open(self, token: Token, quoted: bool) -> None:
        label = token.meta["label"]
        begin = self.starts[token.map[0]] + self.lines[token.map[0]].index("[^")
        number = self.book.footnotes[self.source].get(label)
        if number is None:
            self.refuse(token, f"nothing refers to the footnote {label}")
        self.edits.append((begin, begin + len(f"[^{label}]:"), f"<sup>{number}</sup>"))

    # --- inline: spans -------------------------------------------------------------------------------------------

    def inline(self, token: Token, quoted: bool) -> None:
        """Translates the children of an inline token whose content stands, line by line, somewhere in the text."""
        starts, place = [], 0
        for offset, content in enumerate(token.content.split("\n")):
            number = token.map[0] + offset
            column = self.lines[number].find(content, self.seen[number])
            if column >= 0:
                self.seen[number] = column + len(content)
            starts.append((place, None if column < 0 else self.starts[number] + column))
            place += len(content) + 1

        def where(position: int) -> int:
            begin, start = next(pair for pair in reversed(starts) if pair[0] <= position)
            if start is None:
                self.refuse(token, "what stands in this line cannot be told apart: write it without a bar in a table")
            return start + position - begin

        for child in token.children:
            begin, end = child.meta.get("span", (0, 0))
            old = token.content[begin:end]
            new = self.child(child, token, begin, old, quoted)
            if new is not None and new != old:
                self.edits.append((where(begin), where(end - 1) + 1, new))

    def child(self, child: Token, token: Token, begin: int, old: str, quoted: bool) -> str | None:
        """What stands in the place of one inline token, which begins at `begin` in `token`; None: it stays."""
        line = self.line + token.map[0] + token.content.count("\n", 0, begin) + 1
        try:
            if child.type == "myst_role":
                return role(child.meta["name"], child.content, self.book, self.source, token.content[:begin])
            if child.type == "footnote_ref":
                return f"<sup>{self.book.footnotes[self.source][child.meta['label']]}</sup>"
            if child.type == "attributes":
                return ""
            if child.type == "span_open":
                return plain(old[1:old.rindex("]{")], line - 1, self.book, self.source, quoted)
            if child.type.startswith("math_inline") and quoted:
                return directives.in_one_line(old)
            if child.type == "link_open" and old.startswith("["):
                return self.link(child, old, token.content[:begin])
            if child.type == "image":
                self.there(child.attrs["src"])
        except Unknown as error:
            raise Problem(self.source, line, str(error)) from None
        return None

    def link(self, child: Token, old: str, before: str) -> str | None:
        """A link to a label or to another chapter's source leads to the notebook instead."""
        address = child.attrs["href"]
        path, _, anchor = address.partition("#")
        words = old[1:old.rindex("](")]
        if not path:
            return role("ref", f"{words} <{anchor}>" if words else anchor, self.book, self.source, before)
        if path.endswith(".md") and (self.source.parent / path).resolve() in self.book.titles:
            new = relative((self.source.parent / path).resolve(), self.source)
            return old[:old.rindex("](")] + old[old.rindex("]("):].replace(path, new)
        self.there(address)
        return None

    def there(self, address: str) -> None:
        path = address.partition("#")[0]
        if ":" not in path.partition("/")[0] and not (self.source.parent / path).exists():
            raise Unknown(f"there is no {address}")
