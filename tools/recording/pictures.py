"""Stored pictures as small as they can be without changing a pixel: a notebook has 500 kB for everything."""

import base64
import io

from nbformat import NotebookNode
from PIL import Image, ImageChops


def slim(notebook: NotebookNode) -> None:
    """Packs every PNG anew, without an alpha channel that hides nothing, grey pictures in grey, few colours as a list.

    The same picture gives the same bytes.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if png := output.get("data", {}).get("image/png"):
                output.data["image/png"] = base64.b64encode(_packed(base64.b64decode(png))).decode()


def _packed(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png))
    if picture.mode == "RGBA" and picture.getextrema()[3] == (255, 255):
        picture = picture.convert("RGB")
    ways = [picture]
    if picture.mode == "RGB":
        red, green, blue = picture.split()
        if not ImageChops.difference(red, green).getbbox() and not ImageChops.difference(red, blue).getbbox():
            ways.append(red)
        elif colours := picture.getcolors(256):
            ways.append(picture.quantize(len(colours), method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE))
    packed = [_png(way) for way in ways if not ImageChops.difference(way.convert(picture.mode), picture).getbbox()]
    return min(png, *packed, key=len)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
