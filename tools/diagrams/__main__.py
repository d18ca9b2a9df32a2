"""Writes every diagram as an SVG file, to be looked at: `python -m tools.diagrams FOLDER`."""

import argparse
from pathlib import Path

from tools.diagrams import DIAGRAMS

parser = argparse.ArgumentParser(description="Write all diagrams as SVG files.")
parser.add_argument("folder", type=Path, nargs="?", default=Path("build/diagrams"))
folder = parser.parse_args().folder
folder.mkdir(parents=True, exist_ok=True)
for name, entry in sorted(DIAGRAMS.items()):
    (folder / f"{name}.svg").write_text(entry.drawn().svg(alone=True, alt=entry.alt), encoding="utf-8")
    print(f"{name}: {entry.width} × {entry.height}")
