"""One seed for every source of random numbers."""

import random

import numpy as np
import torch


def seed_everything(seed: int) -> int:
    """Seed Python's, NumPy's and PyTorch's random numbers (all devices) and return `seed`.

    Equal seeds give equal numbers on one machine and one version of PyTorch; across processors the last digits may
    differ.
    """
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must lie in [0, 2**32), the range NumPy takes, not {seed}")
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    return seed
