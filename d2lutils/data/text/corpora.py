"""Texts as they were published; splitting them into tokens is left to who reads them."""

from d2lutils.data.files import store
from d2lutils.data.files.archives import read_member, reading
from d2lutils.data.files.errors import CorruptData

HUB = ("https://d2l-data.s3-accelerate.amazonaws.com/", "https://d2l-data.s3.amazonaws.com/")
TIME_MACHINE = store.Source("timemachine.txt", "090b5e7e70c295757f55df93cb0a180b9691891a", 178_979,
                            tuple(hub + "timemachine.txt" for hub in HUB))
FRA_ENG = store.Source("fra-eng.zip", "94646ad1522d915e7b0f9296181140edcf86a4f5", 3_420_152,
                       tuple(hub + "fra-eng.zip" for hub in HUB))
STAND_IN_PAIRS = 10_000


def read_time_machine():
    """*The Time Machine* by H. G. Wells (1895, public domain) as one str, with `\\n` between lines.

    Without the file and without a network, the English of Python's own help (`pydoc_data.topics`) stands in. Raises
    `DataError` when the file is there and is not the published one.
    """
    paths = store.obtain("The Time Machine", (TIME_MACHINE,), "the English of Python's own help stands in")
    if paths is None:
        from d2lutils.data import stand_ins as synthetic
        return synthetic.topics()
    with reading(paths[0]):
        return _decode(paths[0].read_bytes())


def read_fra_eng(pairs=None):
    """English–French sentence pairs (Tatoeba, CC BY 2.0 FR) as a list of (english, french), short sentences first.

    `pairs` gives exactly the first so many; None gives all, which are 167,130. Without the file and without a network,
    10,000 pairs made by `synthetic.sentence_pairs` stand in. Raises ValueError when there are fewer than `pairs`, and
    `DataError` when the file is there and is not the published one.
    """
    if pairs is not None and (isinstance(pairs, bool) or not isinstance(pairs, int) or pairs < 1):
        raise ValueError(f"pairs must be None or an int from 1 on, not {pairs!r}")
    paths = store.obtain("English–French (Tatoeba)", (FRA_ENG,), "10,000 made sentence pairs stand in")
    if paths is None:
        from d2lutils.data import stand_ins as synthetic
        found = synthetic.sentence_pairs(STAND_IN_PAIRS, seed=0)
    else:
        found = _parse_pairs(paths[0], _decode(read_member(paths[0], "fra-eng/fra.txt")))
    if pairs is not None and pairs > len(found):
        raise ValueError(f"pairs is {pairs:,}, and there are only {len(found):,} of them")
    return found[:pairs]


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
