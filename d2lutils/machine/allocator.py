"""Keep the memory that a training step frees for the next step, on Linux.

A step on the CPU frees its activations and allocates the same megabytes again in the next one. glibc's malloc gives
large freed blocks back to the system at once, and the system hands them out again page by page, each page zeroed: for
LeNet at batch size 256 that is over four thousand page faults a step and about a quarter of the training time.
Source: mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
"""

import ctypes
import functools
import os
import platform

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # their numbers in glibc's malloc.h
LARGEST_ON_HEAP = 32 * 2**20  # bytes: the most that glibc takes for M_MMAP_THRESHOLD on a 64-bit machine
MOST_KEPT = 256 * 2**20  # bytes: several steps' worth of the book's networks on a CPU


@functools.cache
def keep_freed_memory() -> bool:
    """Let this process keep up to 256 MiB of freed memory at hand; whether that could be set.

    It holds for the whole process, from now on. False, and nothing is changed, where the C library is not glibc
    (macOS, Windows, Alpine) or the user has set malloc's own variables (MALLOC_TRIM_THRESHOLD_,
    MALLOC_MMAP_THRESHOLD_, GLIBC_TUNABLES).
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    if {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"} & os.environ.keys():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(M_MMAP_THRESHOLD, LARGEST_ON_HEAP)) and bool(mallopt(M_TRIM_THRESHOLD, MOST_KEPT))
