"""Answers to the exercises of the chapter on tensors."""

import numpy as np
import torch
import torch.nn.functional as F
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def row_by_row(x):
    out = torch.empty_like(x)
    for index in np.ndindex(*x.shape[:-1]):
        out[index] = x[index] / sum(x[index])
    return out


def through_numpy(x):
    a = x.numpy()
    return torch.from_numpy(a / a.sum(axis=-1, keepdims=True))


def on_a_copy(x):
    y = x.clone()
    y /= y.sum(-1).unsqueeze(-1)
    return y


def distances_in_loops(a, b):
    return torch.stack([torch.stack([(p - q).dot(p - q) for q in b]) for p in a])


def hits_in_a_loop(scores, labels, k):
    hits = 0
    for row, label in zip(scores.tolist(), labels.tolist()):
        hits += label in sorted(range(len(row)), key=row.__getitem__, reverse=True)[:k]
    return hits / len(scores)


def by_comparison(scores, labels, k):
    own = scores.gather(1, labels[:, None])
    return ((scores > own).sum(1) < k).double().mean()


def through_ranks(scores, labels, k):
    order = np.argsort(-scores.numpy(), axis=1)[:, :k]
    return np.mean((order == labels.numpy()[:, None]).any(axis=1))


def as_strided(x, width):
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


def in_a_class(x, width):
    return torch.as_strided(x, size=[x.numel() - width + 1, width], stride=2 * x.stride(),
                            storage_offset=x.storage_offset())  # fmt: skip


RIGHT = [
    (check.normalize_rows, lambda x: x / x.sum(-1, keepdim=True)),
    (check.normalize_rows, row_by_row),
    (check.normalize_rows, through_numpy),
    (check.normalize_rows, on_a_copy),
    (check.normalize_rows, lambda x: torch.einsum("...m,...->...m", x, 1 / x.sum(-1))),
    (check.squared_distances, lambda a, b: (a * a).sum(1)[:, None] - 2 * a @ b.T + (b * b).sum(1)),
    (check.squared_distances, distances_in_loops),
    (check.squared_distances, lambda a, b: torch.cdist(a, b).square()),
    (check.squared_distances, lambda a, b: torch.tensor(((a.numpy()[:, None] - b.numpy()) ** 2).sum(-1))),
    (check.squared_distances, lambda a, b: (a.unsqueeze(1) - b).norm(dim=2).pow(2)),
    (check.top_k_accuracy, lambda o, y, k: o.topk(k, 1).indices.eq(y.unsqueeze(1)).sum().float() / len(y)),
    (check.top_k_accuracy, lambda o, y, k: o.topk(k, 1).indices.eq(y.unsqueeze(1)).any(1).double().mean()),
    (check.top_k_accuracy, hits_in_a_loop),
    (check.top_k_accuracy, by_comparison),
    (check.top_k_accuracy, through_ranks),
    (check.windows, as_strided),
    (check.windows, in_a_class),
    (check.windows, lambda x, width: x.unfold(0, width, 1)),
    (check.windows, lambda x, width: x[:].unfold(-1, size=width, step=1)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------

WRONG = [
    (check.normalize_rows, lambda x: x / x.sum(), "everything together sums to 1"),
    (check.normalize_rows, lambda x: x / x.sum(1), "two shapes do not broadcast"),
    (check.normalize_rows, lambda x: x / x.sum(0), "the columns sum to 1"),
    (check.normalize_rows, lambda x: x / x.sum(1, keepdim=True), "dim=-1 is always the last"),
    (check.normalize_rows, lambda x: x.div_(x.sum(-1, keepdim=True)), "in place"),
    (check.normalize_rows, lambda x: x / x.abs().sum(-1, keepdim=True), "absolute values"),
    (check.normalize_rows, lambda x: x.softmax(-1), "this is softmax"),
    (check.normalize_rows, lambda x: F.normalize(x, dim=-1), "have length 1"),
    (check.normalize_rows, lambda x: x / x.sum(-1, keepdim=True).float(), "rounded to float32"),
    (check.normalize_rows, lambda x: (x.float() / x.float().sum(-1, keepdim=True)).to(x.dtype), "rounding"),
    (check.normalize_rows, lambda x: (x / x.sum(-1, keepdim=True)).squeeze(), "an axis of size 1"),
    (check.normalize_rows, lambda x: (x.view(-1, x.shape[-1]) / x.sum(-1).view(-1, 1)).view(x.shape), "view"),
    (check.squared_distances, lambda a, b: torch.cdist(a, b), "they were to be squared"),
    (check.squared_distances, lambda a, b: ((b[:, None] - a) ** 2).sum(-1), "the other way round"),
    (check.squared_distances, lambda a, b: (a[:, None] - b) ** 2, "expected shape"),
    (check.squared_distances, lambda a, b: torch.cdist(a.float(), b.float()) ** 2, "float32"),
    (check.squared_distances, lambda a, b: ((a[:, None] - b) ** 2).sum(-1).squeeze(), "expected shape"),
    (check.squared_distances, lambda a, b: ((a[:, None] - b) ** 2).mean(-1), "the mean over"),
    (check.squared_distances, lambda a, b: (a**2).sum(1)[:, None] - a @ b.T + (b**2).sum(1), "missing its 2"),
    (check.squared_distances, lambda a, b: ((a - b) ** 2).sum(-1), "do not broadcast"),
    (check.squared_distances, lambda a, b: (a[:, None] - b).sum(-1) ** 2, "added before they were squared"),
    (check.top_k_accuracy, lambda o, y, k: (o.argmax(1) == y).float().mean(), "k is ignored"),
    (check.top_k_accuracy, lambda o, y, k: ((o.topk(k, 1).indices == y[:, None]).any(1)).float(), "expected shape ()"),
    (check.top_k_accuracy, lambda o, y, k: (o.topk(k, 1).indices == y[:, None]).float().mean(), "any(dim=1) first"),
    (check.top_k_accuracy, lambda o, y, k: (o.topk(k, 1).indices == y[:, None]).any().float(), "row by row"),
    (check.top_k_accuracy, lambda o, y, k: (-o).topk(k, 1).indices.eq(y[:, None]).any(1).float().mean(), "k smallest"),
    (check.top_k_accuracy, lambda o, y, k: o.topk(k, 1).indices.eq(y[:, None]).any(1).sum(), "number of hits"),
    (check.top_k_accuracy, lambda o, y, k: 1 - hits_in_a_loop(o, y, k), "share of misses"),
    (check.top_k_accuracy, lambda o, y, k: o.topk(3, 1).indices.eq(y[:, None]).any(1).float().mean(), "expected"),
    (check.top_k_accuracy, lambda o, y, k: 100 * hits_in_a_loop(o, y, k), "expected"),
    (check.windows, lambda x, w: torch.stack([x[i:i + w] for i in range(len(x) - w + 1)]), "copy; as_strided does not"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (1, 1), x.storage_offset()), "a stride of its own"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), x.stride() * 2, 0), "x.storage_offset()"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (0, 1)), "every row begins at the same number"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (1, 0)), "the same number again and again"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (w, 1)), "behind the last number"),
    (check.windows, lambda x, w: x.contiguous().as_strided((len(x) - w + 1, w), (1, 1)), "as_strided does not"),
    (check.windows, lambda x, w: x.unfold(0, w, w), "expected shape"),
    (check.windows, lambda x, w: x.unfold(0, w, 1).T, "expected shape"),
]

ALL = [check.normalize_rows, check.squared_distances, check.top_k_accuracy, check.windows]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=[check.normalize_rows, check.squared_distances])
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
