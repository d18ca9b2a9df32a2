"""Questions with hidden answers and second readings on a page: closed, opened by a key, with no script at all; and by
the book's script where a link or an address leads into them."""

import os
import subprocess
import sys

import pytest

from tools import notebooks

pytestmark = pytest.mark.browser

CONF = f"""
import sys
sys.path[:0] = [{str(notebooks.CHAPTERS / "_ext")!r}, {str(notebooks.ROOT)!r}]
from tools.translate import parsing
extensions = ["myst_parser", "sphinx_design", "details"]
myst_enable_extensions = parsing.EXTENSIONS
html_theme = "basic"
html_static_path = [{str(notebooks.CHAPTERS / "_static")!r}]
html_js_files = [("katex/katex.min.js", {{"defer": "defer"}}), ("book.js", {{"defer": "defer"}})]
"""
PAGE = """# A page

:::{predict} Guess *first*
What is $1 + 1$?

- [ ] One

  Count **again**.
- [x] Two, or `1 + 1`

---
Because of Peano.
:::

{.second-reading}
## A proof

Long, with a [link](#summary).

(sec-lemma)=
### Its lemma

Longer.

$$
a = b
$$ (eq-wide)

## Summary

Short. By {eq}`eq-wide`.
"""
EXERCISE = """# An exercise

:::::{dropdown} Show the solution
$$
c = d
$$ (eq-solved)

:::{predict}
Why?

---
$$
e = f
$$ (eq-answered)
:::
:::::
"""
OTHER = """# Another page

See {eq}`eq-wide`, {eq}`eq-solved` and {eq}`eq-answered`, and {ref}`its lemma <sec-lemma>`.
"""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("details")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.md").write_text(f"{PAGE}\n```{{toctree}}\nother\nexercise\n```\n", encoding="utf-8")
    (folder / "exercise.md").write_text(EXERCISE, encoding="utf-8")
    (folder / "other.md").write_text(OTHER, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "sphinx", "-W", "-q", str(folder), str(folder / "out")],
                          capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    return folder / "out" / "index.html"


@pytest.fixture
def page(browser, rendered):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(rendered.as_uri())
    yield page
    context.close()


def test_a_choice_says_why_it_is_wrong_and_the_answer_waits(page):
    box = page.locator(".predict")
    assert box.locator(".admonition-title").inner_text() == "Guess first"
    hidden = {"One": "Count again.", "Two, or 1 + 1": "Right.", "The answer": "Because of Peano."}
    assert box.locator("summary").all_inner_texts() == list(hidden)
    assert not any(box.get_by_text(words).first.is_visible() for words in hidden.values())
    page.locator("body").press("Tab")
    for choice, words in hidden.items():
        for _ in range(20):
            if page.locator("summary:focus").count() and page.locator("summary:focus").inner_text() == choice:
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert box.get_by_text(words).first.is_visible()
    assert box.locator("details.wrong strong").first.inner_text() == "No."


def test_a_second_reading_keeps_its_heading_and_hides_the_rest_up_to_the_next(page):
    assert page.get_by_role("heading", name="A proof").is_visible()
    assert page.get_by_role("heading", name="Summary").is_visible() and page.get_by_text("Short. By").is_visible()
    lemma = page.get_by_role("heading", name="Its lemma")
    hidden = [page.get_by_text("Long, with a"), lemma, page.get_by_text("Longer.")]
    assert not any(part.is_visible() for part in hidden)
    page.get_by_text("Second reading").click()
    assert all(part.is_visible() for part in hidden)


# --- links that lead into what is closed ---------------------------------------------------------------------------

@pytest.fixture
def scripted(browser, rendered):
    """scripted(name) opens one of the pages, "index.html#summary", with the book's script."""
    context = browser.new_context(viewport={"width": 800, "height": 500})

    def visit(name: str):
        page = context.new_page()
        page.goto(f"{rendered.parent.as_uri()}/{name}")
        return page

    yield visit
    context.close()


def is_shown(page, identifier: str) -> bool:
    """Whether the place is seen, and stands in the window."""
    page.wait_for_function("document.readyState == 'complete'")
    page.wait_for_timeout(100)
    box = page.locator(f"[id='{identifier}']").bounding_box()
    return box is not None and box["height"] > 0 and -1 <= box["y"] < 500


def opened(page) -> list[str]:
    return page.locator("details[open] > summary").all_inner_texts()


@pytest.mark.parametrize(("place", "boxes"), [
    ("index.html#a-proof", ["Second reading"]), ("index.html#sec-lemma", ["Second reading"]),
    ("index.html#equation-eq-wide", ["Second reading"]), ("exercise.html#equation-eq-solved", ["Show the solution"]),
    ("exercise.html#equation-eq-answered", ["Show the solution", "The answer"]), ("index.html#summary", []),
    ("index.html#nowhere", []), ("index.html#%", []),
])
def test_an_address_opens_what_it_names(scripted, place, boxes):
    page = scripted(place)
    assert [text.strip() for text in opened(page)] == boxes
    if boxes:
        assert is_shown(page, place.partition("#")[2])


def test_a_link_opens_by_a_key_and_again_after_the_reader_has_closed_it(scripted):
    page = scripted("index.html")
    link = page.get_by_role("link", name="(1)")
    for _ in range(2):
        link.press("Enter")
        assert opened(page) == ["Second reading"] and is_shown(page, "equation-eq-wide")
        page.locator("details.second-reading > summary").press("Enter")
        assert not opened(page)
    page.go_back()
    page.evaluate("location.hash = 'sec-lemma'")
    page.wait_for_function("document.querySelector('details.second-reading').open")
    assert is_shown(page, "sec-lemma")


@pytest.mark.parametrize("place", ["equation-eq-wide", "equation-eq-solved", "equation-eq-answered", "sec-lemma"])
def test_a_link_from_another_page_opens(scripted, place):
    page = scripted("other.html")
    page.locator(f".body a[href$='#{place}']").press("Enter")
    page.wait_for_url(f"**/*.html#{place}")
    assert is_shown(page, place) and opened(page)


def test_what_opens_lets_the_keyboard_reach_what_scrolls(scripted):
    page = scripted("index.html")
    formula = page.locator("details.second-reading .math")
    page.add_style_tag(content=".output pre { width: 2em; overflow: auto }")
    formula.evaluate("element => { element.outerHTML = '<div class=output><pre>a long line of words</pre></div>' }")
    line = page.get_by_text("a long line of words")
    assert line.get_attribute("tabindex") is None
    page.get_by_text("Second reading").press("Enter")
    page.wait_for_function("document.querySelector('.output pre').tabIndex == 0")


def test_without_a_script_the_heading_is_there_to_be_opened(page, rendered):
    page.goto(f"{rendered.as_uri()}#a-proof")
    assert page.get_by_role("heading", name="A proof").is_visible() and page.get_by_text("Second reading").is_visible()
