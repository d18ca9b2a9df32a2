"""The diagrams: what their descriptions promise is drawn, large enough for a phone, and readable in both themes."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tools.diagrams import CSS, DIAGRAMS, Drawing
from tools.diagrams.catalogue import diagram
from tools.diagrams.label import Run, plain, runs

COLUMN = 350  # CSS pixels: the text column of a page that is 390 wide
every = pytest.mark.parametrize("name", sorted(DIAGRAMS))


def elements(svg: str):
    return list(ElementTree.fromstring(svg).iter())


@every
def test_what_the_description_promises_is_written(name):
    drawn = " ".join(DIAGRAMS[name].drawn().labels)
    squeezed = re.sub(r"\s", "", drawn)
    assert DIAGRAMS[name].promised, "a description names what is written in the drawing, between back quotes"
    for promise in DIAGRAMS[name].promised:
        assert re.sub(r"\s", "", promise) in squeezed, f"{promise!r} is described and not drawn; drawn is {drawn}"


@every
def test_text_is_at_least_twelve_pixels_on_a_phone(name):
    entry = DIAGRAMS[name]
    scale = min(1, COLUMN / entry.width)
    for element in elements(entry.drawn().svg(alone=False)):
        if element.tag.endswith("text"):
            assert float(element.get("font-size")) * scale >= 12


@every
def test_nothing_is_drawn_outside_of_the_sheet(name):
    entry = DIAGRAMS[name]
    for element in elements(entry.drawn().svg(alone=False)):
        if element.tag.endswith("path"):
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", element.get("d"))]
            assert all(0 <= x <= entry.width for x in numbers[::2])
            assert all(0 <= y <= entry.height for y in numbers[1::2])


@every
def test_one_drawing_serves_page_and_notebook(name):
    entry = DIAGRAMS[name]
    page, image = entry.drawn().svg(alone=False, alt=entry.alt), entry.drawn().svg(alone=True, alt=entry.alt)
    assert "<style" not in page and "url(" not in page and " id=" not in page, "an inline drawing leaks nothing"
    assert "light-dark" not in image and "<style" in image, "an image has colours of its own"
    assert 'role="img"' in page and entry.alt[:40] in page.replace("&amp;", "&")
    used = {kind for element in elements(page) if element.get("class") for kind in element.get("class").split()}
    for kind in used - {"ink"}:
        assert f".{kind}" in CSS, f"{kind} has no colour"


def test_labels_are_set_in_type():
    assert runs("scores $o_1$") == [Run("scores "), Run("o", italic=True), Run("1", level=-1)]
    assert runs("$!W^{(1)}$")[0] == Run("W", bold=True) and plain("$!W^{(1)}$") == "W(1)"
    assert {run.level for run in runs("$!W^{(1)}$")[1:]} == {1}
    assert plain("$C̃_{t−1}$") == "C̃t−1"
    with pytest.raises(ValueError, match="without its partner"):
        runs("5 $")


def test_words_can_be_translated():
    german = DIAGRAMS["mlp_shapes"].drawn(words={"inputs": "Eingänge"})
    assert "Eingänge" in german.labels and "inputs" not in german.labels


def test_the_catalogue_wants_a_description_and_a_name_of_its_own():
    def nameless(sheet: Drawing):
        sheet.text(1, 1, "x")

    with pytest.raises(ValueError, match="no description"):
        diagram(10, 10)(nameless)
    nameless.__doc__, nameless.__name__ = "Shows `x`.", "lstm_cell"
    with pytest.raises(ValueError, match="two diagrams"):
        diagram(10, 10)(nameless)
