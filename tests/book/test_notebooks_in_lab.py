"""Whole chapters in a real JupyterLab, and as `nbconvert --to html` shows them: nothing raw, players that answer before
anything has run, solutions closed and open at a click."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from helpers.lab_server import lab, visiting  # noqa: F401 (lab is a fixture, by being imported)

from tools import notebooks

pytestmark = pytest.mark.browser

CHAPTERS = ["02_linear_models/02_softmax_regression", "03_multilayer_perceptrons/01_perceptron_and_mlp",
            "06_modern_convolutional_networks/05_batch_normalization"]
# how MyST, links and mathematics look that nothing has read, code left out
RAW = re.compile(r"\{[\w:]+\}|:::|```|^\([\w-]+\)=|\{[.#][\w-]+\}|\[\^|\$\$?(?=[^$\s\d])[^$]*\\\w|\\tag|\]\(",
                 re.MULTILINE)


def shown(texts: list[str]) -> list[str]:
    return [found[0] for text in texts if (found := RAW.search(text))]


def test_what_is_raw_is_seen():
    raw = ["See {ref} there", "by {cite:t}", ":::{note}", "(chap-here)=", "words{.needs}", "a note[^1]", "so $\\alpha$",
           "b \\tag{1.2.3}", "[words](there.ipynb)", "```python"]
    assert len(shown(raw)) == len(raw)
    assert not shown(["It costs $5 and {two, three} of (them) [2001]: **", "f(x)=1", "a :: b"])


def players_answer(page, figures) -> None:
    assert figures.count(), "no player"
    for index in range(figures.count()):
        figure = figures.nth(index)
        slider = figure.get_by_role("slider").first
        slider.wait_for(timeout=30_000)
        slider.focus()
        words = set()
        for key in ("Home", "End"):
            page.keyboard.press(key)
            words.add(figure.locator(".d2l-readout").inner_text())
        assert len(words) == 2


@pytest.fixture(params=CHAPTERS)
def opened(request, lab, browser):  # noqa: F811
    """A chapter's notebook in JupyterLab, trusted and not run."""
    address, token, root = lab
    name = f"{request.param}.ipynb"
    (root / name).parent.mkdir(exist_ok=True)
    shutil.copyfile(notebooks.CHAPTERS / name, root / name)
    environment = os.environ | {"JUPYTER_DATA_DIR": str(root.parent / "data")}
    subprocess.run([sys.executable, "-m", "jupyter", "trust", str(root / name)], check=True, env=environment)
    with visiting(browser, address) as page:
        page.goto(f"{address}lab/tree/{name}?token={token}&reset", timeout=90_000)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        page.wait_for_function("document.querySelectorAll('.jp-MarkdownOutput mjx-container').length > 20",
                               timeout=90_000)
        yield page, notebooks.read_notebook(root / name)


def test_a_chapter_in_jupyterlab(opened):
    page, notebook = opened
    cells = page.locator(".jp-Notebook > .jp-WindowedPanel-outer .jp-Cell")
    assert cells.count() == len(notebook.cells)
    texts = page.evaluate("""() => [...document.querySelectorAll('.jp-MarkdownCell .jp-MarkdownOutput')].map(cell => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll('code, mjx-container, .MathJax').forEach(part => part.remove());
        return copy.textContent;
    })""")
    assert len(texts) > 30 and not shown(texts)
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    tags = {number for cell in notebook.cells for number in re.findall(r"\\tag\{([\d.]+)\}", cell.source)}
    assert tags and page.locator("mjx-labels").count() >= len(tags)
    for i, cell in enumerate(notebook.cells):
        if cell.metadata.get("jp-MarkdownHeadingCollapsed") and not cell.source.endswith("# Solution"):
            cells.nth(i).scroll_into_view_if_needed()
            cells.nth(i).locator(".jp-collapseHeadingButton, .jp-showHiddenCellsButton").last.click()
    players_answer(page, page.locator("figure.d2l-player"))
    assert page.locator(".jp-InputArea-prompt", has_text="*").count() == 0

    bodies = [i for i, cell in enumerate(notebook.cells)
              if "solution" in notebooks.tags(cell) and not cell.source.endswith("# Solution")]
    headings = [i for i, cell in enumerate(notebook.cells) if cell.source.endswith("# Solution")]
    assert bodies and not any(cells.nth(i).is_visible() for i in bodies)
    assert all(cells.nth(i).is_visible() for i in headings)
    following = [i for i, cell in enumerate(notebook.cells) if re.match(r"#{2,3} ", cell.source)]
    assert all(cells.nth(i).is_visible() for i in following)
    first = cells.nth(headings[0])
    first.scroll_into_view_if_needed()
    first.locator(".jp-collapseHeadingButton, .jp-showHiddenCellsButton").last.click()
    assert cells.nth(headings[0] + 1).is_visible()

    folded = [i for i, cell in enumerate(notebook.cells) if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert all(cells.nth(i).locator(".jp-InputCollapser, .jp-Placeholder").count() for i in folded)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_through_nbconvert(name, tmp_path, browser):
    done = subprocess.run([sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--output-dir", str(tmp_path),
                           str(notebooks.CHAPTERS / f"{name}.ipynb")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(("file:", "data:"))
               else route.abort())  # nbconvert takes MathJax from another host
    page.goto((tmp_path / f"{name.split('/')[1]}.html").as_uri())
    texts = page.evaluate("""() => [...document.querySelectorAll('.jp-MarkdownCell')].map(cell => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll('code').forEach(part => part.remove());
        return copy.textContent.replace(/\\$\\$[^]*?\\$\\$|\\$[^$]*\\$/g, '');
    })""")
    assert len(texts) > 30 and not shown(texts)
    players_answer(page, page.locator("figure.d2l-player"))
    context.close()
