"""Prints what the chapters break of their contract, or their measures."""

import argparse
import sys
from pathlib import Path

from tools import notebooks
from tools.contract import Chapter, rules, table


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.contract", description="Check the chapters' contract.")
    parser.add_argument("sources", nargs="*", type=Path, help="chapter sources (.md); default: all")
    parser.add_argument("--measures", action="store_true", help="print the measures as a table, and check nothing")
    options = parser.parse_args(arguments)
    chosen = [path.resolve().with_suffix(".md") for path in options.sources] or notebooks.sources()
    chapters = [Chapter(path) for path in chosen]
    if options.measures:
        print(table(chapters))
        return 0
    bad = 0
    for chapter in chapters:
        for name, rule in rules(chapter).items():
            for complaint in rule(chapter):
                bad += 1
                print(f"{chapter.path.name}: {name}: {complaint}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
