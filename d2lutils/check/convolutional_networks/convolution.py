"""Checks for the chapter on convolution."""

from torch.nn import functional as F

from d2lutils.check.draws import normal
from d2lutils.check.examiner import Examiner, check


def _slid(X, K):
    """The cross-correlation, by PyTorch's own."""
    return F.conv2d(X[None, None], K[None, None])[0, 0]


@check("convolve2d")
def convolve2d(ask: Examiner) -> None:
    """convolve2d(X, K): the convolution in the sense of mathematics, of all places where K and X overlap. X (H, W), K
    (h, w) to (H + h − 1, W + w − 1)."""
    ask.is_callable()

    def full(X, K):
        h, w = K.shape
        return F.pad(X, (w - 1, w - 1, h - 1, h - 1))

    def reference(X, K):
        return _slid(full(X, K), K.flip(0, 1))

    wrong = {
        "the kernel is not turned round: this is the cross-correlation": lambda X, K: _slid(full(X, K), K),
        "the kernel is flipped left to right only; it has to be turned round in both directions":
            lambda X, K: _slid(full(X, K), K.flip(1)),
        "the kernel is flipped upside down only; it has to be turned round in both directions":
            lambda X, K: _slid(full(X, K), K.flip(0)),
        "the kernel is transposed; turning it round is a flip of rows and of columns":
            lambda X, K: _slid(full(X, K.T), K.T),
        "only the places where the kernel lies inside of the picture are there: all that overlap were asked for":
            lambda X, K: _slid(X, K.flip(0, 1)),
    }  # fmt: skip
    cases = [(normal(*picture), normal(*kernel, seed=1)) for picture, kernel in (
        ((4, 6), (2, 3)), ((5, 5), (3, 3)), ((3, 7), (1, 2)), ((6, 4), (4, 1)))]  # fmt: skip
    ask.agrees("random pictures and kernels", reference, cases, sides="HW hw", hypotheses=wrong)
    ask.agrees("a kernel larger than the picture", reference, [(normal(2, 3), normal(4, 5, seed=1))], hypotheses=wrong)
    ask.differentiates("gradients", reference, cases[:2])
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, tolerance=1e-5)


@check("locally_connected")
def locally_connected(ask: Examiner) -> None:
    """locally_connected(X, W): a kernel of its own for each place. X (H, W), W (H', W', h, w) to (H', W'), where
    H' = H − h + 1 and W' = W − w + 1."""
    ask.is_callable()

    def reference(X, W):
        h, w = W.shape[2:]
        windows = X.unfold(0, h, 1).unfold(1, w, 1)  # (H', W', h, w)
        return (windows * W).sum(dim=(2, 3))

    wrong = {
        "all places use the kernel of the first: here each has its own":
            lambda X, W: _slid(X, W[0, 0]),
        "the kernels are turned round: the upper left weight belongs to the upper left pixel":
            lambda X, W: reference(X, W.flip(2, 3)),
        "rows and columns of the places are exchanged": lambda X, W: reference(X, W.transpose(0, 1)),
        "rows and columns of the kernels are exchanged": lambda X, W: reference(X, W.transpose(2, 3)),
        "this is the mean over a window; the sum was asked for": lambda X, W: reference(X, W) / W[0, 0].numel(),
    }  # fmt: skip
    sizes = [((4, 5), (2, 2)), ((5, 4), (2, 3)), ((6, 6), (3, 3)), ((3, 3), (3, 3))]
    cases = [(normal(H, W), normal(H - h + 1, W - w + 1, h, w, seed=1)) for (H, W), (h, w) in sizes]
    cases.append((normal(1, 4), normal(1, 3, 1, 2, seed=1)))
    ask.agrees("random pictures and kernels", reference, cases, hypotheses=wrong)
    shared = normal(2, 2, seed=2).expand(3, 4, 2, 2).clone()
    ask.agrees("equal kernels everywhere: a convolution", reference, [(normal(4, 5), shared)], hypotheses=wrong)
    ask.differentiates("gradients", reference, cases[:2])
    ask.keeps_float32(reference, cases[0], hypotheses=wrong, tolerance=1e-5)
