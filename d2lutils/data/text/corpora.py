"""Texts as they were published; splitting them into tokens is left to who reads them."""

from d2lutils.data.files.archives import read_member, reading
from d2lutils.data.files.catalog import FRA_ENG, TIME_MACHINE
from d2lutils.data.files.errors import CorruptData
from d2lutils.data.files.store import obtain
from d2lutils.data.stand_ins.prose import topics
from d2lutils.data.stand_ins.sentences import sentence_pairs

STAND_IN_PAIRS = 10_000


def read_time_machine():
    """*The Time Machine* by H. G. Wells (1895, public domain) as one str, with `\\n` between lines.

    Without the file and without a network, the English of Python's own help (`pydoc_data.topics`) stands in. Raises
    `DataError` when the file is there and is not the published one.
    """
    paths = obtain(TIME_MACHINE, "the English of Python's own help")
    if paths is None:
        return topics()
    with reading(paths[0]):
        return _decode(paths[0].read_bytes())


def read_fra_eng(pairs=None):
    """English–French sentence pairs (Tatoeba, CC BY 2.0 FR) as a list of (english, french), short sentences first.

    `pairs` gives exactly the first so many; None gives all, which are 167,130. Without the file and without a network,
    10,000 pairs made by `stand_ins.sentence_pairs` stand in. Raises ValueError when there are fewer than `pairs`, and
    `DataError` when the file is there and is not the published one.
    """
    if pairs is not None and (isinstance(pairs, bool) or not isinstance(pairs, int) or pairs < 1):
        raise ValueError(f"pairs must be None or an int from 1 on, not {pairs!r}")
    paths = obtain(FRA_ENG, "10,000 made sentence pairs", "stand in")
    if paths is None:
        found = sentence_pairs(STAND_IN_PAIRS, seed=0)
    else:
        found = _parse_pairs(paths[0], _decode(_pairs_file(paths[0])))
    if pairs is not None and pairs > len(found):
        raise ValueError(f"pairs is {pairs:,}, and there are only {len(found):,} of them")
    return found[:pairs]


def _pairs_file(path):
    if path.suffix == ".zip":
        return read_member(path, FRA_ENG.files[0].member)
    with reading(path):
        return path.read_bytes()


def _parse_pairs(path, text):
    # split at "\n" alone: splitlines would also cut at the rarer line ends that Unicode knows
    result = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        english, tab, french = line.partition("\t")
        if not (english and tab and french):
            raise CorruptData(f"line {number:,} of {path} is not two sentences with a tab between. Replace it by the "
                              "published file")
        result.append((english, french.partition("\t")[0]))  # newer editions add a column with the authors
    return result


def _decode(data):
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
