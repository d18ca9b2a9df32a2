"""The English of Python's own help reads as prose."""

import sys

import pytest

from d2lutils.data.stand_ins import topics


def test_topics_read_as_prose():
    text = topics()
    words = text.split()
    assert 30_000 < len(words) < 90_000 and text == topics()
    assert max(map(len, text.splitlines())) <= 70
    for sign in (">>>", "::=", "***", "===", "---", "+--", '"', "“", "`", "\t", "\r"):
        assert sign not in text, sign
    letters = sum(character.isalpha() or character.isspace() for character in text)
    assert letters > 0.93 * len(text)
    paragraphs = text.strip().split("\n\n")
    assert len(set(paragraphs)) == len(paragraphs)
    # sentences: the commonest words of English make up what they make up in a book
    common = sum(word in ("the", "a", "of", "is", "to", "and", "in") for word in words)
    assert 0.15 < common / len(words) < 0.35


def test_topics_say_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(RuntimeError, match="pydoc_data"):
        topics()
