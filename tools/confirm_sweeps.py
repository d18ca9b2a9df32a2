"""Are recordings that are older than their code still right? A few of their runs, with the old code and with the new.

A change may leave every number as it was and yet change a fingerprint. `confirm` runs the start and two corners of a
sweep twice in one environment, once in a temporary worktree of an older commit, once in this tree, each in a process of
its own, and compares what would be recorded, digit by digit.
"""

import contextlib
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.recording import data

ROOT = Path(__file__).resolve().parent.parent

# Run in either tree with what its own tools/sweeps.py offers to worker processes. Reads [[path, name, settings], …].
PROGRAM = """
import json, sys
from tools import sweeps
for path, name, settings in json.load(sys.stdin):
    answer = {}
    try:
        sweeps._begin_worker(path, name)
        answer["fresh"] = sweeps._recorded.is_fresh()
        answer["recorded"] = sweeps._recorded.load()["runs"]
        answer["runs"] = [sweeps._run_in_worker(setting) for setting in settings]
    except StopIteration:
        answer["error"] = "there is no such sweep"
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(json.dumps(answer) + chr(10))
"""


def confirm(stale: list, base: str) -> list[str]:
    """For each (chapter's path, Sweep or Frames): why its recording is not confirmed, or an empty text.

    A recording is confirmed, and gets the fingerprint of today's code, if it was fresh at the commit `base`, has not
    changed since, and the runs of both are equal.
    """
    asked = [(path.resolve().relative_to(ROOT).as_posix(), r.name, settings_of(r)) for path, r in stale]
    with worktree(base) as folder:
        before = answers(asked, folder)
    now = answers(asked, ROOT)
    problems = [why_not(recorded, *both) for (_, recorded), *both in zip(stale, before, now)]
    for (_, recorded), problem in zip(stale, problems):
        if not problem:
            recorded.confirm()
    return problems


def settings_of(recorded) -> list[dict]:
    """The start and two opposite corners of the grid, each once."""
    chosen = [recorded.start, recorded.grid[0], recorded.grid[-1]]
    return [setting for i, setting in enumerate(chosen) if setting not in chosen[:i]]


@contextlib.contextmanager
def worktree(commit: str):
    """The folder of a temporary worktree of `commit`, removed afterwards."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "base"
        git = ["git", "-C", str(ROOT), "worktree"]
        made = subprocess.run([*git, "add", "--detach", str(folder), commit], capture_output=True, text=True)
        if made.returncode:
            raise SystemExit(f"no worktree of {commit}: {made.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], capture_output=True)


def answers(asked: list, folder: Path) -> list[dict]:
    """What the code in `folder` says to each (chapter, name, settings): one process for the chapters on real data, one
    for those on stand-ins, as today's front matter has it."""
    groups: dict[bool, list[int]] = {}
    for place, (path, *_) in enumerate(asked):
        groups.setdefault(data.on_stand_ins(ROOT / path), []).append(place)
    found: dict[int, dict] = {}
    for stand_ins, places in groups.items():
        with tempfile.TemporaryDirectory() as temporary:
            out = Path(temporary) / "answers"
            variables = data.environment(stand_ins) | {"MPLBACKEND": "agg", "PYTHONPATH": str(folder)}
            subprocess.run([sys.executable, "-c", PROGRAM, str(out)], input=json.dumps([asked[i] for i in places]),
                           text=True, cwd=folder, env=variables, stdout=subprocess.DEVNULL, check=True)  # fmt: skip
            found |= zip(places, map(json.loads, out.read_text(encoding="utf-8").splitlines()))
    return [found[place] for place in range(len(asked))]


def why_not(recorded, before: dict, now: dict) -> str:
    """Why a recording cannot be called fresh, or an empty text."""
    if "error" in before:
        return f"at the base {before['error']}"
    if not before["fresh"]:
        return "it was stale at the base already, so record it"
    if "error" in now:
        return f"today {now['error']}"
    if before["recorded"] != now["recorded"]:
        return "its recording is another one than at the base"
    different = [
        f"{recorded.words(setting)}: {difference(recorded, old, new)}"
        for setting, old, new in zip(settings_of(recorded), before["runs"], now["runs"])
        if {**old, "data": None} != {**new, "data": None}
    ]
    return "; ".join(different)


def difference(recorded, old: dict, new: dict) -> str:
    """How two runs of one setting differ, in words."""
    if recorded.kind == "frames":
        return "another description" if old.get("alt") != new.get("alt") else "another picture"
    if [len(y) for y in old["y"]] != [len(y) for y in new["y"]] or old["diverged"] != new["diverged"]:
        return "a run of another length or end"
    far = []
    for name, one, other in zip(recorded.curves, old["y"], new["y"]):
        gaps = [abs(a - b) if None not in (a, b) else math.inf for a, b in zip(one, other) if a != b]
        if gaps:
            far.append(f"{name} by up to {max(gaps):.3g}")
    return ", ".join(far) or "its seed or its x axis"
