"""Checks for the chapter on batch normalisation."""

import torch
import torch.nn.functional as F
from torch import nn

from d2lutils.check.draws import gapped, normal
from d2lutils.check.examiner import Examiner, check


@check("group_norm")
def group_norm(ask: Examiner) -> None:
    """group_norm(x, groups, weight, bias, eps=1e-5): x (B, C, H, W) standardised over each example's groups of
    neighbouring channels, then scaled and shifted channel by channel."""
    ask.is_callable()

    def grouped(dims=(2,), correction=0, eps=True, root=True, order=False, affine=True):
        def function(x, groups, weight, bias):
            shape = (len(x), -1, groups) if order else (len(x), groups, -1)
            g = x.movedim(1, -1).reshape(shape) if order else x.reshape(shape)
            dims_ = (1,) if order else dims
            var = g.var(dims_, correction=correction, keepdim=True) + (1e-5 if eps else 0.0)
            g = (g - g.mean(dims_, keepdim=True)) / (var.sqrt() if root else var)
            g = g.reshape(x.movedim(1, -1).shape).movedim(-1, 1) if order else g.reshape(x.shape)
            return g * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1) if affine else g

        return function

    def outside(x, groups, weight, bias):
        g = x.reshape(len(x), groups, -1)
        g = (g - g.mean(2, keepdim=True)) / (g.std(2, correction=0, keepdim=True) + 1e-5)
        return g.reshape(x.shape) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)

    wrong = {
        "the mean goes over the examples too, as in batch normalisation; each example stands alone": grouped((0, 2)),
        "the groups are mixed: mean and variance are of one group each": grouped((1, 2)),
        "this is the variance with correction 1; standardising divides by the number of entries": grouped(correction=1),
        "eps is missing beside the variance": grouped(eps=False),
        "the root is missing: divide by the standard deviation, not by the variance": grouped(root=False),
        "weight and bias are not used": grouped(affine=False),
        "the groups are every G-th channel; they should be blocks of neighbours": grouped(order=True),
        "this is batch normalisation, over all examples; each example stands alone":
            lambda x, groups, weight, bias: F.batch_norm(x, None, None, weight, bias, training=True),
        "each channel is standardised on its own, whatever its group":
            lambda x, groups, weight, bias: F.group_norm(x, x.shape[1], weight, bias),
        "groups is the number of groups, not of channels in each":
            lambda x, groups, weight, bias: F.group_norm(x, x.shape[1] // groups, weight, bias),
        "eps belongs under the root, beside the variance": outside,
    }  # fmt: skip
    sizes = [(2, 6, 3, 4, 3), (3, 4, 2, 5, 2), (5, 4, 3, 2, 1), (2, 3, 4, 5, 3)]
    cases = [(2 + 3 * normal(b, c, h, w), g, normal(c, seed=1), normal(c, seed=2)) for b, c, h, w, g in sizes]
    ask.agrees("random groups", F.group_norm, cases, sides="b.hw . . .", hypotheses=wrong)
    ignored = {"eps is ignored: this is the result for 1e-5": lambda x, groups, weight, bias, eps:
               F.group_norm(x, groups, weight, bias)}  # fmt: skip
    ask.agrees("another eps", F.group_norm, [(*cases[0], 0.5), (*cases[1], 2.0)], hypotheses=ignored)
    ask.keeps_float32(F.group_norm, cases[0], hypotheses=wrong)
    ask.agrees("a group without variance", F.group_norm, [(torch.ones(2, 4, 3, 3), 2, torch.ones(4), torch.zeros(4))])
    ask.differentiates("gradients", F.group_norm, [cases[0]], hypotheses=wrong)


@check("fold_batch_norm")
def fold_batch_norm(ask: Examiner) -> None:
    """fold_batch_norm(conv, norm): the weight and bias of the one convolution that does what both do in evaluation."""
    ask.is_callable()

    def folded(root=True, eps=None, conv_bias=True, scaled=True, gamma=True, mean=1, weight=True):
        def function(conv, norm):
            var = norm.running_var + (norm.eps if eps is None else eps)
            scale = (norm.weight if gamma else 1.0) / (var.sqrt() if root else var)
            bias = norm.bias - mean * scale * norm.running_mean
            if conv.bias is not None and conv_bias:
                bias = bias + (scale * conv.bias if scaled else conv.bias)
            return conv.weight * scale.reshape(-1, 1, 1, 1) if weight else conv.weight.clone(), bias

        return function

    wrong = {
        "the root is missing: divide by the standard deviation, not by the variance": folded(root=False),
        "eps is missing beside the variance": folded(eps=0.0),
        "eps is not always 1e-5: take norm.eps": folded(eps=1e-5),
        "the weights of the convolution are not scaled": folded(weight=False),
        "the convolution's own bias is forgotten": folded(conv_bias=False),
        "the convolution's own bias is scaled, too": folded(scaled=False),
        "norm.weight, the learned scale, is not used": folded(gamma=False),
        "the running mean is not subtracted": folded(mean=0),
        "the running mean is subtracted, not added": folded(mean=-1),
    }

    def layers(channels_in, channels_out, size, bias, **options):
        conv = nn.Conv2d(channels_in, channels_out, size, bias=bias, **options)
        norm = nn.BatchNorm2d(channels_out, eps=0.01)
        for i, p in enumerate([*conv.parameters(), *norm.parameters(), norm.running_mean]):
            p.data = normal(*p.shape, seed=i)
        norm.running_var = normal(channels_out, seed=9).exp()
        return conv.eval(), norm.double().eval()

    with torch.random.fork_rng(devices=[]):  # layers draw their first weights, which are replaced here
        plain = [layers(3, 5, 2, False), layers(2, 4, (3, 2), False), layers(2, 1, 1, False)]
        biased = [layers(3, 5, 2, True), layers(4, 2, 1, True), layers(1, 1, 1, True), layers(4, 6, 2, True, groups=2)]
        spread = layers(3, 5, 2, True)
        spread[0].weight.data = gapped((spread[0].weight.data,))[0]
        single = tuple(layer.float() for layer in layers(3, 4, 2, True))
    parts = ["the weight", "the bias"]
    ask.agrees("a convolution without bias", folded(), plain, hypotheses=wrong, parts=parts)
    ask.agrees("a convolution with bias", folded(), [*biased, spread], hypotheses=wrong, parts=parts)
    ask.agrees("float32 stays float32", folded(), [single], hypotheses=wrong, parts=parts)


@check("without_start")
def without_start(ask: Examiner) -> None:
    """without_start(running, start, momentum, k): a running average after k batches, freed of the value it began at."""
    ask.is_callable()

    def exact(running, start, momentum, k):
        share = (1 - momentum) ** k
        return (running - share * start) / (1 - share)

    wrong = {
        "what is left must be divided by its share, 1 - (1 - m)ᵏ":
            lambda running, start, m, k: running - (1 - m) ** k * start,
        "the start is still in it: subtract its share": lambda running, start, m, k: running / (1 - (1 - m) ** k),
        "with PyTorch's momentum the start keeps (1 - m)ᵏ, not mᵏ":
            lambda running, start, m, k: (running - m**k * start) / (1 - m**k),
        "the start keeps (1 - m)ᵏ after k batches, not 1 - k m":
            lambda running, start, m, k: (running - (1 - k * m) * start) / (k * m),
        "running and start are not on one scale: it is running minus the start's share of it":
            lambda running, start, m, k: (running - start) / (1 - (1 - m) ** k),
        "after k batches the start was multiplied k times by 1 - m, not k - 1 times":
            lambda running, start, m, k: (running - (1 - m) ** (k - 1) * start) / (1 - (1 - m) ** (k - 1)),
        "nothing was taken out": lambda running, start, m, k: running,
    }  # fmt: skip
    cases = [(normal(4), normal(4, seed=1), momentum, k) for momentum, k in [(0.1, 3), (0.3, 1), (0.01, 20)]]
    ask.agrees("random averages", exact, cases, sides="n n . .", hypotheses=wrong)
    first = (0.9 * torch.ones(3) + 0.1 * torch.arange(3.0), torch.ones(3), 0.1, 1)
    ask.agrees("after one batch it is that batch's own value", exact, [first], hypotheses=wrong)
