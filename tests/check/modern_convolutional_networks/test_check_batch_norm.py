"""Answers to the exercises of the chapter on batch normalisation."""

import torch
import torch.nn.functional as F
from helpers import checking
from torch import nn

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def group_norm(x, groups, weight, bias, eps=1e-5):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(2, keepdim=True)) / (g.var(2, correction=0, keepdim=True) + eps).sqrt()
    return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def group_by_group(x, groups, weight, bias, eps=1e-5):
    parts = []
    for part in x.chunk(groups, dim=1):
        mean = part.mean((1, 2, 3), keepdim=True)
        parts.append((part - mean) * torch.rsqrt(((part - mean) ** 2).mean((1, 2, 3), keepdim=True) + eps))
    return torch.einsum("bchw,c->bchw", torch.cat(parts, 1), weight) + bias[None, :, None, None]


def by_unflatten(x, groups, weight, bias, eps=1e-5):
    g = x.unflatten(1, (groups, -1))
    var, mean = torch.var_mean(g, dim=(2, 3, 4), unbiased=False, keepdim=True)
    return ((g - mean) / torch.sqrt(var + eps)).flatten(1, 2) * weight[:, None, None] + bias[:, None, None]


def folded(conv, norm, eps=None, sign=1.0, own=True):
    scale = norm.weight / (norm.running_var + (norm.eps if eps is None else eps)).sqrt()
    bias = norm.bias - sign * scale * norm.running_mean
    return conv.weight * scale.reshape(-1, 1, 1, 1), bias + (scale * conv.bias if own and conv.bias is not None else 0)


@torch.no_grad()
def by_asking(conv, norm):
    """The bias from what both make of zeros, the weights from one channel after the other."""
    zeros = torch.zeros(1, conv.in_channels, 9, 9, dtype=conv.weight.dtype)
    bias = norm(conv(zeros))[0, :, 0, 0]
    rows = [row / (norm.running_var[c] + norm.eps) ** 0.5 * norm.weight[c] for c, row in enumerate(conv.weight)]
    return torch.stack(rows), bias


def by_pytorch(conv, norm):
    fused = torch.nn.utils.fuse_conv_bn_eval(conv, norm)
    return [fused.weight, fused.bias]


def through_numpy(conv, norm):
    scale = norm.weight.detach().numpy() / (norm.running_var.numpy() + norm.eps) ** 0.5
    own = 0 if conv.bias is None else conv.bias.detach().numpy()
    bias = norm.bias.detach().numpy() + scale * (own - norm.running_mean.numpy())
    return torch.from_numpy((conv.weight.detach().numpy().T * scale).T), torch.from_numpy(bias)


def without_start(running, start, momentum, k):
    return (running - (1 - momentum) ** k * start) / (1 - (1 - momentum) ** k)


def step_by_step(running, start, momentum, k):
    share = 1.0
    for _ in range(k):
        share *= 1 - momentum
    return torch.add(running, start, alpha=-share).div(1 - share)


RIGHT = [
    *((check.group_norm, answer) for answer in (
        group_norm, group_by_group, by_unflatten, lambda x, g, w, b, eps=1e-5: F.group_norm(x, g, w, b, eps))),
    *((check.fold_batch_norm, answer) for answer in (folded, by_asking, by_pytorch, through_numpy)),
    *((check.without_start, answer) for answer in (
        without_start, step_by_step, lambda r, s, m, k: s + (r - s) / (1 - (1 - m) ** k),
        lambda r, s, m, k: torch.from_numpy(without_start(r.numpy(), s.numpy(), m, k)))),
]  # fmt: skip

# --- wrong ---------------------------------------------------------------------------------------------------------


def eps_outside(x, groups, weight, bias, eps=1e-5):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(2, keepdim=True)) / (g.std(2, correction=0, keepdim=True) + eps)
    return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def biased(x, groups, weight, bias, eps=1e-5):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(2, keepdim=True)) / (g.var(2, keepdim=True) + eps).sqrt()
    return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def detached(x, groups, weight, bias, eps=1e-5):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(2, keepdim=True).detach()) / (g.var(2, correction=0, keepdim=True).detach() + eps).sqrt()
    return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def into_the_layer(conv, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    conv.weight.data *= scale.reshape(-1, 1, 1, 1)
    return conv.weight, folded(conv, norm)[1]


def in_training_mode(conv, norm):
    norm.train()
    return folded(conv, norm)


WRONG = [
    (check.group_norm, lambda x, g, w, b: F.batch_norm(x, None, None, w, b, training=True),
     "this is batch normalisation"),
    (check.group_norm, lambda x, g, w, b: F.group_norm(x, x.shape[1], w, b), "whatever its group"),
    (check.group_norm, lambda x, g, w, b: F.group_norm(x, 1, w, b), "the groups are mixed"),
    (check.group_norm, lambda x, g, w, b: F.group_norm(x, g), "weight and bias are not used"),
    (check.group_norm, lambda x, g, w, b: F.group_norm(x, g, w, b, 0.0), "eps is missing"),
    (check.group_norm, lambda x, g, w, b: F.group_norm(x, x.shape[1] // g, w, b), "not of channels in each"),
    (check.group_norm, eps_outside, "under the root"),
    (check.group_norm, biased, "with correction 1"),
    (check.group_norm, detached, "expected"),
    (check.group_norm, lambda x, g, w, b, eps=1e-5: F.group_norm(x, g, w, b), "eps is ignored"),
    (check.group_norm, lambda x, g, w, b, eps=1e-5: group_norm(x.view(len(x), -1).view(x.shape), g, w, b, eps),
     ".view"),
    (check.fold_batch_norm, lambda c, n: (c.weight * 1, folded(c, n)[1]), "weights of the convolution are not"),
    (check.fold_batch_norm, lambda c, n: folded(c, n, eps=1e-5), "take norm.eps"),
    (check.fold_batch_norm, lambda c, n: folded(c, n, eps=0.0), "eps is missing"),
    (check.fold_batch_norm, lambda c, n: (c.weight, n.weight * c.bias), "made with bias=False"),
    (check.fold_batch_norm, lambda c, n: folded(c, n, sign=-1), "is subtracted, not added"),
    (check.fold_batch_norm, lambda c, n: folded(c, n, sign=0), "is not subtracted"),
    (check.fold_batch_norm, lambda c, n: folded(c, n, own=False), "own bias is forgotten"),
    (check.fold_batch_norm, into_the_layer, "it changed its argument number 1: the numbers of weight"),
    (check.fold_batch_norm, in_training_mode, "remember net.training"),
    (check.fold_batch_norm, lambda c, n: (..., ...), "the dots are still there"),
    (check.without_start, lambda r, s, m, k: r - (1 - m) ** k * s, "divided by its share"),
    (check.without_start, lambda r, s, m, k: (r - m**k * s) / (1 - m**k), "not mᵏ"),
    (check.without_start, lambda r, s, m, k: (r - s) / (1 - (1 - m) ** k), "the start's share"),
    (check.without_start, lambda r, s, m, k: without_start(r, s, m, k - 1) if k > 1 else r, "expected"),
    (check.without_start, lambda r, s, m, k: r / (1 - (1 - m) ** k), "the start is still in it"),
    (check.without_start, lambda r, s, m, k: r, "nothing was taken out"),
    (check.without_start, lambda r, s, m, k: without_start(r, s, m, 3), "expected"),
    (check.without_start, lambda r, s, m, k: r.sub_((1 - m) ** k * s) / (1 - (1 - m) ** k), "in place"),
    (check.without_start, lambda r, s, m, k: without_start(r, s, m, k).squeeze(), "an axis of size 1"),
]  # fmt: skip

ALL = [check.group_norm, check.fold_batch_norm, check.without_start]
test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT, of_tensors=[check.group_norm, check.without_start])
test_nothing_and_nonsense_are_reported = checking.nonsense([check.group_norm, check.without_start])


def test_nonsense_for_a_fold_is_reported():
    for answer in (nn.Identity(), lambda *given: None, lambda: 1, lambda *given: "text", lambda *given: given[0], 3):
        assert not check.fold_batch_norm(answer)
