"""Figures as text: SVG that takes the page's ink and is the same from run to run, WebP where that is smaller.

Frames of one player differ in few lines, so they share a table of lines (`share_lines`).
"""

import base64
import difflib
import io
import math
import re
from itertools import pairwise

import matplotlib

from d2lutils.plots import COLORS

DPI = 110
MOST_LINES_COMPARED = 1000  # comparing takes the square of it
WEBP = "data:image/webp;base64,"


def share_lines(texts: list[list[str]]) -> tuple[list[str], list[list[int]]]:
    """One table of lines for all `texts`, which differ in few, and each text as ranges of it: [first, count, …].

    The table begins with the first text; what others say differently follows.
    """
    table, rows, places = list(texts[0]), [], {}
    for text in texts:
        row: list[int] = []
        for a, b, c, d in _blocks(texts[0], text):
            if b > a:
                row += [a, b - a]
            for line in text[c:d]:
                if line not in places:
                    places[line] = len(table)
                    table.append(line)
                if row and row[-2] + row[-1] == places[line]:
                    row[-1] += 1
                else:
                    row += [places[line], 1]
        rows.append(row)
    return table, rows


def _blocks(one: list[str], two: list[str]):
    """`two` in pieces: (a, b, c, d) stands for the lines a to b of `one`, then the lines c to d of `two`."""
    start = next((i for i, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
    rest = zip(reversed(one[start:]), reversed(two[start:]))
    end = next((i for i, (a, b) in enumerate(rest) if a != b), min(len(one), len(two)) - start)
    yield 0, start, start, start
    left, right = one[start : len(one) - end], two[start : len(two) - end]
    if max(len(left), len(right)) > MOST_LINES_COMPARED:
        yield 0, 0, start, start + len(right)
    else:
        for kind, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if kind == "equal":
                yield start + a, start + b, 0, 0
            else:
                yield 0, 0, start + c, start + d
    yield len(one) - end, len(one), 0, 0


def from_ranges(ranges: list[int]) -> list[int]:
    return [first + i for first, count in zip(ranges[::2], ranges[1::2]) for i in range(count)]


def svg(figure) -> str:
    """A figure as the text of an SVG that takes its ink from the page: no date, no ids that two figures could share."""
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "d2l"}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r' id="[a-z0-9.]+_\d+"', "", text)  # groups: figure_1, patch_2, …; nothing refers to them
    text = re.sub(r"#000000\b", "currentColor", text)
    for i, color in enumerate(COLORS if "<image" not in text else ()):  # lighter shades of the palette on dark pages
        text = re.sub(color, f"var(--c{i},{color.lower()})", text, flags=re.IGNORECASE)
    text = re.sub(r"font-family: [^;\"]*(; )?", "", text)  # the page's
    text = re.sub(r' transform="rotate\(-?0 [^"]*"', "", text)
    text = re.sub(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)", _smaller, text)
    text = re.sub(r"(?<=\d\.\d)\d+(?=[ \"),\n])", "", text)
    text = re.sub(r"(?<=\d)\.0(?=[ \"),\n])", "", text)
    text = re.sub(r'(?<= d=")[^"]+', _on_one_line, text)
    text = re.sub(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>', _root, text, count=1)
    text = re.sub(r"=\"([^\"']*)\"", r"='\1'", text)  # JSON would have to escape double quotes
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _root(match) -> str:
    width = float(match[1].split()[2])  # points; a little larger than in a notebook
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{match[1]}" fill="currentColor" '
        f'style="max-width:{1.5 * width:.0f}px;font-family:system-ui,sans-serif">'
    )


def _on_one_line(path) -> str:
    """A path on one line, which goes on without saying L each time, less the points that lie on the way to the next."""
    pieces = re.split(r"([A-Za-z])", " ".join(path[0].split()))[1:]
    out, line = [], []
    for command, numbers in [*zip(pieces[::2], pieces[1::2]), ("", "")]:
        if command == "L" and line:
            line.append(tuple(map(float, numbers.split())))
            continue
        out += [f"{x:.4g} {y:.4g}" for x, y in _straightened(line)[1:]]
        out += [f"{command} {numbers.strip()}".strip()]
        line = [tuple(map(float, numbers.split()))] if command == "M" else []
    return " ".join(filter(None, out))


def _straightened(line: list[tuple[float, float]], most: float = 0.15) -> list[tuple[float, float]]:
    """The points of a line without those that are nearer than `most` points (1/72 inch) to the line without them."""
    kept, skipped = line[:1], []
    for point, following in pairwise(line[1:]):
        (x0, y0), (dx, dy) = kept[-1], (following[0] - kept[-1][0], following[1] - kept[-1][1])
        skipped.append(point)
        length = math.hypot(dx, dy)
        ahead = all(0 <= (x - x0) * dx + (y - y0) * dy <= length**2 for x, y in skipped)
        if not ahead or any(abs((x - x0) * dy - (y - y0) * dx) > most * length for x, y in skipped):
            kept.append(point)
            skipped = []
    return kept + line[max(1, len(line) - 1) :]


def _smaller(match) -> str:
    """A picture inside an SVG as WebP, where that is smaller."""
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(match[1])))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=70, method=4)
    text = base64.b64encode(out.getvalue()).decode()
    return WEBP + text if len(text) < len(match[1]) else match[0]


def webp(figure) -> bytes:
    """A figure on white as WebP, in 48 colours or with losses, whichever is smaller."""
    from PIL import Image

    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI, facecolor="white")
    image, few, many = Image.open(png).convert("RGB"), io.BytesIO(), io.BytesIO()
    image.quantize(48, dither=Image.Dither.NONE).convert("RGB").save(few, "WEBP", lossless=True, method=4)
    image.save(many, "WEBP", quality=60, method=4)
    return min(few.getvalue(), many.getvalue(), key=len)
