"""Writes each chapter's notebook, executed and in plain Markdown, beside its MyST source (`make record`).

    python -m tools.record                    the chapters whose notebook is out of step with anything it comes from
    python -m tools.record chapters/…/x.md    only these (when out of step)
    python -m tools.record --all              every chapter, in step or not
    python -m tools.record --force            also notebooks that somebody has changed by hand

A chapter is executed when its code cells, the package code that they reach or the sweeps that it shows have changed;
where only prose, a reference or the player's script did, the outputs of the last recording stay.
"""

import argparse
import re
import sys
from pathlib import Path

from tools import notebooks
from tools.recording import Need, Refused, need, record
from tools.translate import Problem

SECONDS = 60  # what a chapter may take on two cores


def claimed_seconds(source: Path) -> float | None:
    """The seconds a chapter's opening box promises, if it says any."""
    found = re.search(r":class: opening.*?([\d.]+)\s+seconds", source.read_text(encoding="utf-8"), re.DOTALL)
    return float(found[1]) if found else None


def one(source: Path, everything: bool = False, force: bool = False) -> str:
    """Records one chapter if it needs it and says what was done. Refused, Problem, ValueError: why it was not."""
    what, reason = need(source)
    if what is Need.PERMISSION and not force:
        raise Refused(f"{reason}. Keep elsewhere what you want of it, then record it with --force.")
    if what is Need.NOTHING and not everything:
        return "in step"
    seconds, size = record(source, execution=everything or what is not Need.TRANSLATION)
    if seconds is None:
        return f"{reason}; outputs kept, {size / 1000:.0f} kB"
    said = [f"{reason or 'asked for'}; {seconds:.1f} s, {size / 1000:.0f} kB"]
    promised = claimed_seconds(source)
    if seconds > SECONDS:
        said.append(f"    took more than the {SECONDS} s a chapter may take")
    if promised and not promised / 2 <= seconds <= promised * 2:
        said.append(f"    its opening promises {promised:.0f} seconds; this run took {seconds:.0f}")
    return "\n".join(said)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Execute chapters and write their notebooks.")
    parser.add_argument("sources", nargs="*", type=Path, help="chapter sources (.md); default: all")
    parser.add_argument("--all", action="store_true", help="also those whose notebook is in step")
    parser.add_argument("--force", action="store_true", help="also notebooks that somebody has changed by hand")
    options = parser.parse_args(arguments)
    failed = 0
    for source in [path.resolve().with_suffix(".md") for path in options.sources] or notebooks.sources():
        name = source.relative_to(notebooks.ROOT) if source.is_relative_to(notebooks.ROOT) else source
        try:
            if not source.exists():
                raise Refused("there is no such chapter source")
            print(f"{name}: {one(source, options.all, options.force)}", flush=True)
        except (Refused, Problem, ValueError) as error:
            print(f"{name}: NOT RECORDED: {error}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
