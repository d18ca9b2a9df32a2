"""Prose without a network: the English of the help topics that every Python carries."""

import re
import textwrap

WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*[.,;:?!)]*|\([A-Za-z]+")


def topics() -> str:
    """English prose out of Python's own help (``pydoc_data.topics``): about 43,000 words, a stand-in for a book.

    Headings' underlines, code, grammar rules and tables are left out, and the quotation marks, asterisks and back
    quotes of the markup taken off, so that what remains reads as sentences. What several pages repeat comes
    once. Paragraphs are separated by an empty line and broken into lines of at most 70 characters, as in a plain-text
    book.

    The text belongs to the Python that runs: another version gives another text, of similar length and kind. Compare
    numbers measured on it only within one version.

    Raises:
        RuntimeError: when this Python was installed without ``pydoc_data``, as some minimal systems do.
    """
    try:
        from pydoc_data.topics import topics as pages
    except ImportError as error:
        raise RuntimeError("this Python has no pydoc_data.topics; install the full standard library "
                           "(Debian and Ubuntu: apt install libpython3-stdlib)") from error
    blocks = (block for name in sorted(pages) for block in re.split(r"\n\s*\n", pages[name]))
    paragraphs = dict.fromkeys(clean(block) for block in blocks)  # some pages say the same: each paragraph once
    wrapped = ("\n".join(textwrap.wrap(text, 70, break_on_hyphens=False)) for text in paragraphs if is_prose(text))
    return "\n\n".join(wrapped) + "\n"


def clean(block: str) -> str:
    """One paragraph on one line, without underlines, directives and marks of emphasis."""
    lines = [line.strip() for line in block.splitlines()]
    lines = [line for line in lines if not re.fullmatch(r"([*=\-~^+#\"'])\1{2,}", line) and not line.startswith("..")]
    text = " ".join(lines)
    if re.search(r"::=|>>>|^\s*\||[+|]-{2,}", text):
        return ""  # a rule of the grammar, a session, a table
    text = re.sub(r"^(?:[*•-]|\d+\.|\[\d+\])\s+", "", text)             # a bullet or a number
    text = re.sub(r":\w+(?::\w+)?:`~?([^`<]*)(?:<[^`]*>)?`", r"\1", text)  # a role, :ref:`text`
    text = re.sub(r"[“”\"`*]|::$", "", text).replace("’", "'")
    return re.sub(r"\s+", " ", text).strip()


def is_prose(text: str) -> bool:
    """More than a few words, most of them made of letters: not code, not a signature, not a heading."""
    words = text.split()
    if re.match(r"(?:if|for|while|with|def|class|try|from)\b[^.]*:[^.]*$", text):
        return False  # code without a sign that gives it away
    return len(words) >= 6 and sum(WORD.fullmatch(word) is not None for word in words) >= 0.75 * len(words)
