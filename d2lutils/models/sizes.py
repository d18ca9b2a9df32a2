"""What goes through a network: shapes, parameters and multiplications by layer, and how small a picture may be."""

import torch
from torch import nn

from d2lutils.models.modes import evaluating

LARGEST = 512  # pixels: how far the search for a size that works goes


def layer_table(net, shape):
    """What each layer makes of one example of `shape`, such as (1, 28, 28): a list of dicts, for `d2l.table`.

    Each has "layer" (its name and type), "output" (the shape for one example), "parameters" and "multiplications" (of
    convolutions and dense layers: weights times the places at which they are used). The network runs once, in
    evaluation mode and without gradients; modes and weights stay as they were. Raises ValueError when the picture is
    too small, naming the layer that runs out and the smallest size that works.
    """
    rows, hooks = [], []

    def noted(name):
        def hook(module, _, out):
            weights = sum(p.numel() for p in module.parameters(recurse=False))
            rows.append({"layer": f"{name}: {type(module).__name__}" if name else type(module).__name__,
                         "output": tuple(out.shape[1:]), "parameters": weights,
                         "multiplications": _multiplications(module, out)})  # fmt: skip
        return hook

    for name, module in net.named_modules():
        if not any(module.children()):
            hooks.append(module.register_forward_hook(noted(name)))
    try:
        with evaluating(net), torch.no_grad():
            net(_example(net, shape))
    except RuntimeError as error:
        runs_out(net, shape, len(rows), error)
    finally:
        for hook in hooks:
            hook.remove()
    return rows


def runs_out(net, shape, layers_done: int, error: Exception):
    """Raises ValueError that says which layer had too few pixels and which size works, or `error` if none does."""
    channels, side = shape[0], max(shape[1:], default=0)
    leaves = [(name, module) for name, module in net.named_modules() if not any(module.children())]
    name, module = leaves[min(layers_done, len(leaves) - 1)]
    for size in range(side + 1, LARGEST + 1):
        if _works(net, (channels, size, size)):
            raise ValueError(
                f"pictures of {'×'.join(map(str, shape[1:]))} are too small for this network: layer {name} "
                f"({type(module).__name__}) has too few pixels left; {size}×{size} is the smallest size that works"
            ) from error
    raise error


def flattened(features: nn.Module, in_channels: int, image_size: int) -> int:
    """How many numbers `features` makes of a picture (in_channels, image_size, image_size). ValueError if too small."""
    rows = layer_table(features, (in_channels, image_size, image_size))
    return int(torch.Size(rows[-1]["output"]).numel())


def scaled(channels: int, width: float) -> int:
    """`channels` times `width`, rounded. Raises ValueError when no channel is left."""
    found = round(channels * width)
    if found < 1:
        raise ValueError(f"width {width:g} leaves no channel of {channels}: it is at least {1 / channels:.3g} here")
    return found


def _works(net, shape) -> bool:
    try:
        with evaluating(net), torch.no_grad():
            net(_example(net, shape))
    except RuntimeError:
        return False
    return True


def _example(net, shape):
    first = next(net.parameters(), torch.empty(0))
    return torch.zeros(1, *shape, dtype=first.dtype, device=first.device)


def _multiplications(module: nn.Module, out) -> int:
    if isinstance(module, nn.modules.conv._ConvNd):
        return module.weight[0].numel() * out[0].numel()
    if isinstance(module, nn.Linear):
        return module.in_features * out[0].numel()
    return 0
