"""Pictures in a grid, in whatever form they come."""

import numpy as np
import torch
from PIL import Image

from d2lutils.plots.notebook import show
from d2lutils.plots.style import new_figure
from d2lutils.plots.values import is_row, names

_DEEP = ("I", "F", "I;16", "I;16B", "I;16L")  # Pillow's modes whose numbers are not those of a screen


def show_images(images, rows: int = 1, cols: int | None = None, titles=None, scale: float = 1.2):
    """Show pictures in a grid of `rows` × `cols` (by default as many columns as it takes, at `scale` inches each).

    images: tensors or arrays (N, H, W), (N, C, H, W) or (N, H, W, C) with C = 1 (grey), 3 (colour) or 4 (with
        opacity), a list of such pictures or of PIL's, or a single PIL picture. Integers lie in 0 … 255, floats in
        0 … 1; others are scaled, all pictures alike, from the smallest value to the largest. Grey tensors and arrays
        are drawn as ink on paper, 0 white and 1 black; PIL's grey is a photograph's.
    titles: a text for each. Pictures for which the grid has no place are left out.

    Returns the matplotlib figure. Raises ValueError for a shape that is no picture, and if there is none at all.
    """
    pictures = _pictures(images)
    if not pictures:
        raise ValueError("images holds no picture: there is nothing to show")
    if rows < 1 or (cols is not None and cols < 1):
        raise ValueError(f"rows and cols are 1 or more, not {rows} and {cols}")
    cols = cols or -(-len(pictures) // rows)
    titles = names(titles)
    figure, grid = new_figure((cols * scale, rows * (scale + (0.25 if titles else 0))), rows, cols)
    for axes in grid:
        axes.set_axis_off()
    for i, (axes, picture) in enumerate(zip(grid, pictures)):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        if i < len(titles):
            axes.set_title(titles[i], fontsize="small")
    return show(figure)


def _pictures(images) -> list[np.ndarray]:
    """Each picture as floats in [0, 1], (H, W) or (H, W, C)."""
    photograph = hasattr(images, "dtype") and "uint8" in str(images.dtype) and images.ndim == 3
    if isinstance(images, Image.Image) or (photograph and images.shape[2] in (3, 4) and min(images.shape[:2]) > 4):
        images = [images]  # one picture, (H, W, 3): its lines are none
    if not is_row(images):
        raise ValueError(f"images holds pictures, tensors or arrays or PIL's, not {type(images).__name__}")
    return _in_unit_range([_array(image, i) for i, image in enumerate(images)])


def _array(image, i: int) -> np.ndarray:
    """(H, W) or (H, W, C) of numbers as they came."""
    if isinstance(image, Image.Image):
        return _array_of_pil(image)
    channels_first = isinstance(image, torch.Tensor)
    if channels_first:
        image = image.detach().cpu()
        image = image.float() if image.is_floating_point() else image  # NumPy has no bfloat16
    array = np.asarray(image)
    if array.ndim == 3:
        # torch's pictures are (C, H, W), NumPy's (H, W, C): the usual order is tried first, four channels last
        order = [(0, (1, 3)), (2, (1, 3)), (0, (4,)), (2, (4,))]
        order = order if channels_first else [order[1], order[0], order[3], order[2]]
        axis = next((axis for axis, channels in order if array.shape[axis] in channels), None)
        if axis is not None:
            array = np.moveaxis(array, axis, 2)
            return array[:, :, 0] if array.shape[2] == 1 else array
    if array.ndim != 2 or array.dtype.kind not in "buif" or 0 in array.shape:
        what = f"shape {array.shape}" if array.dtype.kind in "buif" else f"the type {type(image).__name__}"
        raise ValueError(
            f"image {i} has {what}: (H, W), and (C, H, W) or (H, W, C) with 1, 3 or 4 channels, can be shown; a single "
            "picture goes into a list, [picture]"
        )
    return array


def _array_of_pil(image: Image.Image) -> np.ndarray:
    if image.mode in _DEEP:
        return np.asarray(image)
    transparent = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if transparent else "RGB"))


def _in_unit_range(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """Integers from 0 … 255 and floats from 0 … 1, or, where some lie outside, from all that there are of the kind."""
    ranges = {}
    for is_float, usual in ((False, 255.0), (True, 1.0)):
        kind = [picture for picture in pictures if (picture.dtype.kind == "f") == is_float and picture.dtype != bool]
        finite = np.concatenate([picture[np.isfinite(picture)].ravel() for picture in kind]) if kind else np.empty(0)
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, usual)
        ranges[is_float] = (0.0, usual) if low >= 0 and high <= usual else (low, high)
    shown = []
    for picture in pictures:
        low, high = (0.0, 1.0) if picture.dtype == bool else ranges[picture.dtype.kind == "f"]
        shown.append(np.clip((picture.astype(float) - low) / (high - low or 1.0), 0, 1))
    return shown
