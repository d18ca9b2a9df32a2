"""What the book knows of the machine it runs on: devices, seeds, clocks, memory."""

from d2lutils.machine.allocator import keep_freed_memory
from d2lutils.machine.devices import by_device, try_all_gpus, try_gpu
from d2lutils.machine.saved_memory import SavedMemory
from d2lutils.machine.seeds import seed_everything
from d2lutils.machine.timing import Timer, synchronize

__all__ = [
    "SavedMemory", "Timer", "by_device", "keep_freed_memory", "seed_everything", "synchronize", "try_all_gpus",
    "try_gpu",
]
