"""The typefaces of the pages: their own, light, licensed, and really used."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "chapters" / "_static"
SHEET = (STATIC / "fonts.css").read_text(encoding="utf-8")
FACES = re.findall(r'font-family: "([^"]+)".*?url\("([^"]+)"\)', SHEET, re.S)


def test_every_face_is_there_and_all_are_light():
    sizes = {file: (STATIC / file).stat().st_size for _, file in FACES}
    assert set(sizes) == {f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")}
    assert sum(sizes.values()) < 250_000


def test_every_face_has_its_licence():
    for family in {Path(file).name.split("-latin")[0].split("-greek")[0] for _, file in FACES}:
        assert "SIL Open Font License" in (STATIC / "fonts" / f"LICENSE-{family}").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize(("selector", "family"), [
    (".bd-article p", "Source Serif 4"), (".bd-article h1", "Source Sans 3"), (".bd-article pre", "JetBrains Mono")])
def test_a_page_is_set_in_them(visit, selector, family):
    page = visit("02_linear_models/02_softmax_regression.html").page
    page.evaluate("() => document.fonts.ready")
    assert page.eval_on_selector(selector, "e => getComputedStyle(e).fontFamily").startswith(f'"{family}"')
    loaded = page.evaluate("() => [...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    assert family in [name.strip('"') for name in loaded]
