"""Builds the rendered book into build/book (`make book`): HTML from the executed notebooks, nothing is executed.

    python -m tools.book            builds what changed
    python -m tools.book --fresh    builds everything anew

A notebook that is missing or out of step with its source is an error:
the page would show what the text no longer says.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

from sphinx.cmd.build import build_main

from tools import notebooks

OUTPUT = notebooks.ROOT / "build" / "book"


def build(output: Path = OUTPUT, chapters: Path = notebooks.CHAPTERS, fresh: bool = False) -> int:
    """Renders `chapters` into `output`; returns Sphinx's exit status, in which every warning is an error."""
    if fresh:
        shutil.rmtree(output, ignore_errors=True)
    doctrees = output.parent / f"{output.name}-doctrees"
    if fresh:
        shutil.rmtree(doctrees, ignore_errors=True)
    return build_main(["-W", "--keep-going", "-q", "-b", "html", "-d", str(doctrees), str(chapters), str(output)])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the rendered book.")
    parser.add_argument("--fresh", action="store_true", help="build everything anew")
    options = parser.parse_args(arguments)
    stale = {path: notebooks.difference(path) for path in notebooks.sources()}
    stale = {path: reason for path, reason in stale.items() if reason}
    for path, reason in stale.items():
        print(f"{path.relative_to(notebooks.ROOT)}: {reason}. Run `make record` first.", file=sys.stderr)
    if stale:
        return 1
    begin = time.perf_counter()
    status = build(fresh=options.fresh)
    if status == 0:
        print(f"The book is in {OUTPUT.relative_to(notebooks.ROOT)}/index.html ({time.perf_counter() - begin:.0f} s).")
    return status


if __name__ == "__main__":
    sys.exit(main())
