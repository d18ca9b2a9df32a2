"""Answers to the exercises of the chapter on house prices."""

import collections

import numpy as np
import pandas as pd
import torch
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def means(groups, y):
    """By sums over groups, as a student with an eye on speed would write it."""
    _, index, counts = groups.unique(return_inverse=True, return_counts=True)
    sums = torch.zeros(len(counts), dtype=y.dtype).index_add(0, index, y)
    others = counts[index] - 1
    everyone = (y.sum() - y) / (len(y) - 1)
    return torch.where(others > 0, (sums[index] - y) / others.clamp(min=1), everyone)


def row_by_row(groups, y):
    out = torch.empty_like(y)
    for i in range(len(y)):
        others = [y[j] for j in range(len(y)) if j != i and groups[j] == groups[i]]
        others = others or [y[j] for j in range(len(y)) if j != i]
        out[i] = sum(others) / len(others)
    return out


def by_a_matrix(groups, y):
    same = (groups[:, None] == groups).to(y.dtype).fill_diagonal_(0)
    alone = same.sum(1) == 0
    same[alone] = 1
    same.fill_diagonal_(0)
    return same @ y / same.sum(1)


def by_pandas(groups, y):
    table = pd.DataFrame({"g": groups.numpy(), "y": y.numpy()})
    by = table.groupby("g")["y"]
    others = (by.transform("sum") - table.y) / (by.transform("count") - 1)
    alone = (table.y.sum() - table.y) / (len(table) - 1)
    return torch.from_numpy(np.where(by.transform("count") > 1, others, alone)).to(y.dtype)


def one_hot(train, rows, least, order=sorted):
    kept = [c for c in order(set(train.tolist())) if (train == c).sum() >= least]
    out = torch.zeros(len(rows), len(kept) + 1, dtype=torch.float64)
    for i, c in enumerate(rows.tolist()):
        out[i, kept.index(c) if c in kept else -1] = 1
    return out


def most_frequent_first(train, rows, least):
    counts = collections.Counter(train.tolist())
    return one_hot(train, rows, least, order=lambda codes: sorted(codes, key=lambda code: -counts[code]))


def integers(train, rows, least):
    found, counts = train.unique(return_counts=True)
    own = rows[:, None] == found[counts >= least]
    return torch.cat([own, ~own.any(1, keepdim=True)], dim=1).long()


def in_lists(train, rows, least):
    kept = [c for c, n in collections.Counter(train.tolist()).items() if n >= least]
    return [[int(r == c) for c in kept] + [int(r not in kept)] for r in rows.tolist()]


def in_numpy(train, rows, least):
    codes, counts = np.unique(train.numpy(), return_counts=True)
    own = np.equal.outer(rows.numpy(), codes[counts >= least]).astype(np.float32)
    return np.hstack([own, 1 - own.sum(axis=1, keepdims=True)])


RIGHT = [
    *((check.leave_one_out_means, answer) for answer in (means, row_by_row, by_a_matrix, by_pandas)),
    *((check.frequent_one_hot, answer) for answer in (one_hot, most_frequent_first, integers, in_lists, in_numpy)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------


def own_included(groups, y):
    return torch.stack([y[groups == g].mean() for g in groups])


def without_care_for_single_rows(groups, y):
    return torch.stack([y[(groups == groups[i]) & (torch.arange(len(y)) != i)].mean() for i in range(len(y))])


def mean_of_all_for_single_rows(groups, y):
    found = without_care_for_single_rows(groups, y)
    return found.where(~found.isnan(), y.mean())


WRONG = [
    (check.leave_one_out_means, own_included, "that is the leak"),
    (check.leave_one_out_means, without_care_for_single_rows, "0 / 0 is nan"),
    (check.leave_one_out_means, lambda g, y: without_care_for_single_rows(g, y).nan_to_num(), "got 0"),
    (check.leave_one_out_means, mean_of_all_for_single_rows, "its own price included"),
    (check.leave_one_out_means, lambda g, y: (y.sum() - y) / (len(y) - 1), "groups are not used"),
    (check.leave_one_out_means, lambda g, y: means(g, y).float(), "float32"),
    (check.leave_one_out_means, lambda g, y: y, "expected"),
    (check.leave_one_out_means, lambda g, y: means(g, y)[:, None], "an axis of size 1"),
    (check.leave_one_out_means, lambda g, y: means(g, y.sub_(y.mean())), "in place"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(r, r, k), "learnt from train"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(torch.cat([t, r]), r, k), "that is a leak"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k)[:, :-1], "is missing"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k + 1), "frequent enough"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k) * torch.isin(r, t)[:, None], "belong to the last"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k).roll(1, dims=1), "stands first"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, 0), "least is not used"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, t, k), "the rows of train came out"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k).argmax(1), "expected shape"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k).T, "expected shape"),
]

ALL = [check.leave_one_out_means, check.frequent_one_hot]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
