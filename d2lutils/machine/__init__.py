"""What the book knows of the machine it runs on: devices, seeds, whose turn it is, clocks, memory."""

from d2lutils.machine.allocator import keep_freed_memory
from d2lutils.machine.devices import by_device, try_all_gpus, try_gpu
from d2lutils.machine.saved_memory import SavedMemory
from d2lutils.machine.seeds import random_state, restore_random_state, seed_everything, turn_aside
from d2lutils.machine.timing import Timer, synchronize
from d2lutils.machine.turns import turn

__all__ = [
    "SavedMemory", "Timer", "by_device", "keep_freed_memory", "random_state", "restore_random_state",
    "seed_everything", "synchronize", "try_all_gpus", "try_gpu", "turn", "turn_aside",
]
