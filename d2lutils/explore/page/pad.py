"""The pad: a digit that the reader draws, and what a trained network says of it, with no kernel and no network.

The network itself runs in the page: its weights travel as int8 with one scale for each tensor, and three small scripts
do the rest (pad_network.js computes the layers, pad_picture.js changes the drawing, pad.js is what one touches).
Without JavaScript there is a still picture and a sentence, as with the player.
"""

import base64
import copy
from functools import cache
from html import escape

import torch
from matplotlib.figure import Figure
from torch import nn

from d2lutils.arguments import describe
from d2lutils.explore.page.drawings import WEBP, webp
from d2lutils.explore.page.player import Player, asset, script_json
from d2lutils.plots import COLORS

SIDE = 28
POINTWISE = {nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}
POOLS = {nn.MaxPool2d: "max", nn.AvgPool2d: "mean"}
SLIDERS = [  # name, label, lowest, highest, step, start, unit
    ["right", "moved to the right", -12, 12, 1, 0, ""], ["down", "moved down", -12, 12, 1, 0, ""],
    ["turn", "turned", -180, 180, 5, 0, "°"], ["size", "size", 30, 150, 5, 100, " %"],
    ["thick", "thicker", -1, 3, 1, 0, ""],
]  # fmt: skip
WORDS = {
    "draw": "Draw here", "view": "What it sees",
    "field": "Drawing field of 28 by 28 pixels. Arrow keys move the pen, with Shift they draw. Space draws a dot, "
             "Delete erases one.",
    "says": "The network says {1}, then {2}.",
    "nothing": "Nothing is drawn, and still the network says {1}, then {2}. It has no other answers.",
    "place": "row {1}, column {2}, {3}", "ink": "ink", "paper": "paper",
    "box": "Fit into the box, as MNIST does", "invert": "Black on white", "erase": "Erase", "clear": "Clear",
    "back": "Undo the changes", "starts": "Or start from a real test digit:", "start": "start from a real {1}",
    "hint": "Draw with the mouse or a finger, or with the arrow keys and the space bar (hold Shift for a line). The "
            "sliders change what the network sees and leave your drawing as it is.",
}  # fmt: skip


class Pad:
    """A field to draw on, and the answers of `net`, computed in the page.

    net: an nn.Sequential from (B, 1, 28, 28) to scores (B, classes), made of Conv2d (square, without groups or
        dilation), Linear, ReLU, Tanh, Sigmoid, MaxPool2d and AvgPool2d (windows side by side), Flatten. It is not
        changed. What the page computes differs from it by the rounding of the weights to 255 steps for each tensor.
    digits, labels: real pictures to start from, (N, 1, 28, 28) from 0 to 1, and their classes (N,); the first is shown.
    classes: the names of the classes, by default 0, 1, 2, …

    `pad.show()` is what a page or a notebook shows. There is no `live()`: the drawing and the network are in the page
    already, so a kernel has nothing to add. To see another network, train it and make another pad.

    Raises TypeError or ValueError that names the argument, or the layer that the page cannot compute.
    """

    def __init__(self, net: nn.Sequential, digits: torch.Tensor, labels, *, classes=None, title: str | None = None):
        if not isinstance(net, nn.Sequential):
            raise TypeError(f"net must be an nn.Sequential, whose layers the page can compute one by one, not "
                            f"{describe(net)}")  # fmt: skip
        if not isinstance(digits, torch.Tensor) or digits.shape[1:] != (1, SIDE, SIDE) or not len(digits):
            raise ValueError(f"digits must be pictures (N, 1, {SIDE}, {SIDE}), not {describe(digits)}")
        if digits.min() < 0 or digits.max() > 1:
            raise ValueError(f"digits must lie between 0 and 1; theirs are {digits.min():g} to {digits.max():g}")
        self.layers = [described for layer in net for described in _described(layer)]
        self.digits, self.labels, self.title = digits.detach().cpu(), [int(y) for y in labels], title
        judge = copy.deepcopy(net).float().cpu().eval()  # as the page computes: no dropout
        with torch.no_grad():
            scores = judge(self.digits[:1].float())[0].double()
        self.probabilities = scores.softmax(0)
        self.classes = [str(name) for name in (range(len(scores)) if classes is None else classes)]
        if len(self.labels) != len(digits) or not all(0 <= y < len(scores) for y in self.labels):
            raise ValueError(f"labels must be one class from 0 to {len(scores) - 1} for each of {len(digits)} digits")
        if len(self.classes) != len(scores):
            raise ValueError(f"classes must be {len(scores)} names, as many as the net has scores, not {classes!r}")

    def show(self) -> Player:
        """The pad as HTML; as a sentence where there is no HTML."""
        p = self.probabilities
        sentence = (f"The network says {self.classes[p.argmax()]} ({p.max():.0%}) of a real "
                    f"{self.classes[self.labels[0]]}.")  # fmt: skip
        pixels = (self.digits * 255).round().to(torch.uint8).numpy().tobytes()
        data = {"l": self.layers, "x": base64.b64encode(pixels).decode(), "y": self.labels, "c": self.classes,
                "s": SLIDERS, "w": WORDS}  # fmt: skip
        title = f'<figcaption class="d2l-title">{escape(self.title)}</figcaption>' if self.title else ""
        still = WEBP + base64.b64encode(webp(self._still())).decode()
        html = (
            f'<figure class="d2l-pad"><style>{pad_style()}</style>{title}<div class="d2l-body">'
            f'<img alt="{escape(sentence)}" src="{still}"><p>{escape(sentence)} <em>(A still picture: the field to '
            f'draw on appears where JavaScript runs.)</em></p></div><script type="application/json">{script_json(data)}'
            f"</script><script>{pad_script()}</script></figure>\n"
        )
        return Player(html, f"[{self.title or 'A field to draw on'}: {sentence}]")

    def _still(self) -> Figure:
        figure = Figure(figsize=(6.4, 2.6), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 2))
        left.imshow(self.digits[0, 0].numpy(), cmap="gray", vmin=0, vmax=1)
        left.set_axis_off()
        right.barh(self.classes, self.probabilities.numpy(), color=COLORS[0])
        right.set(xlim=(0, 1), xlabel="probability")
        right.invert_yaxis()
        return figure


def _described(layer: nn.Module) -> list[dict]:
    """A layer as pad_network.js reads it, in a list; an empty one for a layer that computes nothing there."""
    if isinstance(layer, nn.Conv2d):
        sides = layer.kernel_size, layer.stride, layer.padding
        plain = layer.dilation == (1, 1) and layer.groups == 1 and layer.padding_mode == "zeros"
        if plain and all(isinstance(side, tuple) and side[0] == side[1] for side in sides):
            n, s, p = (side[0] for side in sides)
            return [{"k": "conv", "o": layer.out_channels, "n": n, "s": s, "p": p, **_packed(layer)}]
    elif isinstance(layer, nn.Linear):
        return [{"k": "dense", "o": layer.out_features, **_packed(layer)}]
    elif type(layer) in POINTWISE:
        return [{"k": POINTWISE[type(layer)]}]
    elif isinstance(layer, tuple(POOLS)):
        pair = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,) * 2
        plain = not layer.ceil_mode and layer.padding in (0, (0, 0)) and getattr(layer, "dilation", 1) in (1, (1, 1))
        if plain and pair[0] == pair[1] and layer.stride in (pair[0], pair):
            return [{"k": POOLS[type(layer)], "n": pair[0]}]
    elif isinstance(layer, nn.Flatten | nn.Identity | nn.Dropout):
        return []
    raise ValueError(f"net has a layer that the page cannot compute: {layer}")


def _packed(layer: nn.Module) -> dict:
    """Weights in int8, row by row, with the scale `a` that gives them back; biases as numbers."""
    weight = layer.weight.detach().float().cpu()
    scale = (weight.abs().max() / 127).clamp(min=1e-12)
    packed = (weight / scale).round().to(torch.int8).numpy().tobytes()
    biases = [0.0] * len(weight) if layer.bias is None else layer.bias.detach().float().cpu().tolist()
    return {"w": base64.b64encode(packed).decode(), "a": float(f"{scale:.7g}"),
            "b": [float(f"{b:.5g}") for b in biases]}  # fmt: skip


@cache
def pad_style() -> str:
    """The player's style under the pad's name, and the pad's own."""
    return asset("player.css").replace(".d2l-player", ".d2l-pad") + asset("pad.css")


@cache
def pad_script() -> str:
    """The three scripts of the pad as one, with names of their own."""
    parts = (asset(name) for name in ("pad_network.js", "pad_picture.js", "pad.js"))
    return "\n".join(["(() => {", *parts, "})();"])
