"""`make bench`: training throughput side by side, imports and memory, as tables. A few minutes on two cores.

    python -m benchmarks [--rounds 5] [--device cuda] [--write benchmarks/SPEED.md]
"""

import argparse
import tempfile
from pathlib import Path

import torch

import d2lutils as d2l
from benchmarks import footprint, machine, throughput


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report(rounds: int, device: torch.device) -> str:
    with tempfile.TemporaryDirectory() as folder:
        throughput.write_idx(Path(folder))
        rows = throughput.measure(device, folder, rounds, say=print)
    seconds = [
        [row["model"], *(f"{row[way]:.2f} s" for way in ("fit", "bare", "per picture")), f"{row['fit / bare']:.3f}",
         str(row["pairs"]), f"{row['per picture / fit']:.1f}"]
        for row in rows
    ]  # fmt: skip
    return "\n\n".join([
        "# Speed",
        f"Measured by `make bench` on: {machine.describe()}; training on {device}. Medians of {rounds} rounds. An "
        f"epoch is 60,000 pictures of 28×28 at batch size {throughput.BATCH_SIZE} and a pass over 10,000 test "
        f"pictures, reading them from disk included. Per picture: torchvision's dataset, ToTensor, "
        f"{throughput.WORKERS} workers, a look at the loss each batch. All three run in one process, which keeps freed "
        "memory for the next step (d2lutils/machine/allocator.py) since its first call of fit.",
        table(["model", "fit", "bare loop", "per picture", "fit / bare (at most 1.05)", "pairs measured",
               "per picture / fit (at least 10 and 2.5)"], seconds),
        table(["measured", "found", "bound"], [list(row) for row in footprint.measure()]),
    ]) + "\n"  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default=None, help="default: the GPU if there is one")
    parser.add_argument("--write", type=Path, help="also write the tables to this file")
    arguments = parser.parse_args()
    device = torch.device(arguments.device) if arguments.device else d2l.try_gpu()
    text = report(arguments.rounds, device)
    print("\n" + text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
