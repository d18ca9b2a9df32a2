"""Builds the rendered book into build/book (`make book`): the chapters' sources with the outputs of their notebooks.

    python -m tools.book            builds what changed
    python -m tools.book --fresh    builds everything anew

Nothing is executed. A notebook that is missing or out of step is an error: the page would show what is no longer so.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

from sphinx.cmd.build import build_main

from tools import notebooks
from tools.recording import Need, need
from tools.translate import Problem

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
    stale = False
    for path in notebooks.sources():
        try:
            what, reason = need(path)
        except Problem as error:
            what, reason = None, str(error)
        if what is not Need.NOTHING:
            print(f"{path.relative_to(notebooks.ROOT)}: {reason}. Run `make record` first.", file=sys.stderr)
            stale = True
    if stale:
        return 1
    begin = time.perf_counter()
    status = build(fresh=options.fresh)
    if status == 0:
        print(f"The book is in {OUTPUT.relative_to(notebooks.ROOT)}/index.html ({time.perf_counter() - begin:.0f} s).")
    return status


if __name__ == "__main__":
    sys.exit(main())
