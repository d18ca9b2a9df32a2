"""Questions with hidden answers and second readings on a page: closed, opened by a key, with no script at all."""

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
extensions = ["myst_parser", "details"]
myst_enable_extensions = parsing.EXTENSIONS
html_theme = "basic"
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

### Its lemma

Longer.

## Summary

Short.
"""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("details")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.md").write_text(PAGE, encoding="utf-8")
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
    assert page.get_by_role("heading", name="Summary").is_visible() and page.get_by_text("Short.").is_visible()
    hidden = [page.get_by_text("Long, with a"), page.get_by_role("heading", name="Its lemma"),
              page.get_by_text("Longer.")]
    assert not any(part.is_visible() for part in hidden)
    page.get_by_text("Second reading").click()
    assert all(part.is_visible() for part in hidden)
