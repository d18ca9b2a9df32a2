"""Checks for the chapter on judging a classifier."""

import torch

from d2lutils.check.draws import integers, normal, numbers, uniform
from d2lutils.check.examiner import Examiner, check


def _confusion(classes: int, seed: int) -> torch.Tensor:
    """A confusion matrix (C, C), int64, without a class that is empty."""
    return 1 + integers(classes, classes, below=29, seed=seed) + 20 * torch.eye(classes).long()


@check("f_beta")
def f_beta(ask: Examiner) -> None:
    """f_beta(confusion, beta): confusion (C, C), rows true and columns guessed, to F_beta of every class, (C,) float64;
    0 for a class that never occurs and is never guessed."""
    ask.is_callable()

    def parts(m):
        hits, guessed, true = m.diagonal().double(), m.sum(dim=0), m.sum(dim=1)
        return hits / guessed, hits / true

    def exact(m, beta):
        below = beta**2 * m.sum(dim=1) + m.sum(dim=0)
        return ((1 + beta**2) * m.diagonal().double() / below).where(below > 0, 0.0)

    def mean(p, r, beta):
        return (1 + beta**2) * p * r / (beta**2 * p + r)

    wrong = {
        "precision and recall are exchanged: rows are the truth, so recall divides by a row's sum, and it is recall "
        "that counts beta times as much": lambda m, beta: exact(m.T, beta),
        "beta should be squared": lambda m, beta: mean(*parts(m), beta**0.5),
        "beta is ignored: this is F1": lambda m, beta: exact(m, 1.0),
        "the factor 1 + beta² is missing": lambda m, beta: exact(m, beta) / (1 + beta**2),
        "this is the arithmetic mean, in which a recall of 0 costs only a part":
            lambda m, beta: (parts(m)[0] + beta**2 * parts(m)[1]) / (1 + beta**2),
        "one number for all classes: sum over rows or columns, not over everything":
            lambda m, beta: exact(m, beta).mean().expand(len(m)),
    }  # fmt: skip
    sizes = [(2, 2.0), (3, 0.5), (5, 3.0), (1, 2.0)]
    cases = [(_confusion(classes, seed), beta) for seed, (classes, beta) in enumerate(sizes)]
    ask.agrees("F_beta of random confusion matrices", exact, cases, hypotheses=wrong)
    ask.agrees("F_1", exact, [(_confusion(4, 9), 1.0)], hypotheses=wrong)
    never = torch.tensor([[95, 0], [5, 0]])
    no_number = {
        "0 / 0: a class that is never guessed has no precision; count instead, (1 + beta²) TP over what F_beta needs":
            lambda m, beta: mean(*parts(m), beta),
    }  # fmt: skip
    ask.agrees("a class that is never guessed", exact, [(never, 2.0), (never, 0.5)], hypotheses=no_number)
    absent = torch.tensor([[5, 2, 0], [1, 4, 0], [0, 0, 0]])
    ask.agrees("a class that is neither there nor guessed", exact, [(absent, 2.0)], hypotheses=no_number)


@check("auc_by_ranks")
def auc_by_ranks(ask: Examiner) -> None:
    """auc_by_ranks(scores, positive): scores (n,) float64, positive (n,) bool; the area under the ROC curve, a number:
    the share of (positive, negative) pairs that the positive wins, ties counting half."""
    ask.is_callable()

    def exact(scores, positive):
        lead = scores[positive][:, None] - scores[~positive]  # (positives, negatives)
        return ((lead > 0).double() + 0.5 * (lead == 0)).mean()

    def by(rank, scores, positive, shift=lambda p: p * (p + 1) / 2):
        """The area from a way of ranking, less what `shift` says the positives among themselves contribute."""
        p = positive.sum().double()
        return (rank(scores)[positive].sum() - shift(p)) / (p * (len(scores) - p))

    def by_order(scores):
        return scores.argsort(stable=True).argsort().double() + 1

    def shared(scores):
        """Tied scores share the mean of their ranks."""
        order = scores.sort().values
        return (torch.searchsorted(order, scores) + torch.searchsorted(order, scores, right=True) + 1).double() / 2

    def lowest(scores):
        return torch.searchsorted(scores.sort().values, scores).double() + 1

    def highest(scores):
        return torch.searchsorted(scores.sort().values, scores, right=True).double()

    wrong = {
        "argsort once says who stands at each place; the rank of each score is the argsort of that":
            lambda s, y: by(lambda s: s.argsort().double() + 1, s, y),
        "the ranks start at 0 where the formula wants them from 1": lambda s, y: by(lambda s: shared(s) - 1, s, y),
        "the ranks start at 1 where the formula wants them from 0":
            lambda s, y: by(shared, s, y, lambda p: p * (p - 1) / 2),
        "the positives' ranks count other positives too: take away p (p + 1) / 2":
            lambda s, y: by(shared, s, y, lambda p: 0),
        "the other way round: this is how often the negative has the larger score": lambda s, y: 1 - exact(s, y),
        "this is the number of pairs won: divide by positives times negatives":
            lambda s, y: exact(s, y) * y.sum() * (~y).sum(),
        "divided by all pairs, n², instead of positives times negatives":
            lambda s, y: exact(s, y) * y.sum() * (~y).sum() / len(y) ** 2,
    }  # fmt: skip
    ties = {
        "ties were broken by who came first: tied scores share the mean of their ranks":
            lambda s, y: by(by_order, s, y),
        "tied scores all got the lowest of their ranks: give each the mean": lambda s, y: by(lowest, s, y),
        "tied scores all got the highest of their ranks: give each the mean": lambda s, y: by(highest, s, y),
        "ties count half, not nothing":
            lambda s, y: (s[y][:, None] > s[~y]).double().mean(),
        "ties count half, not one": lambda s, y: (s[y][:, None] >= s[~y]).double().mean(),
    }  # fmt: skip

    def case(n, levels=None):
        scores = normal(n, seed=n)
        positive = uniform(n, seed=n + 50) < 0.4
        positive[:2] = torch.tensor([True, False])
        scores = scores + positive
        return (scores if levels is None else (levels * scores).round() / levels), positive

    ask.agrees("random scores", exact, [case(n) for n in (40, 12, 5, 2)], hypotheses=wrong, numbers=True)
    tied = [case(30, 1), case(8, 1), (torch.zeros(5).double(), torch.arange(5) < 2)]
    ask.agrees("scores with ties", exact, tied, hypotheses=ties | wrong, numbers=True)


@check("prior_shift")
def prior_shift(ask: Examiner) -> None:
    """prior_shift(p, old, new): p (n,) float64 in [0, 1], claims of a model made for a share `old` of positives, to the
    claims (n,) it should make where the share is `new`."""
    ask.is_callable()

    def factor(old, new):
        return new / (1 - new) * (1 - old) / old

    def exact(p, old, new):
        w = factor(old, new)
        return w * p / (w * p + 1 - p)

    def odds(p, w):
        return w * p / (w * p + 1 - p)

    wrong = {
        "the factor is upside down: it leads from the new share to the old": lambda p, old, new: exact(p, new, old),
        "the factor is the ratio of the odds of the shares, not of the shares":
            lambda p, old, new: odds(p, new / old),
        "probabilities were multiplied, not odds: p / (1 - p) is what scales": lambda p, old, new: p * new / old,
        "these are odds: turn them back into probabilities, o / (1 + o)":
            lambda p, old, new: factor(old, new) * p / (1 - p),
        "the odds of the old share were left out": lambda p, old, new: odds(p, new / (1 - new)),
    }  # fmt: skip
    claims = uniform(7)
    shares = [(0.5, 0.05), (0.05, 0.5), (0.2, 0.3), (0.95, 0.001)]
    ask.agrees("random claims", exact, [(claims, *pair) for pair in shares], sides="n . .", hypotheses=wrong)
    ask.agrees("an unchanged share", exact, [(claims, 0.3, 0.3)], hypotheses=wrong)
    ask.keeps_float32(exact, (claims, 0.5, 0.05), hypotheses=wrong)
    ends = numbers(0.0, 0.3, 1.0, 0.8)
    infinite = {
        "a claim of 1 has infinite odds, and inf / inf is not a number: w p / (w p + 1 - p) needs no odds":
            lambda p, old, new: (lambda o: o / (1 + o))(factor(old, new) * p / (1 - p)),
    }  # fmt: skip
    ask.agrees("claims of 0 and 1", exact, [(ends, 0.5, 0.05), (ends, 0.1, 0.6)], hypotheses=infinite)
