"""The diagrams of the book: one drawing style, each diagram a short function, drawn to SVG by drawsvg.

    from tools.diagrams import DIAGRAMS
    DIAGRAMS["mlp_shapes"].drawn().svg(alone=False)

`python -m tools.diagrams FOLDER` writes all of them as files, to look at.
"""

from tools.diagrams import (  # noqa: F401 (entered by import)
    attention,
    channels,
    convolution,
    convolutional,
    lenet,
    linear_models,
    perceptrons,
    pooling,
    recurrent,
)
from tools.diagrams.catalogue import DIAGRAMS, Diagram
from tools.diagrams.drawing import CSS, STATIC, Drawing

__all__ = ["CSS", "DIAGRAMS", "STATIC", "Diagram", "Drawing"]
