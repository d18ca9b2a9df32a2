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

    tokens: the tokens of a text, or several lists of them. min_freq: tokens that occur less often get no number.
    reserved_tokens: such as ["<pad>", "<bos>"]; they come next after `unknown`, whether or not the text has them.
    unknown: what stands for every token without a number; it has number 0. With None, such a token is a KeyError.

    The others follow by falling frequency, and in alphabetical order where that is equal, so that a text has one
    vocabulary. `counts` holds how often each token occurs, `idx_to_token` and `token_to_idx` the numbering.
    Raises ValueError for an empty text and for reserved tokens that are not distinct.
    """

    def __init__(self, tokens: Iterable, min_freq: int = 0, reserved_tokens=(), unknown: str | None = "<unk>"):
        self.counts = Counter(_flat(tokens))
        if not self.counts:
            raise ValueError("a vocabulary needs tokens, and the text has none")
        first = [*([] if unknown is None else [unknown]), *reserved_tokens]
        if len(set(first)) < len(first):
            raise ValueError(f"the unknown and the reserved tokens must all differ: {first}")
        frequent = [token for token, count in self.counts.items() if count >= min_freq and token not in first]
        frequent.sort(key=lambda token: (-self.counts[token], token))
        self.unknown = unknown
        self.idx_to_token = first + frequent
        self.token_to_idx = {token: index for index, token in enumerate(self.idx_to_token)}

    def __len__(self) -> int:
        return len(self.idx_to_token)

    def __contains__(self, token: str) -> bool:
        return token in self.token_to_idx

    def __getitem__(self, tokens):
        """The number of a token, or a list of numbers for a list of tokens."""
        if isinstance(tokens, (list, tuple)):
            return [self[token] for token in tokens]
        if tokens in self.token_to_idx:
            return self.token_to_idx[tokens]
        if self.unknown is None:
            raise KeyError(f"{tokens!r} is not in this vocabulary, which has no token for the unknown")
        return self.token_to_idx[self.unknown]

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
        if isinstance(token, (list, tuple)):
            yield from _flat(token)
        else:
            yield token
