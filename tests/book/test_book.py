"""The rendered book in a real browser with no other host in reach: its pages load, fit a phone, and read without
JavaScript; and the book as files: links, downloads, what a chapter page needs."""

import re
import runpy
import sys
from urllib.parse import unquote

import pytest
from helpers.rendered import CHAPTERS, PAGES, PLAYED

from tools import notebooks

pytestmark = pytest.mark.browser

WEIGHT = 1_500_000  # bytes a first visit to a page may transfer


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_without_trouble_and_light(visit, name):
    seen = visit(name)
    assert not seen.troubles
    assert sum(seen.bytes.values()) < WEIGHT, sorted(seen.bytes.items(), key=lambda item: -item[1])[:8]
    formulas, typeset = (seen.page.locator(selector).count() for selector in (".math", ".math .katex-html"))
    assert typeset >= formulas, f"{formulas - typeset} formulas are not typeset"
    assert seen.page.locator(".katex-error").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone(visit, name):
    seen = visit(name, viewport={"width": 390, "height": 844})
    wider = seen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


@pytest.mark.parametrize("name", PLAYED)
def test_without_javascript_there_is_a_picture_and_a_sentence(visit, name):
    seen = visit(name, java_script_enabled=False)
    seen.unfold()
    for player in seen.page.locator("figure.d2l-player[data-name]").all():
        picture = player.locator("img").first
        assert picture.is_visible() and picture.bounding_box()["height"] > 50
        assert len(picture.get_attribute("alt").split()) > 3
        assert "still picture" in player.inner_text()
        assert player.locator("input").count() == 0


# --- the book as files --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", PAGES)
def test_internal_links_resolve(book, name):
    html = re.sub(r"<script.*?</script>", "", (book / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r'(?:href|src)="([^"]+)"', html):
        if re.match(r"(?:[a-z]+:|//)", link):
            assert not link.startswith("http://"), f"{link} is not https"
            continue
        path, _, anchor = unquote(link.split("?")[0] if "?" in link else link).partition("#")
        target = ((book / name).parent / path).resolve() if path else book / name
        target = target / "index.html" if target.is_dir() else target
        assert target.exists(), f"{name} links to {link}, which is not there"
        if anchor and target.suffix == ".html":
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), f"{name} links to {link}: no such place"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_page_has_what_a_chapter_needs(book, name):
    html = (book / name).read_text(encoding="utf-8")
    part, chapter = (int(piece[:2]) for piece in name.split("/"))
    assert f"<title>{part}.{chapter}. " in html
    source = name.replace(".html", ".ipynb")
    assert re.search(rf'href="[^"]*_sources/{re.escape(source)}"[^>]*', html), "no download of the notebook"
    assert (book / "_sources" / source).read_bytes() == (notebooks.CHAPTERS / source).read_bytes()
    assert 'class="left-prev"' in html and 'class="right-next"' in html
    solutions = [cell for cell in notebooks.read_source((notebooks.CHAPTERS / source).with_suffix(".md")).cells
                 if "solution" in notebooks.tags(cell)]
    folded = re.findall(r'<details[^>]*>\s*<summary[^>]*>.{0,300}?Show the solution', html, flags=re.DOTALL)
    assert len(folded) == len(solutions) > 0


def test_the_repository_is_named_in_one_place(tmp_path):
    """Without an address there is no button; with one in pyproject.toml there are those of the repository and Colab."""
    plain = (notebooks.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    plain = re.sub(r"\[project\.urls\][^[]*", "", plain)
    named = plain + '\n[project.urls]\nRepository = "https://github.com/somebody/book"\n'
    for text, there in ((plain, False), (named, True)):
        (tmp_path / "chapters").mkdir(exist_ok=True)
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        conf = tmp_path / "chapters" / "conf.py"
        conf.write_text((notebooks.CHAPTERS / "conf.py").read_text(encoding="utf-8"), encoding="utf-8")
        path = list(sys.path)
        options = runpy.run_path(str(conf))["html_theme_options"]
        sys.path[:] = path
        assert (options.get("repository_url") == "https://github.com/somebody/book") is there
        assert ("colab_url" in options.get("launch_buttons", {})) is there


def test_every_chapter_and_what_it_cites_is_found(book):
    index = (book / "index.html").read_text(encoding="utf-8")
    assert not [name for name in CHAPTERS if f'href="{name}"' not in index]
    bibliography = (book / "bibliography.html").read_text(encoding="utf-8")
    assert bibliography.count("https://doi.org/") >= 10
    search = (book / "searchindex.js").read_text(encoding="utf-8")
    assert all(name.removesuffix(".html") in search for name in CHAPTERS)
    assert "<dt" in (book / "glossary.html").read_text(encoding="utf-8")


def test_search_finds_a_chapter(visit):
    seen = visit("search.html?q=softmax")
    seen.page.wait_for_selector("ul.search li", timeout=20_000)
    assert "oftmax" in seen.page.locator("ul.search").inner_text()
    assert not seen.troubles


def test_the_theme_can_be_switched(visit):
    seen = visit("index.html")
    colours = set()
    for mode in ("dark", "light"):
        seen.page.locator("button.theme-switch-button").first.click()
        seen.page.locator(f"button.theme-change-button[data-mode={mode}]").first.click()
        seen.page.wait_for_function(f"document.documentElement.dataset.theme == '{mode}'")
        style = "getComputedStyle(document.documentElement)"
        colours.add(seen.page.evaluate(f"{style}.getPropertyValue('--pst-color-background')"))
    assert len(colours) == 2
