"""The checks of the chapter on judging agree with scikit-learn and name the likely cause of wrong answers."""

import checking
import numpy as np
import pytest
import torch
from scipy.stats import rankdata
from sklearn.metrics import fbeta_score, roc_auc_score

import d2lutils as d2l
from d2lutils import check


def pairs_of(confusion):
    """Labels and guesses (n,) that have this confusion matrix."""
    return np.repeat(np.indices(confusion.shape).reshape(2, -1), confusion.flatten().numpy(), axis=1)


def by_scikit_learn(confusion, beta):
    labels, guesses = pairs_of(confusion)
    found = fbeta_score(labels, guesses, beta=beta, labels=range(len(confusion)), average=None, zero_division=0)
    return torch.tensor(found)


def f_of(confusion, beta, undefined=0.0):
    precision, recall, _ = d2l.precision_recall_f1(confusion, undefined=undefined)
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def shifted(p, old, new):
    """By Bayes' rule: what a picture says is its claim relative to the old share."""
    yes, no = p / old * new, (1 - p) / (1 - old) * (1 - new)
    return yes / (yes + no)


def halves(scores, positive):
    a, b = scores[positive][:, None], scores[~positive]
    return (torch.sign(a - b).mean() + 1) / 2


def ranked(scores, positive, ranks):
    """Mann and Whitney's statistic, from the sum of the positives' ranks."""
    p = positive.sum().double()
    return (torch.as_tensor(ranks)[positive].sum() - p * (p + 1) / 2) / (p * (len(scores) - p))


RIGHT = [
    (check.f_beta, by_scikit_learn),
    (check.auc_by_ranks, lambda s, y: torch.tensor(roc_auc_score(y, s), dtype=torch.float64)),
    (check.auc_by_ranks, lambda s, y: torch.tensor(d2l.roc_auc(s, y), dtype=torch.float64)),
    (check.auc_by_ranks, halves),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s))),
    (check.prior_shift, shifted),
    (check.prior_shift, lambda p, old, new: 1 / (1 + (1 / p - 1) * (1 / new - 1) * old / (1 - old))),  # 1 / inf is 0
]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_right_answers_pass(number, capsys):
    ask, answer = RIGHT[number]
    assert ask(answer)
    assert "all right" in capsys.readouterr().out


WRONG = [
    (check.f_beta, lambda m, beta: d2l.precision_recall_f1(m).f1, "beta is ignored"),
    (check.f_beta, f_of, "0 / 0"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m.T, beta), "rows are the truth"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, 1 / beta), "are exchanged"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta**0.5), "squared"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta).float(), "float64"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta).mean(), "expected shape"),
    (check.auc_by_ranks, lambda s, y: (s[y][:, None] > s[~y]).double().mean(), "ties count half"),
    (check.auc_by_ranks, lambda s, y: 1 - halves(s, y), "other way round"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s, "ordinal").astype(float)), "who came first"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s, "min").astype(float)), "lowest of their ranks"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s) - 1), "start at 0"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, s.argsort().double() + 1), "argsort once"),
    (check.auc_by_ranks, lambda s, y: halves(s, y).item(), "expected a tensor"),
    (check.prior_shift, lambda p, old, new: p * new / old, "not odds"),
    (check.prior_shift, lambda p, old, new: shifted(p, new, old), "upside down"),
    (check.prior_shift, lambda p, old, new: p, "expected"),
    (check.prior_shift, lambda p, old, new: (lambda o: o / (1 + o))(p / (1 - p) * new / (1 - new) * (1 - old) / old),
     "infinite odds"),
]


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense(
    [check.f_beta, check.auc_by_ranks, check.prior_shift]
)
