"""Checks for the chapter on padding, stride and channels."""

from torch.nn import functional as F

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


@check("separable")
def separable(ask: Examiner) -> None:
    """separable(X, depth, point): a depthwise convolution, then one of 1×1. X (C, H, W), depth (C, h, w), point (O, C)
    to (O, H − h + 1, W − w + 1)."""
    ask.is_callable()

    def depthwise(X, depth):
        return F.conv2d(X[None], depth[:, None], groups=len(X))[0]

    def pointwise(X, point):
        return F.conv2d(X[None], point[..., None, None])[0]

    def reference(X, depth, point):
        return pointwise(depthwise(X, depth), point)

    wrong = {
        "the 1×1 convolution is missing: these are the depthwise maps": lambda X, depth, point: depthwise(X, depth),
        "all channels are added up before the kernels come: each channel has its own kernel":
            lambda X, depth, point: pointwise(depthwise(X.sum(0, keepdim=True).expand_as(X), depth), point),
        "every channel uses the first kernel": lambda X, depth, point:
            pointwise(depthwise(X, depth[:1].expand_as(depth)), point),
        "the kernels are turned round: this book slides them as they are":
            lambda X, depth, point: pointwise(depthwise(X, depth.flip(1, 2)), point),
        "the result is divided by the number of channels: a sum was asked for":
            lambda X, depth, point: reference(X, depth, point) / len(X),
    }  # fmt: skip
    sizes = [((3, 5, 6), (2, 3), 4), ((2, 4, 4), (3, 3), 2), ((4, 6, 5), (1, 2), 3), ((3, 3, 3), (3, 3), 3)]
    cases = [(normal(*X), normal(X[0], *k, seed=1), normal(out, X[0], seed=2)) for X, k, out in sizes]
    cases.append((normal(1, 3, 4), normal(1, 2, 2, seed=1), normal(1, 1, seed=2)))
    ask.agrees("random pictures and kernels", reference, cases, hypotheses=wrong)
    ask.differentiates("gradients", reference, cases[:2])
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, tolerance=1e-5)


@check("window_rows")
def window_rows(ask: Examiner) -> None:
    """window_rows(X, k, stride): all windows of X (C, H, W) as rows of a table, (H' W', C k k): places row by row; in a
    row first the channels, then the lines, then the columns of the window."""
    ask.is_callable()

    def reference(X, k, stride):
        return F.unfold(X[None], k, stride=stride)[0].T

    def order(X, k, stride, *axes):
        H, W = ((side - k) // stride + 1 for side in X.shape[1:])
        table = reference(X, k, stride).reshape(H, W, len(X), k, k)
        return table.permute(*axes)

    wrong = {
        "the table is transposed: a window is a row": lambda X, k, stride: reference(X, k, stride).T,
        "the places go column by column": lambda X, k, stride:
            order(X, k, stride, 1, 0, 2, 3, 4).reshape(-1, len(X) * k * k),
        "in a row the channels come last; they come first": lambda X, k, stride:
            order(X, k, stride, 0, 1, 3, 4, 2).reshape(-1, len(X) * k * k),
        "lines and columns of a window are exchanged": lambda X, k, stride:
            order(X, k, stride, 0, 1, 2, 4, 3).reshape(-1, len(X) * k * k),
        "the stride is taken for 1": lambda X, k, stride: reference(X, k, 1),
        "the windows do not overlap: they move by the stride, not by their own size":
            lambda X, k, stride: reference(X, k, k),
    }  # fmt: skip
    cases = [(normal(*X), k, stride) for X, k, stride in (
        ((2, 5, 6), 3, 1), ((3, 6, 7), 2, 2), ((2, 7, 7), 3, 2), ((1, 4, 5), 1, 3), ((2, 3, 3), 3, 1))]  # fmt: skip
    ask.agrees("random pictures", reference, cases, hypotheses=wrong)
    ask.differentiates("gradients", reference, cases[:2])
    ask.keeps_float32(reference, cases[0], hypotheses=wrong)
