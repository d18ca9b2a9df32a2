"""Pictures in a grid, in every form in which pictures come."""

import numpy as np
import pytest
import torch
from PIL import Image

import d2lutils as d2l

pytestmark = [pytest.mark.usefixtures("no_notebook"), pytest.mark.filterwarnings("error")]


def shown(figure) -> list[np.ndarray]:
    """What each place of the grid holds, (H, W) or (H, W, C)."""
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def test_a_grid_with_titles():
    figure = d2l.show_images(torch.rand(5, 1, 4, 4), rows=2, titles=list("abcde"))
    assert len(figure.axes) == 6
    assert [axes.get_title() for axes in figure.axes] == [*"abcde", ""]
    titled = d2l.show_images(torch.rand(2, 4, 4), titles=torch.tensor([7, 8]))
    assert [axes.get_title() for axes in titled.axes] == ["7", "8"]
    assert d2l.show_images(torch.rand(1, 4, 4), titles="boot").axes[0].get_title() == "boot"


GREY = torch.rand(2, 5, 6)
COLOUR = torch.rand(2, 3, 5, 6)
FORMS = {
    "(N, H, W)": (GREY, (5, 6)), "(N, 1, H, W)": (GREY[:, None], (5, 6)), "(N, 3, H, W)": (COLOUR, (5, 6, 3)),
    "(N, H, W, 3)": (COLOUR.permute(0, 2, 3, 1), (5, 6, 3)), "(N, H, W, 1)": (GREY[..., None], (5, 6)),
    "(N, 4, H, W)": (torch.rand(2, 4, 5, 6), (5, 6, 4)), "NumPy (N, H, W)": (GREY.numpy(), (5, 6)),
    "NumPy (N, 3, H, W)": (COLOUR.numpy(), (5, 6, 3)), "NumPy (N, H, W, 3)": (np.ones((2, 5, 6, 3)), (5, 6, 3)),
    "NumPy (N, H, W, 4)": (np.ones((2, 5, 6, 4), dtype=np.uint8), (5, 6, 4)), "bool": (GREY > 0.5, (5, 6)),
    "uint8": ((255 * COLOUR).to(torch.uint8), (5, 6, 3)), "int64": ((255 * GREY).long(), (5, 6)),
    "float16": (GREY.half(), (5, 6)), "bfloat16": (GREY.bfloat16(), (5, 6)),
    "with gradient": (GREY.clone().requires_grad_(), (5, 6)), "3x3 kernels": (torch.rand(2, 1, 3, 3), (3, 3)),
    "list": ([*COLOUR], (5, 6, 3)), "list of NumPy": ([*GREY.numpy()], (5, 6)),
    "generator": ((picture for picture in GREY), (5, 6)), "not contiguous": (GREY.transpose(1, 2), (6, 5)),
}  # fmt: skip


@pytest.mark.parametrize(("images", "shape"), FORMS.values(), ids=FORMS.keys())
def test_every_form_of_tensors_and_arrays(images, shape):
    pictures = shown(d2l.show_images(images))
    assert [picture.shape for picture in pictures] == [shape, shape]
    assert all(picture.min() >= 0 and picture.max() <= 1 for picture in pictures)


@pytest.mark.parametrize(("mode", "shape"), [
    ("RGB", (4, 6, 3)), ("L", (4, 6, 3)), ("RGBA", (4, 6, 4)), ("LA", (4, 6, 4)), ("P", (4, 6, 3)), ("1", (4, 6, 3)),
    ("CMYK", (4, 6, 3)), ("F", (4, 6)), ("I", (4, 6)), ("I;16", (4, 6)),
])  # fmt: skip
def test_pictures_of_pil(mode, shape):
    image = Image.new(mode, (6, 4))
    assert [picture.shape for picture in shown(d2l.show_images([image, image]))] == [shape, shape]
    assert [picture.shape for picture in shown(d2l.show_images(image))] == [shape]


def test_a_photograph_in_grey_is_no_negative():
    (picture,) = shown(d2l.show_images(Image.new("L", (6, 4), color=255)))
    assert (picture == 1).all() and picture.shape == (4, 6, 3)  # white stays white, whatever the map of colours


def test_forms_may_be_mixed():
    white = [np.full((4, 4, 3), 255, dtype=np.uint8), torch.ones(3, 4, 4), Image.new("RGB", (4, 4), "white")]
    pictures = shown(d2l.show_images(white))
    assert all((picture == 1).all() and picture.shape == (4, 4, 3) for picture in pictures)


def test_the_colours_of_a_tensor_are_those_of_the_picture():
    red = torch.zeros(1, 3, 4, 6)
    red[:, 0] = 1
    (picture,) = shown(d2l.show_images(red))
    assert (picture == [1, 0, 0]).all()


def test_the_darkness_of_pictures_can_be_compared():
    half, whole = shown(d2l.show_images(torch.stack([torch.full((4, 4), 0.5), torch.ones(4, 4)])))
    assert (half == 0.5).all() and (whole == 1).all()
    low, high = shown(d2l.show_images(torch.stack([torch.full((4, 4), -2.0), torch.full((4, 4), 2.0)])))
    assert (low == 0).all() and (high == 1).all()  # standardised pictures: scaled, all alike
    (hole,) = shown(d2l.show_images(torch.tensor([[[0.0, float("nan")], [3.0, 1.5]]])))
    assert hole[1].tolist() == [1, 0.5]


def test_a_single_photograph_as_an_array_is_one_picture():
    assert len(shown(d2l.show_images(np.zeros((40, 60, 3), dtype=np.uint8)))) == 1


WRONG = {
    "a row": (torch.zeros(1, 7), r"image 0 has shape \(7,\): \(H, W\).*a single picture goes into a list"),
    "two channels": (torch.zeros(2, 2, 5, 6), r"image 0 has shape \(2, 5, 6\)"),
    "texts": (["a.png"], "image 0 has the type str"), "a path": ("a.png", "not str"), "nothing": ([], "no picture"),
    "no pixels": (torch.zeros(1, 0, 4), r"image 0 has shape \(0, 4\)"), "a number": (3, "not int"),
    "complex": (torch.zeros(1, 4, 4, dtype=torch.complex64), "image 0 has the type"),
}  # fmt: skip


@pytest.mark.parametrize(("images", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_picture_is_named(images, said):
    with pytest.raises(ValueError, match=said):
        d2l.show_images(images)


def test_a_grid_without_places_is_refused():
    with pytest.raises(ValueError, match="rows and cols are 1 or more"):
        d2l.show_images(torch.rand(2, 3, 3), rows=0)
