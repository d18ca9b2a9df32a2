"""Checks for the chapter on pooling."""

import torch
from torch.nn import functional as F

from d2lutils.check.draws import integers, normal, numbers
from d2lutils.check.examiner import Examiner, check


@check("max_pool_gradient")
def max_pool_gradient(ask: Examiner) -> None:
    """max_pool_gradient(X, grad): the gradient with respect to X (H, W) of the maximum over windows of 2 × 2 with
    stride 2, given that with respect to its output, grad (H // 2, W // 2). Of equal values the first has it all."""
    ask.is_callable()

    def through(pool):
        def gradient(X, grad):
            X = X.clone().requires_grad_()
            return torch.autograd.grad((pool(X) * grad).sum(), X)[0]

        return gradient

    def windows(X):
        return X.unfold(0, 2, 2).unfold(1, 2, 2)  # (H // 2, W // 2, 2, 2)

    def every_one(X, grad):
        """The whole gradient for each of the largest."""
        whole = X[: 2 * grad.shape[0], : 2 * grad.shape[1]]
        large = grad.repeat_interleave(2, 0).repeat_interleave(2, 1)
        top = windows(X).amax((2, 3)).repeat_interleave(2, 0).repeat_interleave(2, 1)
        out = torch.zeros_like(X)
        out[: whole.shape[0], : whole.shape[1]] = large * (whole == top)
        return out

    reference = through(lambda X: windows(X).flatten(2).max(dim=2).values)
    wrong = {
        "this is the gradient of the mean: every entry of a window has a quarter of it":
            through(lambda X: windows(X).mean((2, 3))),
        "the gradient is 1 for the largest entry; it has to be multiplied by grad":
            lambda X, grad: reference(X, torch.ones_like(grad)),
        "the windows are passed over with stride 1; they lie side by side":
            through(lambda X: X.unfold(0, 2, 1).unfold(1, 2, 1).flatten(2).max(dim=2).values[::2, ::2]),
        "the largest entry in absolute value is taken; the largest is meant":
            through(lambda X: windows(X).flatten(2).gather(2, windows(X).flatten(2).abs().argmax(2, True))[..., 0]),
        "this is the gradient of the minimum": through(lambda X: windows(X).flatten(2).min(dim=2).values),
        "all entries of a window have the gradient; only the largest has it":
            through(lambda X: windows(X).sum((2, 3))),
    }  # fmt: skip
    sizes = [(4, 6), (2, 2), (6, 2)]
    cases = [(normal(h, w), normal(h // 2, w // 2, seed=1)) for h, w in sizes]
    ask.agrees("random numbers", reference, cases, hypotheses=wrong)
    odd = [(normal(h, w), normal(h // 2, w // 2, seed=1)) for h, w in [(5, 7), (3, 2), (2, 5)]]
    ask.agrees("sizes that are odd: the last row and column belong to no window, and get 0", reference, odd)
    equal = {
        "each of several largest entries has the whole gradient; only the first of them has it": every_one,
        "equal entries share the gradient (amax does that); the first of them has all of it":
            through(lambda X: windows(X).amax((2, 3))),
        "of equal entries the last one has the gradient; it is the first":
            lambda X, grad: reference(X.flip(0, 1), grad.flip(0, 1)).flip(0, 1),
        "of equal entries the first by columns has the gradient; count row by row":
            lambda X, grad: reference(X.T, grad.T).T,
    }  # fmt: skip
    ties = [(integers(4, 6, below=2, seed=seed).double(), normal(2, 3, seed=1)) for seed in (0, 1)]
    zeros = (torch.zeros(2, 4, dtype=torch.float64), numbers(1.5, -2.0)[None])
    ask.agrees("equal entries", reference, [*ties, zeros], hypotheses=equal)
    ask.keeps_float32(reference, cases[0])


@check("blur_pool")
def blur_pool(ask: Examiner) -> None:
    """blur_pool(x, taps): every channel of x (B, C, H, W) blurred with the outer product of taps (k,) with itself over
    its sum, k odd, zeros beyond the border, and every second value of every second row taken."""
    ask.is_callable()

    def blurred(x, kernel, stride=2, padding=None):
        side = kernel.shape[0]
        kernel = kernel.to(x).expand(x.shape[1], 1, side, side)
        return F.conv2d(x, kernel, stride=stride, padding=side // 2 if padding is None else padding, groups=x.shape[1])

    def over_sum(taps):
        kernel = torch.outer(taps, taps)
        return kernel / kernel.sum()

    def reference(x, taps):
        return blurred(x, over_sum(taps))

    def summed(x, taps):
        both = reference(x, taps).sum(dim=1, keepdim=True)
        return both.expand(-1, x.shape[1], -1, -1).contiguous()

    wrong = {
        "the kernel is not divided by its sum, so the picture gets brighter": lambda x, taps: blurred(
            x, torch.outer(taps, taps)),
        "the kernel is divided by the sum of taps; its own sum is the square of that": lambda x, taps: blurred(
            x, torch.outer(taps, taps) / taps.sum()),
        "nothing is left out: take every second value of every second row": lambda x, taps: blurred(
            x, over_sum(taps), stride=1),
        "nothing is added around the border: k // 2 zeros on each side": lambda x, taps: blurred(
            x, over_sum(taps), padding=0),
        "nothing is blurred: this is every second value as it was": lambda x, taps: x[..., ::2, ::2].contiguous(),
        "the first value taken is the second one; begin with the first": lambda x, taps: blurred(
            x, over_sum(taps), stride=1)[..., 1::2, 1::2].contiguous(),
        "it is blurred along the rows only; the columns want it too": lambda x, taps: F.conv2d(
            x, (taps / taps.sum()).expand(x.shape[1], 1, 1, -1), padding=(0, len(taps) // 2),
            groups=x.shape[1])[..., ::2, ::2].contiguous(),
        "the channels are added up; each one stays by itself": summed,
        "the mean of the window: taps are not used": lambda x, taps: blurred(
            x, torch.full((len(taps), len(taps)), 1 / len(taps) ** 2, dtype=x.dtype)),
        "every second value is taken first, and then it is blurred; the other order is meant": lambda x, taps: blurred(
            x[..., ::2, ::2], over_sum(taps), stride=1),
    }  # fmt: skip
    three, five = numbers(1.0, 2.0, 1.0), numbers(1.0, 4.0, 6.0, 4.0, 1.0)
    cases = [(normal(2, 3, 6, 8), three), (normal(3, 2, 5, 7), three), (normal(2, 4, 9, 6), five),
             (normal(1, 2, 4, 4), numbers(2.0, 1.0, 2.0))]  # fmt: skip
    ask.agrees("random feature maps", reference, cases, sides="bchw .", hypotheses=wrong)
    ask.agrees("a single weight blurs nothing", reference, [(normal(2, 2, 5, 6), numbers(3.0))])
    ask.differentiates("gradients flow through it", reference, cases[:2])
    ask.keeps_float32(reference, cases[0], hypotheses=wrong)
