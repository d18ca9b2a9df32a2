"""Freed memory is kept for the next step: far fewer page faults, and nothing where it cannot or should not be set."""

import os
import platform
import subprocess
import sys

import pytest

from d2lutils.machine import allocator as heap

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the setting is one of glibc's malloc")

# ru_minflt counts the pages that the system had to hand out: here during ten steps of LeNet's, after three others.
FAULTS = """
import resource, sys, torch
import d2lutils as d2l
from d2lutils.machine.allocator import keep_freed_memory
print(keep_freed_memory() if "keep" in sys.argv else None)
net, pictures = d2l.LeNet(), torch.rand(256, 1, 28, 28)
def steps(n):
    for _ in range(n): net(pictures).sum().backward()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
before = steps(3)
print(steps(10) - before)
"""


def faults(*arguments, **environment):
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_TUNABLES"))}
    result = subprocess.run([sys.executable, "-c", FAULTS, *arguments], capture_output=True, text=True, check=True,
                            env=own | {"OMP_NUM_THREADS": "1", **environment})  # fmt: skip
    kept, count = result.stdout.split()
    return kept, int(count)


@pytest.fixture(scope="module")
def of_the_users_own():
    """Whether it was kept, and the faults, where the user has set glibc's first threshold, 128 KiB, for good."""
    return faults("keep", MALLOC_TRIM_THRESHOLD_=str(128 * 1024))


@glibc
def test_the_users_own_setting_of_malloc_is_left_alone(of_the_users_own):
    kept, count = of_the_users_own
    assert kept == "False"
    assert count > 1000


@glibc
def test_steps_reuse_the_memory_they_freed(of_the_users_own):
    # measured: about 157,000 faults where freed memory goes back at 128 KiB (left to itself the threshold moves as
    # blocks are freed, and anything from 1 to 66,000 faults came); with the setting none, once 1,176
    kept, with_it = faults("keep")
    assert kept == "True"
    assert with_it < of_the_users_own[1] / 5


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert heap.keep_freed_memory.__wrapped__() is False
