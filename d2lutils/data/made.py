"""Made data for linear regression: the true weights are known, so what training finds can be compared with them."""

import torch

from d2lutils.data.loaders import check_generator


def synthetic_data(w, b, n, noise=0.01, generator=None):
    """n examples of y = X w + b + noise · ε with standard normal X and ε: X (n, d) and y (n, 1).

    w        the true weights, (d,) or (d, 1): a tensor, whose floating dtype the data take, or numbers (default dtype)
    b        the true bias, one number. noise: the standard deviation of what the line cannot explain, 0 or above
    generator  a CPU `torch.Generator`; None takes PyTorch's global one. X is drawn first, whatever the noise

    The data are made on the CPU. Raises ValueError for weights of another shape, n < 1, or a negative noise.
    """
    w = torch.as_tensor(w).detach().cpu()
    if not w.is_floating_point():
        w = w.to(torch.get_default_dtype())
    if not (w.ndim == 1 or (w.ndim == 2 and w.shape[1] == 1)) or not len(w):
        raise ValueError(f"w, the weights, must have the shape (d,) or (d, 1), not {tuple(w.shape)}")
    if n < 1:
        raise ValueError(f"n, the number of examples, must be at least 1, not {n}")
    if not noise >= 0:
        raise ValueError(f"noise is a standard deviation, 0 or above, not {noise}")
    check_generator(generator)
    w = w.reshape(-1, 1)  # (d, 1)
    X = torch.randn(n, len(w), dtype=w.dtype, generator=generator)  # (n, d)
    y = X @ w + b  # (n, 1)
    return X, y + noise * torch.randn(n, 1, dtype=w.dtype, generator=generator)
