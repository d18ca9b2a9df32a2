"""A network against PyTorch's layers."""

import torch


def assert_same(ours, theirs, x):
    """Equal values, and gradients by the input and by all parameters, of two nets with parameters in one order."""
    outputs = ours(x), theirs(x)
    torch.testing.assert_close(*outputs)
    probe = torch.randn_like(outputs[0])
    slopes = [torch.autograd.grad(y, (x, *net.parameters()), probe) for net, y in zip((ours, theirs), outputs)]
    for mine, other in zip(*slopes):
        torch.testing.assert_close(mine, other)
