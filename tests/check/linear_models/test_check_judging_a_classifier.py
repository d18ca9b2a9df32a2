"""Answers to the exercises of the chapter on judging a classifier."""

import numpy as np
import torch
from helpers import checking
from scipy.stats import rankdata
from sklearn.metrics import fbeta_score, roc_auc_score

import d2lutils as d2l
from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def by_scikit_learn(confusion, beta):
    labels, guesses = np.repeat(np.indices(confusion.shape).reshape(2, -1), confusion.flatten().numpy(), axis=1)
    found = fbeta_score(labels, guesses, beta=beta, labels=range(len(confusion)), average=None, zero_division=0)
    return torch.tensor(found)


def class_by_class(confusion, beta):
    out = []
    for c, row in enumerate(confusion.tolist()):
        tp, fn = row[c], sum(row) - row[c]
        fp = confusion[:, c].sum().item() - tp
        below = (1 + beta**2) * tp + beta**2 * fn + fp
        out.append((1 + beta**2) * tp / below if below else 0.0)
    return torch.tensor(out, dtype=torch.float64)


def from_counts(confusion, beta):
    m = confusion.double()
    return ((1 + beta**2) * m.diag() / (m.sum(0) + beta**2 * m.sum(1))).nan_to_num(0.0)


def in_numpy(confusion, beta):
    m = confusion.numpy()
    below = m.sum(0) + beta**2 * m.sum(1)
    return torch.from_numpy(np.divide((1 + beta**2) * np.diag(m), below, out=np.zeros(len(m)), where=below > 0))


def halves(scores, positive):
    a, b = scores[positive][:, None], scores[~positive]
    return (torch.sign(a - b).mean() + 1) / 2


def ranked(scores, positive, ranks):
    """Mann and Whitney's statistic, from the sum of the positives' ranks."""
    p = positive.sum().double()
    return (torch.as_tensor(ranks)[positive].sum() - p * (p + 1) / 2) / (p * (len(scores) - p))


def shifted(p, old, new):
    """By Bayes' rule: what a picture says is its claim relative to the old share."""
    yes, no = p / old * new, (1 - p) / (1 - old) * (1 - new)
    return yes / (yes + no)


def one_by_one(p, old, new):
    return torch.stack([shifted(claim, old, new) for claim in p])


RIGHT = [
    *((check.f_beta, answer) for answer in (by_scikit_learn, class_by_class, from_counts, in_numpy)),
    (check.auc_by_ranks, lambda s, y: torch.tensor(roc_auc_score(y, s), dtype=torch.float64)),
    (check.auc_by_ranks, lambda s, y: d2l.roc_auc(s, y)),
    (check.auc_by_ranks, halves),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s))),
    (check.auc_by_ranks, lambda s, y: np.float64(roc_auc_score(y.numpy(), s.numpy()))),
    (check.prior_shift, shifted),
    (check.prior_shift, one_by_one),
    (check.prior_shift, lambda p, old, new: 1 / (1 + (1 / p - 1) * (1 / new - 1) * old / (1 - old))),  # 1 / inf is 0
    (check.prior_shift, lambda p, old, new: torch.from_numpy(shifted(p.numpy(), old, new))),
    (check.prior_shift, lambda p, old, new: torch.sigmoid(p.logit() + np.log(new / (1 - new) * (1 - old) / old))),
]

# --- wrong ---------------------------------------------------------------------------------------------------------


def f_of(confusion, beta):
    precision, recall, _ = d2l.precision_recall_f1(confusion, undefined=0.0)
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def by_odds(p, old, new):
    odds = p / (1 - p) * new / (1 - new) * (1 - old) / old
    return odds / (1 + odds)


WRONG = [
    (check.f_beta, lambda m, beta: d2l.precision_recall_f1(m).f1, "beta is ignored"),
    (check.f_beta, f_of, "0 / 0"),
    (check.f_beta, lambda m, beta: f_of(m, beta).nan_to_num(1.0), "expected 0, got 1"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m.T, beta), "rows are the truth"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, 1 / beta), "are exchanged"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta**0.5), "squared"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta).float(), "float64"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta).mean(), "expected shape"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta).squeeze(), "an axis of size 1"),
    (check.f_beta, lambda m, beta: by_scikit_learn(m, beta) / (1 + beta**2), "the factor 1 + beta² is missing"),
    (check.auc_by_ranks, lambda s, y: (s[y][:, None] > s[~y]).double().mean(), "ties count half"),
    (check.auc_by_ranks, lambda s, y: 1 - halves(s, y), "other way round"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s, "ordinal").astype(float)), "who came first"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s, "min").astype(float)), "lowest of their ranks"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, rankdata(s) - 1), "start at 0"),
    (check.auc_by_ranks, lambda s, y: ranked(s, y, s.argsort().double() + 1), "argsort once"),
    (check.auc_by_ranks, lambda s, y: halves(s, y).reshape(1), "an axis of size 1"),
    (check.auc_by_ranks, lambda s, y: halves(s, y) * y.sum() * (~y).sum(), "number of pairs won"),
    (check.auc_by_ranks, lambda s, y: ranked(s.round(), y, rankdata(s.round())), "expected"),
    (check.prior_shift, lambda p, old, new: p * new / old, "not odds"),
    (check.prior_shift, lambda p, old, new: shifted(p, new, old), "upside down"),
    (check.prior_shift, lambda p, old, new: p, "expected"),
    (check.prior_shift, by_odds, "infinite odds"),
    (check.prior_shift, lambda p, old, new: by_odds(p, old, new).nan_to_num(0.0), "expected 1, got 0"),
    (check.prior_shift, lambda p, old, new: by_odds(p.clamp(1e-7, 1 - 1e-7), old, new), "expected"),
    (check.prior_shift, lambda p, old, new: p / (1 - p) * new / (1 - new) * (1 - old) / old, "these are odds"),
    (check.prior_shift, lambda p, old, new: shifted(p, 0.5, new), "the old share were left out"),
    (check.prior_shift, lambda p, old, new: shifted(p, old, new).mean(), "expected shape"),
]

ALL = [check.f_beta, check.auc_by_ranks, check.prior_shift]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
