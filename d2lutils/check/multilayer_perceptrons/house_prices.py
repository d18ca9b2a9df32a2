"""Checks for the chapter on house prices: columns made from a table without leaks."""

import torch
import torch.nn.functional as F

from d2lutils.check.comparisons import as_result
from d2lutils.check.draws import integers, normal
from d2lutils.check.examiner import Examiner, check


def _prices(n: int, seed: int) -> torch.Tensor:
    return 12 + 0.4 * normal(n, seed=seed)


@check("leave_one_out_means")
def leave_one_out_means(ask: Examiner) -> None:
    """leave_one_out_means(groups, y): for each row the mean of y over the other rows of its group, (n,).

    groups (n,) int64, y (n,). A row alone in its group gets the mean over all other rows.
    """
    ask.is_callable()

    def means(groups, y, own: bool, alone):
        out = torch.empty_like(y)
        for i in range(len(y)):
            same = groups == groups[i]
            others = same.clone()
            others[i] = own
            everyone = torch.ones_like(same)
            everyone[i] = False
            out[i] = y[others].mean() if others.any() else alone(y, everyone)
        return out

    def others_mean(y, everyone):
        return y[everyone].mean()

    def exact(groups, y):
        return means(groups, y, False, others_mean)

    wrong = {
        "the row's own price is in its mean: that is the leak": lambda g, y: means(g, y, True, others_mean),
        "a row alone in its group has no others: 0 / 0 is nan": lambda g, y: means(
            g, y, False, lambda y, everyone: y.new_tensor(torch.nan)),
        "a row alone in its group got 0": lambda g, y: means(g, y, False, lambda y, everyone: y.new_zeros(())),
        "a row alone in its group got the mean over all rows, its own price included": lambda g, y: means(
            g, y, False, lambda y, everyone: y.mean()),
        "a row alone in its group got its own price": lambda g, y: means(
            g, y, False, lambda y, everyone: y[~everyone].mean()),
        "the groups are not used: this is the mean over all other rows": lambda g, y: means(
            g * 0, y, False, others_mean),
        "the own price was taken out of the sum, and the count still counts it": lambda g, y: torch.stack(
            [(y[g == g[i]].sum() - y[i]) / (g == g[i]).sum() if (g == g[i]).sum() > 1 else exact(g, y)[i]
             for i in range(len(y))]),
    }  # fmt: skip
    pairs = torch.tensor([0, 1, 0, 1, 2, 2, 2])
    ask.agrees("groups of two and three", exact, [(pairs, _prices(7, 0))], hypotheses=wrong)
    single = torch.tensor([4, 7, 4, 9, 7, 7])
    ask.agrees("a row alone in its group", exact, [(single, _prices(6, 1))], hypotheses=wrong)
    many = [(integers(n, below=below, seed=n), _prices(n, n)) for n, below in ((25, 6), (40, 30), (2, 2))]
    ask.agrees("random groups", exact, many, hypotheses=wrong)
    ask.keeps_float32(exact, (pairs, _prices(7, 0)), hypotheses=wrong)


@check("frequent_one_hot")
def frequent_one_hot(ask: Examiner) -> None:
    """frequent_one_hot(train, rows, least): (m, c + 1), a column for each code that is in at least `least` rows of
    train, in any order, then one for every other code.

    train (n,) and rows (m,) int64 codes.
    """
    ask.is_callable()

    def encode(counted, rows, least, other=True, more=False):
        found, counts = counted.unique(return_counts=True)
        kept = found[counts > least] if more else found[counts >= least]
        columns = (rows[:, None] == kept).double()
        rest = 1 - columns.sum(dim=1, keepdim=True)
        return torch.cat([columns, rest], dim=1) if other else columns

    def exact(train, rows, least):
        return encode(train, rows, least)

    def ordered(of):
        """The columns before the last in one order, whatever order they came in."""
        def function(train, rows, least):
            table = as_result(of(train, rows, least))
            if not isinstance(table, torch.Tensor) or table.ndim != 2 or table.shape[1] > 100:
                return table
            own = sorted(table[:, :-1].T.tolist())
            return torch.cat([torch.tensor(own, dtype=table.dtype).reshape(-1, len(table)).T, table[:, -1:]], dim=1)
        return function

    wrong = {
        "the codes were counted in rows: what to keep is learnt from train": lambda t, r, k: encode(r, r, k),
        "the codes were counted in train and rows together: that is a leak": lambda t, r, k: encode(
            torch.cat([t, r]), r, k),
        "the last column, for every other code, is missing": lambda t, r, k: encode(t, r, k, other=False),
        "a code in exactly `least` rows of train is frequent enough": lambda t, r, k: encode(t, r, k, more=True),
        "rare codes kept a column of their own: least is not used": lambda t, r, k: encode(t, r, 0),
        "codes that train never had are all zeros: they belong to the last column": lambda t, r, k: torch.cat(
            [encode(t, r, k, other=False), (encode(t, r, k)[:, -1:] * torch.isin(r, t)[:, None])], dim=1),
        "the column for the others stands first; it belongs last": lambda t, r, k: encode(t, r, k).roll(1, dims=1),
        "the rows of train came out; those of rows were asked for": lambda t, r, k: encode(t, t, k),
        "columns are numbered by the code itself: number the codes that are kept": lambda t, r, k: F.one_hot(
            r, int(torch.cat([t, r]).max()) + 1).double(),
    }  # fmt: skip
    train = torch.tensor([5, 5, 5, 2, 2, 8, 3, 3, 3, 3])
    seen = torch.tensor([2, 3, 5, 8, 5, 2])
    given = {"function": ordered(ask.student), "numbers": True,
             "hypotheses": {words: ordered(f) for words, f in wrong.items()}}  # fmt: skip
    ask.agrees("codes that training knows", ordered(exact), [(train, seen, 3), (train, seen, 2)], **given)
    ask.agrees("codes that training never saw", ordered(exact), [(train, torch.tensor([3, 11, 0, 5]), 2)], **given)
    cases = [(integers(n, below=9, seed=n), integers(m, below=12, seed=m + 1), least)
             for n, m, least in ((40, 6, 4), (30, 50, 1), (20, 5, 99))]  # fmt: skip
    ask.agrees("random codes", ordered(exact), cases, sides=". n .", **given)
