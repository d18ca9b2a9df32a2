"""Networks with the weights of their authors, trained on ImageNet: found, verified, and loaded without running code."""

from pathlib import Path

import torch
from torchvision.models import mobilenet_v2

from d2lutils.data.files import MOBILENET_V2, obtain

NETWORKS = {"mobilenet_v2": (mobilenet_v2, MOBILENET_V2)}


def pretrained(name="mobilenet_v2"):
    """The network `name` with its published weights for ImageNet, in evaluation mode on the CPU, or None without them.

    name  "mobilenet_v2": torchvision's MobileNetV2 (M. Sandler et al., arXiv:1801.04381; its file of 2021,
          IMAGENET1K_V1), 3.5 million parameters. It takes (B, 3, 224, 224), scaled as
          `torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1.transforms()` does, and gives (B, 1000) scores

    The weights are looked for in `$D2L_DATA` (`hub/checkpoints/`), in the cache, in the folder of torch's hub, and on
    the network; their sha256 is verified and they are read with `weights_only=True`. Where they cannot be had, one line
    says so and None comes back, so that a chapter can fall back on a network of its own, trained on
    `load_data_patches`: `net = d2l.pretrained() or small_net()`. No random numbers are drawn. Raises ValueError for
    another name, `DataError` when the file in `$D2L_DATA` or the cache is not the published one.
    """
    if name not in NETWORKS:
        raise ValueError(f"name must be one of {', '.join(NETWORKS)}, not {name!r}")
    make, weights = NETWORKS[name]
    paths = obtain(weights, "a network trained on load_data_patches", also=(Path(torch.hub.get_dir()),))
    if paths is None:
        return None
    with torch.device("meta"):  # no memory and no random numbers for weights that are replaced at once
        net = make(weights=None)
    net.load_state_dict(torch.load(paths[0], map_location="cpu", weights_only=True), assign=True)
    return net.eval()
