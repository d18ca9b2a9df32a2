"""The checks of the chapter on tensors accept right answers and name the likely cause of wrong ones."""

import checking
import pytest
import torch

from d2lutils import check


def right_windows(x, width):
    return x.as_strided((len(x) - width + 1, width), (x.stride(0), x.stride(0)))


RIGHT = [
    (check.normalize_rows, lambda x: x / x.sum(-1, keepdim=True)),
    (check.squared_distances, lambda a, b: (a * a).sum(1)[:, None] - 2 * a @ b.T + (b * b).sum(1)),
    (check.top_k_accuracy, lambda o, y, k: o.topk(k, 1).indices.eq(y.unsqueeze(1)).sum().float() / len(y)),
    (check.windows, right_windows),
    (check.windows, lambda x, width: x.unfold(0, width, 1)),
    (check.top_k_accuracy, lambda o, y, k: o.topk(k, 1).indices.eq(y.unsqueeze(1)).any(1).double().mean()),
]


@pytest.mark.parametrize("ask, answer", RIGHT)
def test_right_answers_pass(ask, answer, capsys):
    assert ask(answer)
    assert "all right" in capsys.readouterr().out


WRONG = [
    (check.normalize_rows, lambda x: x / x.sum(), "everything together sums to 1"),
    (check.normalize_rows, lambda x: x / x.sum(1), "two shapes do not broadcast"),
    (check.normalize_rows, lambda x: x / x.sum(1, keepdim=True), "dim=-1 is always the last"),
    (check.normalize_rows, lambda x: x.div_(x.sum(-1, keepdim=True)), "in place"),
    (check.normalize_rows, lambda x: x / x.detach().sum(-1, keepdim=True), "gradients"),
    (check.squared_distances, lambda a, b: torch.cdist(a, b), "they were to be squared"),
    (check.squared_distances, lambda a, b: ((b[:, None] - a) ** 2).sum(-1), "the other way round"),
    (check.squared_distances, lambda a, b: (a[:, None] - b) ** 2, "sum or mean over the wrong dimension"),
    (check.squared_distances, lambda a, b: torch.cdist(a.float(), b.float()) ** 2, "float32"),
    (check.top_k_accuracy, lambda o, y, k: (o.argmax(1) == y).float().mean(), "k is ignored"),
    (check.top_k_accuracy, lambda o, y, k: ((o.topk(k, 1).indices == y[:, None]).any(1)).float(), "expected shape ()"),
    (check.top_k_accuracy, lambda o, y, k: (o.topk(k, 1).indices == y[:, None]).float().mean(), "any(dim=1) first"),
    (check.top_k_accuracy, lambda o, y, k: (o.topk(k, 1).indices == y[:, None]).any().float(), "row by row"),
    (check.windows, lambda x, w: torch.stack([x[i:i + w] for i in range(len(x) - w + 1)]), "copy; as_strided does not"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (1, 1), x.storage_offset()), "a stride of its own"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), x.stride() * 2, 0), "x.storage_offset()"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (0, 1)), "every row begins at the same number"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (1, 0)), "the same number again and again"),
    (check.windows, lambda x, w: x.as_strided((len(x) - w + 1, w), (w, 1)), "behind the last number"),
    (check.windows, lambda x, w: x.contiguous().as_strided((len(x) - w + 1, w), (1, 1)), "of stride 2 has a strip"),
]


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)
test_nothing_and_nonsense_are_reported = checking.nonsense(
    [check.normalize_rows, check.squared_distances, check.top_k_accuracy, check.windows]
)
