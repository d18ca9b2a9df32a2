"""Checks for the chapter on LeNet: its pooling of 1998, and its maps that read only some of the maps before them."""

import torch
from torch.nn import functional as F

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


@check("subsample")
def subsample(ask: Examiner) -> None:
    """subsample(x, w, b): the sum of each 2×2 window, times its channel's w, plus its channel's b, in the function
    1.7159 tanh(2/3 · a). x (B, C, H, W), H and W even, w (C,), b (C,) to (B, C, H/2, W/2)."""
    ask.is_callable()

    def squash(a):
        return 1.7159 * torch.tanh(2 / 3 * a)

    def summed(x, w, b):
        return 4 * F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None]

    def reference(x, w, b):
        return squash(summed(x, w, b))

    wrong = {
        "this is the mean of a window; the sum was asked for":
            lambda x, w, b: squash(F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None]),
        "this is the maximum of a window; the sum was asked for":
            lambda x, w, b: squash(F.max_pool2d(x, 2) * w[:, None, None] + b[:, None, None]),
        "the bias is multiplied, too: the weight belongs to the sum alone":
            lambda x, w, b: squash((4 * F.avg_pool2d(x, 2) + b[:, None, None]) * w[:, None, None]),
        "the function around it is missing": summed,
        "the function is tanh(a), without its two numbers": lambda x, w, b: torch.tanh(summed(x, w, b)),
        "the 1.7159 is missing": lambda x, w, b: torch.tanh(2 / 3 * summed(x, w, b)),
        "the 2/3 is missing": lambda x, w, b: 1.7159 * torch.tanh(summed(x, w, b)),
        "weight and bias are exchanged": lambda x, w, b: reference(x, b, w),
        "every channel gets the first weight and the first bias":
            lambda x, w, b: reference(x, w[:1].expand_as(w), b[:1].expand_as(b)),
    }  # fmt: skip
    cases = [(normal(*shape), normal(shape[1], seed=1), normal(shape[1], seed=2))
             for shape in ((2, 3, 4, 6), (1, 6, 8, 8), (3, 2, 2, 4), (4, 4, 4, 4), (1, 1, 2, 2))]  # fmt: skip
    ask.agrees("random maps", reference, cases, hypotheses=wrong)
    ask.differentiates("gradients", reference, cases[:2], hypotheses=wrong)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, tolerance=1e-5)


@check("partly_connected")
def partly_connected(ask: Examiner) -> None:
    """partly_connected(x, weight, bias, table): a convolution in which map o reads input channel c only where
    table[o, c] is true. x (B, C, H, W), weight (O, C, h, w), bias (O,), table (O, C) of bool to
    (B, O, H − h + 1, W − w + 1)."""
    ask.is_callable()

    def reference(x, weight, bias, table):
        return F.conv2d(x, weight * table[:, :, None, None], bias)

    wrong = {
        "the table is not used: this is the whole convolution":
            lambda x, weight, bias, table: F.conv2d(x, weight, bias),
        "the table is turned round: it says what is read, not what is left out":
            lambda x, weight, bias, table: reference(x, weight, bias, ~table),
        "rows and columns of the table are exchanged: rows are the maps that are made":
            lambda x, weight, bias, table: reference(x, weight, bias, table.T),
        "the bias is missing": lambda x, weight, bias, table: reference(x, weight, None, table),
        "the maps that are not read still bring in the bias once more":
            lambda x, weight, bias, table: reference(x, weight, bias * table.sum(1), table),
        "this is the mean over the maps that are read; the sum was asked for":
            lambda x, weight, bias, table: reference(x, weight / table.sum(1).clamp(min=1)[:, None, None, None], bias,
                                                     table),
    }  # fmt: skip

    def case(B, C, H, W, maps, h, w, seed):
        table = normal(maps, C, seed=seed) > 0
        return normal(B, C, H, W), normal(maps, C, h, w, seed=1), normal(maps, seed=2), table

    cases = [case(2, 4, 6, 5, 3, 3, 2, 3), case(1, 6, 7, 7, 16, 5, 5, 4), case(3, 5, 4, 4, 5, 2, 2, 5),
             case(1, 1, 3, 3, 2, 3, 3, 7), case(4, 2, 3, 5, 1, 1, 1, 8)]  # fmt: skip
    ask.agrees("random maps and tables", reference, cases, hypotheses=wrong)
    x, weight, bias, table = cases[0]
    ends = [(x, weight, bias, torch.full_like(table, all_of_them)) for all_of_them in (False, True)]
    ask.agrees("maps that read nothing, or everything", reference, ends, hypotheses=wrong)
    ask.differentiates("gradients", reference, cases[:2], hypotheses=wrong)
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, tolerance=1e-5)
