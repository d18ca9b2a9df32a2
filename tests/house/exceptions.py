"""What does not keep the rules of the house yet, each with its reason. Nothing is added here without one.

The tests say when an exception is no longer needed.
"""

MOST_FILES, MOST_LINES = 15, 300

FOLDERS = {}

LONG_FILES = {
    "d2lutils/data/stand_ins/sentences/pairs.py": "the grammar's kinds of sentences; to be split by kind",
    "tests/data/files/test_download.py": "a server for every way in which a download goes wrong",
    "tests/data/stand_ins/test_sentences.py": "agreement, elision and tense of a whole grammar",
    "tests/data/stand_ins/test_stand_ins.py": "four stand-ins in one file; to be one a stand-in",
    "tests/explore/page/test_player.py": "chart, numbers and drawings of the player; to be split as the room is",
    "tests/explore/record/test_fingerprint.py": "every change that makes a recording older; to be split by kind",
    "tests/explore/test_sweep.py": "recording, axes and frames; to be split as the room is",
}

CIRCLES = {}

# what of the tests, files and folders, stands for nothing of the same name in the package
TESTS = {}

# files of rooms that are imported from outside of them
_CATALOG = "the room exports neither its catalog nor what finds a file"
_TESTS = "written when the files stood beside each other"
REACHES = {
    "benchmarks/results/rnn.py": {"d2lutils.data.files.store": _CATALOG, "d2lutils.data.text.corpora": _CATALOG},
    "benchmarks/results/transformer.py": {
        "d2lutils.data.files.store": _CATALOG, "d2lutils.data.text.corpora": _CATALOG,
    },
    "tests/data/text/test_translation.py": {
        "d2lutils.metrics.classification": _TESTS, "d2lutils.models.sequence.decoding": _TESTS,
        "d2lutils.models.sequence.transformer": _TESTS,
    },
}  # fmt: skip
