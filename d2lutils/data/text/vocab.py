"""From text to numbers: clean it, cut it into tokens, and number the tokens, as chapter 9.3 builds it."""

import re
from collections import Counter
from collections.abc import Iterable


def normalize(text: str) -> str:
    """`text` in lower case with every run of anything but the letters a to z as one space: 27 characters at most."""
    return re.sub("[^a-z]+", " ", text.lower()).strip()


def tokenize(text: str, token: str = "char") -> list[str]:
    """Cut `text` into tokens: "char" for its characters, "word" for what stands between white space.

    Raises ValueError for a text without tokens and for another kind of token.
    """
    if token not in ("char", "word"):
        raise ValueError(f'token is "char" or "word", not {token!r}')
    tokens = list(text) if token == "char" else text.split()
    if not tokens:
        raise ValueError(f"the text has no tokens to cut it into ({len(text)} characters): was the right file read?")
    return tokens


class Vocab:
    """Numbers for tokens: `vocab["the"]`, `vocab[["the", "time"]]`, and back with `vocab.to_tokens(indices)`.

    tokens: the tokens of a text, or several lists of them; None for the unknown and the reserved ones alone. A token is
        a word, a character or anything else that can be a key; a tuple is one token: ("of", "the"), a pair of words.
    min_freq: tokens that occur less often get no number.
    reserved_tokens: such as ["<pad>", "<bos>"]; they come next after `unknown`, whether or not the text has them.
    unknown: what stands for every token without a number; it has number 0. With None, such a token is a KeyError.

    The others follow by falling frequency, and in alphabetical order where that is equal, so that a text has one
    vocabulary. `counts` holds how often each token occurs, `token_freqs` the same as a list of (token, count), `unk` is
    the number of the unknown, `idx_to_token` and `token_to_idx` are the numbering.
    Raises ValueError for an empty text and for reserved tokens that are not distinct.
    """

    def __init__(self, tokens: Iterable | None = None, min_freq: int = 0, reserved_tokens=(),
                 unknown: str | None = "<unk>"):  # fmt: skip
        self.counts = Counter(() if tokens is None else _flat(tokens))
        if tokens is not None and not self.counts:
            raise ValueError("a vocabulary needs tokens, and the text has none")
        first = [*([] if unknown is None else [unknown]), *reserved_tokens]
        if len(set(first)) < len(first):
            raise ValueError(f"the unknown and the reserved tokens must all differ: {first}")
        frequent = [token for token, count in self.token_freqs if count >= min_freq and token not in first]
        self.unknown = unknown
        self.idx_to_token = first + frequent
        self.token_to_idx = {token: index for index, token in enumerate(self.idx_to_token)}

    @property
    def token_freqs(self) -> list[tuple]:
        """(token, count) for every token of the text, by falling count, then in alphabetical order."""
        return sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def unk(self) -> int | None:
        """The number of the unknown, 0; None in a vocabulary without one."""
        return None if self.unknown is None else self.token_to_idx[self.unknown]

    def __len__(self) -> int:
        return len(self.idx_to_token)

    def __contains__(self, token) -> bool:
        return token in self.token_to_idx

    def __getitem__(self, tokens):
        """The number of a token, or a list of numbers for a list of tokens. KeyError for one that has no number."""
        if isinstance(tokens, list):
            return [self[token] for token in tokens]
        if tokens in self.token_to_idx:
            return self.token_to_idx[tokens]
        if isinstance(tokens, tuple) and not any(isinstance(token, tuple) for token in self.idx_to_token):
            raise TypeError(f"a tuple is one token, and this vocabulary has none of that kind: look up {list(tokens)}")
        if self.unknown is None:
            raise KeyError(f"{tokens!r} is not in this vocabulary, which has no token for the unknown")
        return self.unk

    def to_tokens(self, indices):
        """The token of a number, or a list of tokens for a list or a tensor of numbers."""
        indices = indices.tolist() if hasattr(indices, "tolist") else indices
        if isinstance(indices, (list, tuple)):
            return [self.to_tokens(index) for index in indices]
        if not 0 <= indices < len(self):
            raise IndexError(f"{indices} is no number of this vocabulary: it has 0 … {len(self) - 1}")
        return self.idx_to_token[indices]


def _flat(tokens: Iterable):
    """The tokens of one text, or of several given as lists of tokens."""
    for token in tokens:
        if isinstance(token, list):
            yield from _flat(token)
        else:
            yield token
