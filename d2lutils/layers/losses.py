"""Three losses for predicted numbers, as chapter 2.1 builds them: squared, absolute, and Huber's between the two."""

from d2lutils.foundations import in_float32


def residuals(output, target):
    """output − target, of one shape (…). Raises ValueError if the shapes differ: (n, 1) and (n,) would broadcast."""
    if output.shape != target.shape:
        raise ValueError(f"output {tuple(output.shape)} and target {tuple(target.shape)} must have one shape: "
                         "reshape the target, for example target.reshape(-1, 1)")
    return output - target


@in_float32
def squared_loss(output, target):
    """The mean of r²/2 over all residuals r, half of `F.mse_loss`; a 0-d tensor. Gaussian noise (Gauss, 1809)."""
    return (residuals(output, target) ** 2).mean() / 2


@in_float32
def absolute_loss(output, target):
    """The mean of |r| over all residuals r, `F.l1_loss`; a 0-d tensor. Laplace noise (Laplace, 1774)."""
    return residuals(output, target).abs().mean()


@in_float32
def huber_loss(output, target, delta=1.0):
    """The mean of r²/2 where |r| ≤ δ and of δ (|r| − δ/2) beyond, `F.huber_loss`; a 0-d tensor (Huber, 1964).

    delta: δ > 0, in the units of the target. The gradient by a residual is the residual clipped to [−δ, δ].
    Raises ValueError for any other delta.
    """
    if not delta > 0:
        raise ValueError(f"delta, where the square ends, must be above 0, not {delta}")
    r = residuals(output, target)
    pull = r.clamp(-delta, delta)
    return (pull * (r - pull / 2)).mean()
