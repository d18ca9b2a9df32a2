"""Splitting rows into folds, for cross-validation."""

import torch

from d2lutils.data.loaders import check_generator, check_positive


def k_folds(n, k, generator=None):
    """`k` pairs (train_rows, validation_rows) over the rows 0 … n − 1, in random order.

    n          the number of rows, an int ≥ 2
    k          the number of folds, an int in 2 … n; k = n leaves one row out at a time
    generator  a CPU `torch.Generator` for the order; None takes PyTorch's global one

    Both are int64 tensors on the CPU. The validation rows of the k pairs partition the n rows, in sizes that differ by
    at most one; the training rows of a pair are all the others. Raises TypeError or ValueError that names the argument.
    """
    n, k = check_positive("n", n), check_positive("k", k)
    if not 2 <= k <= n:
        why = "there would be nothing left to train on" if k == 1 else f"there are only n = {n} rows"
        raise ValueError(f"k must be between 2 and the number of rows, not {k}: {why}")
    return folds_of(torch.randperm(n, generator=check_generator(generator)), k)


def folds_of(rows, k):
    """Cut `rows` into k parts of as equal a length as can be: a list of (all other parts, this part)."""
    parts = rows.tensor_split(k)
    others = [torch.cat(parts[:i] + parts[i + 1:]) for i in range(k)]
    return list(zip(others, parts))
