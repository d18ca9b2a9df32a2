"""Rosenblatt's perceptron: a weighted sum that learns from its mistakes, and the margin that says how soon."""

import torch


def check_signs(X: torch.Tensor, y: torch.Tensor) -> None:
    """Raises ValueError unless X is a table (n, d) of floats and y (n,) holds −1 and +1 alone."""
    if X.ndim != 2 or not X.is_floating_point():
        raise ValueError(f"X must be a table (n, d) of floats, not {tuple(X.shape)} of {X.dtype}")
    if y.shape != X.shape[:1]:
        raise ValueError(f"X has {len(X)} rows, so y must have the shape {tuple(X.shape[:1])}, not {tuple(y.shape)}")
    if not ((y == 1) | (y == -1)).all():
        found = y.unique().tolist()[:4]
        raise ValueError(f"y must hold −1 and +1 alone, not {found}: labels of 0 and 1 become signs by 2 * y - 1")


def perceptron(X, y, epochs=1000):
    """The weights after each mistake of the perceptron rule, (mistakes + 1, d): first zeros, last the result.

    X (n, d): one example a row, with a 1 among its features if the rule shall learn a threshold. y (n,): −1 or +1.
    It goes over the examples in their order until a whole pass brings no mistake, or `epochs` passes are over; a score
    of exactly 0 counts as a mistake. Raises ValueError for other shapes or labels. Source: F. Rosenblatt (1958); at
    most (R/γ)² mistakes on separable data by A. Novikoff (1962).
    """
    check_signs(X, y)
    w = X.new_zeros(X.shape[1])
    path = [w]
    for _ in range(epochs):
        before = len(path)
        for x, sign in zip(X, y):
            if sign * (x @ w) <= 0:
                w = w + sign * x
                path.append(w)
        if len(path) == before:
            break
    return torch.stack(path)


def margin(X, y, w):
    """The smallest of y (x · w) / ‖w‖ over the rows of X: a 0-d tensor, positive where w gets all signs right.

    The distance of the nearest example from the plane x · w = 0, negative if an example is on the wrong side.
    """
    return (y * (X @ w)).min() / w.norm()
