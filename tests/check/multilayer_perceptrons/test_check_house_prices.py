"""The checks of the chapter on house prices accept right answers and name the likely cause of wrong ones."""

import checking
import pytest
import torch

from d2lutils import check


def means(groups, y):
    """By sums over groups, as a student with an eye on speed would write it."""
    _, index, counts = groups.unique(return_inverse=True, return_counts=True)
    sums = torch.zeros(len(counts), dtype=y.dtype).index_add(0, index, y)
    others = counts[index] - 1
    everyone = (y.sum() - y) / (len(y) - 1)
    return torch.where(others > 0, (sums[index] - y) / others.clamp(min=1), everyone)


def one_hot(train, rows, least):
    kept = [c for c in sorted(set(train.tolist())) if (train == c).sum() >= least]
    out = torch.zeros(len(rows), len(kept) + 1, dtype=torch.float64)
    for i, c in enumerate(rows.tolist()):
        out[i, kept.index(c) if c in kept else -1] = 1
    return out


RIGHT = [(check.leave_one_out_means, means), (check.frequent_one_hot, one_hot)]


@pytest.mark.parametrize("ask, answer", RIGHT, ids=lambda value: getattr(value, "__name__", "answer"))
def test_right_answers_pass(ask, answer, capsys):
    assert ask(answer)
    assert "all right" in capsys.readouterr().out


def own_included(groups, y):
    return torch.stack([y[groups == g].mean() for g in groups])


def without_care_for_single_rows(groups, y):
    return torch.stack([y[(groups == groups[i]) & (torch.arange(len(y)) != i)].mean() for i in range(len(y))])


WRONG = [
    (check.leave_one_out_means, own_included, "that is the leak"),
    (check.leave_one_out_means, without_care_for_single_rows, "0 / 0 is nan"),
    (check.leave_one_out_means, lambda g, y: without_care_for_single_rows(g, y).nan_to_num(), "got 0"),
    (check.leave_one_out_means, lambda g, y: (y.sum() - y) / (len(y) - 1), "groups are not used"),
    (check.leave_one_out_means, lambda g, y: means(g, y).float(), "expected dtype float64"),
    (check.leave_one_out_means, lambda g, y: y, "expected"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(r, r, k), "learnt from train"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(torch.cat([t, r]), r, k), "that is a leak"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k)[:, :-1], "is missing"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k + 1), "frequent enough"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k) * torch.isin(r, t)[:, None], "belong to the last"),
    (check.frequent_one_hot, lambda t, r, k: one_hot(t, r, k).float(), "expected dtype float64"),
]


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense([ask for ask, _ in RIGHT])
