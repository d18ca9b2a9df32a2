"""A small Transformer, and sentences for it."""

import torch

from d2lutils.models import Transformer

SOURCE, TARGET, BOS, EOS = 11, 9, 1, 2


def small(seed=0, **options) -> Transformer:
    torch.manual_seed(seed)
    options = {"width": 12, "hidden": 16, "num_heads": 3, "dropout": 0.3} | options
    return Transformer(SOURCE, TARGET, **options).double()


def batch(B=3, S=5, T=6):
    torch.manual_seed(1)
    lens = torch.tensor([S, 2, 1])[:B]
    return torch.randint(SOURCE, (B, S)), lens, torch.randint(TARGET, (B, T))
