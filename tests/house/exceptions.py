"""What does not keep the rules of the house yet, each with its reason. Nothing is added here without one.

The tests say when an exception is no longer needed.
"""

MOST_FILES, MOST_LINES = 15, 300

FOLDERS = {
    "d2lutils/check": "a file a chapter; to become a folder a part",
    "tests": "the tests of the checks; to stand in tests/check",
}

LONG_FILES = {
    "d2lutils/check/engine.py": "examining, comparing and drawing inputs in one file; to be three",
    "d2lutils/data/stand_ins/sentences/pairs.py": "the grammar's kinds of sentences; to be split by kind",
    "tests/data/files/test_download.py": "a server for every way in which a download goes wrong",
    "tests/data/stand_ins/test_sentences.py": "agreement, elision and tense of a whole grammar",
    "tests/data/stand_ins/test_stand_ins.py": "four stand-ins in one file; to be one a stand-in",
    "tests/explore/test_player.py": "chart, numbers and drawings of the player; to be split as the room is",
    "tests/explore/test_sweep.py": "recording, axes and frames; to be split as the room is",
    "tests/layers/test_attention.py": "masks, scoring, heads and positions; to be split as the room is",
    "tests/models/test_language_model.py": "the model, its step and sampling; to be split as the rooms are",
    "tests/models/test_transformer.py": "the network and decoding; to be split as the room is",
    "tests/test_check.py": "to be split as the room is",
    "tests/training/test_fit.py": "the loop with all its arguments; to be split as the room is",
}

CIRCLES = {
    "d2lutils.explore": "sweep, player and panel know each other; to be parted by one file that knows page and panel",
}

# what of the tests, files and folders, stands for nothing of the same name in the package
TESTS = dict.fromkeys(
    (
        "check",
        "checking.py",
        "test_check.py",
        "test_check_backprop.py",
        "test_check_calculus.py",
        "test_check_house_prices.py",
        "test_check_initialization.py",
        "test_check_judging.py",
        "test_check_linear_regression.py",
        "test_check_mlp.py",
        "test_check_model_selection.py",
        "test_check_rnn.py",
        "test_check_serving.py",
        "test_check_tensors.py",
    ),
    "to stand in tests/check",
)

# files of rooms that are imported from outside of them
_CATALOG = "the room exports neither its catalog nor what finds a file"
_EXPLORE = "names of explore that its room does not export yet"
_TESTS = "written when the files stood beside each other"
REACHES = {
    "benchmarks/results/rnn.py": {"d2lutils.data.files.store": _CATALOG, "d2lutils.data.text.corpora": _CATALOG},
    "benchmarks/results/transformer.py": {
        "d2lutils.data.files.store": _CATALOG, "d2lutils.data.text.corpora": _CATALOG,
    },
    "tests/book/test_book_sliders.py": {"d2lutils.explore.sweep": _EXPLORE},
    "tests/book/test_chapters.py": {"d2lutils.metrics.classification": _TESTS},
    "tests/book/test_live.py": {"d2lutils.explore.chapters": _EXPLORE, "d2lutils.explore.panel": _EXPLORE},
    "tests/data/text/test_translation.py": {
        "d2lutils.metrics.classification": _TESTS, "d2lutils.models.sequence.decoding": _TESTS,
        "d2lutils.models.sequence.transformer": _TESTS, "d2lutils.training.translation": _TESTS,
    },
    "tests/layers/test_dropout.py": {"d2lutils.explore.chapters": _EXPLORE},
    "tests/models/test_language_model.py": {
        "d2lutils.data.text.sequences": _TESTS, "d2lutils.data.text.vocab": _TESTS, "d2lutils.layers.rnn": _TESTS,
        "d2lutils.metrics.text": _TESTS, "d2lutils.optim.clipping": _TESTS, "d2lutils.training.language": _TESTS,
    },
    "tools/sweeps.py": {"d2lutils.explore.chapters": _EXPLORE, "d2lutils.explore.recording": _EXPLORE},
}  # fmt: skip
