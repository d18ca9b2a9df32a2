"""The machine a figure was measured on, in one line."""

import os
import platform
from pathlib import Path

import torch


def describe() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = (line.partition(":") for line in info.read_text().splitlines())
        cpu = next((value.strip() for name, _, value in lines if name.strip() == "model name"), cpu)
    parts = [
        f"{cpu}, {os.cpu_count()} cores, {torch.get_num_threads()} threads",
        f"{platform.system()}, Python {platform.python_version()}, PyTorch {torch.__version__}",
    ]
    if torch.cuda.is_available():
        parts.insert(1, torch.cuda.get_device_name())
    return "; ".join(parts)
