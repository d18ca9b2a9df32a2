"""`make results`: the published experiments at their published settings, on the CPU, written to benchmarks/RESULTS.md.

    D2L_DATA=folder python -m benchmarks.results [lenet] [rnn] [transformer] [--seeds 0 1 2]

Needs the published data. Finished runs are kept in build/results: started again, it goes on where it was.
"""

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks import machine
from benchmarks.results import FOLDER, Row
from d2lutils.data import DataError

PARTS = ["lenet", "rnn", "transformer"]
PAGE = Path(__file__).resolve().parents[1] / "RESULTS.md"
HEADER = ["experiment", "setting", "measure", "published", "goal", "ours, seed by seed", "held out, seed by seed",
          "tokens or pictures a second", "seconds a run"]  # fmt: skip


def table(rows: list[Row]) -> str:
    lines = [HEADER, ["---"] * len(HEADER), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(rows: list[Row], sentences: list[str]) -> str:
    return "\n\n".join([
        "# Published experiments, repeated",
        f"Measured by `make results` on: {machine.describe()}; training on the CPU. Seconds are wall clock, reading "
        "the data included, and tokens or pictures a second are those that were trained on in these seconds. *Held "
        "out* is data of the same kind that the training never saw: the published tables of language models do not "
        "show it. Where equal runs took unequal seconds, the machine had other work at the time.",
        table(rows),
        *sentences,
    ]) + "\n"  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=PARTS, help="default: all of them, and the page is written")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows, sentences = [], []
    for part in options.parts:
        module = importlib.import_module(f"benchmarks.results.{part}")
        try:
            rows += module.measure(options.seeds)
        except DataError as error:
            print(f"{part}: {error}", file=sys.stderr)
            return 1
        if hasattr(module, "speed"):
            sentences.append(module.speed())
    text = page(rows, sentences)
    print("\n" + text)
    if options.parts == PARTS and options.seeds == [0, 1, 2]:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
