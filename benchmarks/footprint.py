"""What importing costs in seconds, and what the pictures cost in seconds and bytes."""

import os
import statistics
import subprocess
import sys
import tempfile

IMPORT = "import time; a = time.perf_counter(); import torch, torchvision; b = time.perf_counter(); import d2lutils; " \
         "print(time.perf_counter() - b)"  # fmt: skip

# Resident memory before and after, in a process of its own; the loaders are all that stays alive.
MEMORY = """
import os, sys, resource
import torch, d2lutils as d2l
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
d2l.load_data_fashion_mnist(256, train_size=1, test_size=1)
before = resident()
loaders = d2l.load_data_fashion_mnist(256)
for loader in loaders:
    for batch in loader: pass
print((resident() - before) / sum(t.nbytes for l in loaders for t in l.tensors))
"""

STAND_IN = "import time; import d2lutils as d2l; a = time.perf_counter(); d2l.load_data_fashion_mnist(256); " \
           "print(time.perf_counter() - a)"  # fmt: skip


def run(program: str, **environment) -> float:
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                            env={**os.environ, **environment})  # fmt: skip
    return float(result.stdout.split()[-1])


def measure() -> list[tuple[str, str, str]]:
    """Rows of what was measured, the figure, and its bound."""
    rows = [("`import d2lutils` after torch and torchvision",
             f"{statistics.median(run(IMPORT) for _ in range(5)):.2f} s", "at most 1 s")]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        apart = {"D2L_CACHE": folder, "D2L_DATA": "", "D2L_OFFLINE": "1"}
        rows.append(("60,000 + 10,000 stand-in garments made", f"{run(STAND_IN, **apart):.1f} s", "under 20 s"))
        rows.append(("… and loaded from the cache",
                     f"{statistics.median(run(STAND_IN, **apart) for _ in range(5)):.2f} s", "under 1 s"))  # fmt: skip
        if os.path.exists("/proc/self/statm"):
            rows.append(("memory of the pictures, in multiples of their uint8 size",
                         f"{run(MEMORY, **apart):.2f}", "about 1"))  # fmt: skip
    return rows
