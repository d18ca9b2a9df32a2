"""The published experiments repeated: what every part of `make results` shares.

A part is a module with a function `measure(seeds, say) -> list[Row]` and, where a speed is promised, a function
`speed(say) -> str` that returns a sentence.
"""

import json
from pathlib import Path
from typing import NamedTuple

# finished runs, and checkpoints of those that are not
FOLDER = Path(__file__).resolve().parents[2] / "build" / "results"


class Row(NamedTuple):
    """One experiment, as the cells of the table; `ours` and `held_out` give one number for each seed."""

    experiment: str
    setting: str
    measure: str
    published: str
    goal: str
    ours: str
    held_out: str
    tokens_per_second: str
    seconds: str


def kept(name: str, run, say=print) -> dict:
    """The plain data that `run(checkpoint=path)` returns, or returned under this name in an earlier call.

    A program that is killed goes on where it was, given that `run` hands the path on to `fit`.
    """
    file, checkpoint = FOLDER / f"{name}.json", FOLDER / f"{name}.pt"
    if file.exists():
        say(f"{name}: kept from an earlier run")
        return json.loads(file.read_text(encoding="utf-8"))
    say(f"{name}: running …")
    found = run(checkpoint=checkpoint)
    part = file.with_suffix(".json.part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(file)
    checkpoint.unlink(missing_ok=True)
    say(f"{name}: {found}")
    return found


def numbers(values, form: str = "{:.3f}") -> str:
    """One number for each seed: "1.023, 1.019, 1.031"."""
    return ", ".join(form.format(value) for value in values)
