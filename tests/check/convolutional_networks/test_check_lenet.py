"""Answers to the exercises of the chapter on LeNet."""

import torch
from helpers import checking
from torch.nn import functional as F

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def squash(a):
    return 1.7159 * torch.tanh(a * 2 / 3)


def by_pool(x, w, b):
    return squash(4 * F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None])


def by_slices(x, w, b):
    total = x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]
    return squash(total * w.reshape(1, -1, 1, 1) + b.reshape(1, -1, 1, 1))


def by_groups(x, w, b):
    kernel = w[:, None, None, None].expand(-1, 1, 2, 2)
    return squash(F.conv2d(x, kernel, b, stride=2, groups=len(w)))


def by_blocks(x, w, b):
    B, C, H, W = x.shape
    total = x.reshape(B, C, H // 2, 2, W // 2, 2).sum((3, 5))
    return squash(torch.einsum("bchw,c->bchw", total, w) + b[None, :, None, None])


def by_loops(x, w, b):
    maps = [F.lp_pool2d(x[:, c] * 0 + 1, 1, 2) * 0 + x[:, c].unfold(1, 2, 2).unfold(2, 2, 2).sum((3, 4))
            for c in range(len(w))]
    return torch.stack([squash(m * w[c] + b[c]) for c, m in enumerate(maps)], dim=1)


def by_mask(x, weight, bias, table):
    return F.conv2d(x, weight * table[..., None, None], bias)


def by_where(x, weight, bias, table):
    kept = torch.where(table[:, :, None, None], weight, torch.zeros((), dtype=weight.dtype))
    return F.conv2d(x, kept) + bias.view(1, -1, 1, 1)


def by_maps(x, weight, bias, table):
    out = []
    for o in range(len(bias)):
        channels = table[o].nonzero()[:, 0]
        whole = F.conv2d(x[:, channels], weight[o : o + 1, channels]) if len(channels) else 0 * F.conv2d(x, weight[:1])
        out.append(whole[:, 0] + bias[o])
    return torch.stack(out, dim=1)


def by_pairs(x, weight, bias, table):
    maps = []
    for o, row in enumerate(table.tolist()):
        total = 0 * F.conv2d(x[:, :1], weight[o : o + 1, :1]) + bias[o]
        for c, reads in enumerate(row):
            if reads:
                total = total + F.conv2d(x[:, c : c + 1], weight[o : o + 1, c : c + 1])
        maps.append(total)
    return torch.cat(maps, dim=1)


def by_masked_fill(x, weight, bias, table):
    return F.conv2d(x, weight.masked_fill(~table[:, :, None, None], 0), bias)


RIGHT = [
    *((check.subsample, answer) for answer in (by_pool, by_slices, by_groups, by_blocks, by_loops)),
    *((check.partly_connected, answer) for answer in (by_mask, by_where, by_maps, by_pairs, by_masked_fill)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------

WRONG = [
    (check.subsample, lambda x, w, b: squash(F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None]), "the mean"),
    (check.subsample, lambda x, w, b: squash(F.max_pool2d(x, 2) * w[:, None, None] + b[:, None, None]), "the maximum"),
    (check.subsample, lambda x, w, b: squash((4 * F.avg_pool2d(x, 2) + b[:, None, None]) * w[:, None, None]), "bias"),
    (check.subsample, lambda x, w, b: 4 * F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None], "missing"),
    (check.subsample, lambda x, w, b: by_pool(x, w, b) / 1.7159, "1.7159 is missing"),
    (check.subsample, lambda x, w, b: torch.tanh(4 * F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None]),
     "without its two numbers"),
    (check.subsample, lambda x, w, b: by_pool(x, b, w), "exchanged"),
    (check.subsample, lambda x, w, b: squash(4 * F.avg_pool2d(x, 2) * w[0] + b[0]), "the first weight"),
    (check.subsample, lambda x, w, b: by_pool(x, w, b).detach(), "cut the graph"),
    (check.subsample, lambda x, w, b: by_pool(x, w, b)[0], "shape"),
    (check.subsample, lambda x, w, b: squash(4 * F.avg_pool2d(x, 2, 1) * w[:, None, None] + b[:, None, None]), "shape"),
    (check.subsample, lambda x, w, b: squash(4 * F.avg_pool2d(x, 2) * w + b), ""),
    (check.partly_connected, lambda x, weight, bias, table: F.conv2d(x, weight, bias), "not used"),
    (check.partly_connected, lambda x, weight, bias, table: by_mask(x, weight, bias, ~table), "turned round"),
    (check.partly_connected, lambda x, weight, bias, table: by_mask(x, weight, bias, table.T), ""),
    (check.partly_connected, lambda x, weight, bias, table: by_mask(x, weight, None, table), "bias is missing"),
    (check.partly_connected, lambda x, weight, bias, table: F.conv2d(x, weight.mul_(table[..., None, None]), bias),
     "in place"),
    (check.partly_connected, lambda x, weight, bias, table: by_mask(x, weight.flip(2, 3), bias, table), ""),
    (check.partly_connected, lambda x, weight, bias, table: F.relu(by_mask(x, weight, bias, table)), ""),
    (check.partly_connected, lambda x, weight, bias, table: by_mask(x, weight.detach(), bias, table), ""),
    (check.partly_connected, lambda x, weight, bias, table: F.conv2d(
        x * table.any(0)[None, :, None, None], weight, bias), ""),
    (check.partly_connected, lambda x, weight, bias, table: F.conv2d(
        x, weight * table[..., None, None], bias, padding=weight.shape[-1] // 2), ""),
]  # fmt: skip

ALL = [check.subsample, check.partly_connected]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=ALL)
test_nothing_and_nonsense_are_reported = checking.nonsense(ALL)
