"""What does not keep the rules of the house yet, each with its reason. Nothing is added here without one.

The tests say when an exception is no longer needed.
"""

MOST_FILES, MOST_LINES = 15, 300

FOLDERS = {}

LONG_FILES = {
    "tests/data/stand_ins/test_sentences.py": "agreement, elision and tense of a whole grammar, and its word lists",
    "tests/explore/page/test_player.py": "one set of pages under a browser, and all that is tried on them",
}

CIRCLES = {}

# what of the tests, files and folders, stands for nothing of the same name in the package
TESTS = {}

# files of rooms that are imported from outside of them
_INSIDE = "looks at what the room keeps to itself"
REACHES = {
    "tests/book/test_live.py": {"d2lutils.explore.live.follower": _INSIDE, "d2lutils.explore.live.panels": _INSIDE},
    "tests/explore/record/test_fingerprint.py": {"d2lutils.data.files.notices": _INSIDE},
}
