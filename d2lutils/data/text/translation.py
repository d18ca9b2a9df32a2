"""Sentence pairs as padded tensors of token numbers, for models that translate."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import torch

from d2lutils.data.loaders import TensorLoader, check_positive
from d2lutils.data.text.corpora import read_fra_eng
from d2lutils.data.text.vocab import Vocab

PAD, BOS, EOS = RESERVED = ["<pad>", "<bos>", "<eos>"]


def preprocess(sentence: str) -> str:
    """Lower case, ordinary spaces, and each of , . ! ? a word of its own: "Va\u202f!" to "va !"."""
    sentence = re.sub("[\u202f\xa0]", " ", sentence).lower()
    return re.sub(r"(?<=[^ ])(?=[,.!?])", " ", sentence).strip()


def tokenized(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Sentence pairs as tokens, one pair at a time. Raises ValueError naming the first with an empty sentence."""
    for number, pair in enumerate(pairs, start=1):
        source, target = (preprocess(text).split() for text in pair)
        if not source or not target:
            raise ValueError(f"pair {number} has an empty sentence: {pair!r}")
        yield source, target


def build_array(sentences: Sequence[Sequence[str]], vocab: Vocab, num_steps: int, bos: bool = False):
    """Tokens as one padded tensor: (tokens (N, num_steps) int64, valid_lens (N,) int64).

    Each sentence gets an <eos>, is cut at num_steps (which may cost the <eos>) and filled with <pad>. With bos=True a
    <bos> comes before it all, (N, num_steps + 1), and is not counted in valid_lens. Raises ValueError for a sentence
    without tokens and for no sentences.
    """
    num_steps = check_positive("num_steps", num_steps)
    if not sentences or not all(sentences):
        raise ValueError(f"sentence {[*map(bool, sentences), False].index(False)} is empty: there is nothing to read")
    rows = [vocab[[*tokens, EOS][:num_steps]] for tokens in sentences]
    array = torch.full((len(rows), num_steps), vocab[PAD])
    for i, row in enumerate(rows):
        array[i, : len(row)] = torch.tensor(row)
    if bos:
        array = torch.cat([torch.full((len(rows), 1), vocab[BOS]), array], dim=1)
    return array, torch.tensor([len(row) for row in rows])


class TranslationData(NamedTuple):
    """train, test: loaders of (source (B, S), source_lens (B,), target (B, S + 1), target_lens (B,)), as the step
    `seq2seq` takes them; test is None without held-out pairs. pairs, held_out: their tokens, [(source, target), …]."""

    train: TensorLoader
    test: TensorLoader | None
    source_vocab: Vocab
    target_vocab: Vocab
    pairs: list[tuple[list[str], list[str]]]
    held_out: list[tuple[list[str], list[str]]]


def load_data_nmt(batch_size: int, num_steps: int, num_examples: int = 600, *, held_out: int = 0, min_freq: int = 2,
                  pairs=None, generator=None) -> TranslationData:  # fmt: skip
    """The first `num_examples` English–French pairs as minibatches, and the `held_out` pairs after them.

    num_steps: every sentence is cut or padded to so many tokens, <eos> included. min_freq: rarer tokens become <unk>;
    both vocabularies are made from the training pairs alone. Held-out pairs whose English is also a training sentence
    are skipped: the model has seen them. pairs: [(source, target), …] to use instead of `read_fra_eng()`.
    Raises ValueError if there are too few pairs.
    """
    check_positive("num_examples", num_examples)
    rest = tokenized(read_fra_eng() if pairs is None else pairs)
    chosen = list(islice(rest, num_examples))
    if len(chosen) < num_examples:
        raise ValueError(f"num_examples={num_examples}, but there are {len(chosen)} pairs")
    known = {tuple(source) for source, _ in chosen}
    unseen = list(islice((pair for pair in rest if tuple(pair[0]) not in known), held_out))
    if len(unseen) < held_out:
        raise ValueError(f"held_out={held_out}, but only {len(unseen)} pairs after the first {num_examples} are new")
    source_vocab, target_vocab = (Vocab(side, min_freq, RESERVED) for side in zip(*chosen))

    def tensors(some):
        sources, targets = zip(*some)
        return *build_array(sources, source_vocab, num_steps), *build_array(targets, target_vocab, num_steps, bos=True)

    train = TensorLoader(*tensors(chosen), batch_size=batch_size, shuffle=True, generator=generator)
    test = TensorLoader(*tensors(unseen), batch_size=batch_size) if unseen else None
    return TranslationData(train, test, source_vocab, target_vocab, chosen, unseen)
