"""Which device to compute on, and how large a run it deserves."""

import torch


def try_gpu(i: int = 0) -> torch.device:
    """The `i`-th GPU (CUDA, else Apple's MPS for i = 0) if there is one, else the CPU. Asked anew at every call."""
    if i < 0:
        raise ValueError(f"i is the index of a GPU, 0 or more, not {i}")
    if torch.cuda.device_count() > i:
        return torch.device("cuda", i)
    if i == 0 and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def try_all_gpus() -> list[torch.device]:
    """Every CUDA device, else MPS, else `[cpu]`: never empty."""
    return [torch.device("cuda", i) for i in range(torch.cuda.device_count())] or [try_gpu()]


def by_device(*, cpu, accelerator):
    """`accelerator` where a GPU can be used, else `cpu`: the two sizes of a chapter's run.

    >>> epochs, width = by_device(cpu=(3, 1/4), accelerator=(10, 1))
    """
    return cpu if try_gpu().type == "cpu" else accelerator
