"""The notebooks as a reader opens them, with no MyST at hand: plain Markdown whose numbers and links are the page's."""

import base64
import io
import re
from collections import Counter
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from PIL import Image

from tools import notebooks
from tools.translate.parsing import parse

SOURCES = notebooks.sources()
# what GitHub, nbviewer and Colab show of an output; widget views, JavaScript and bare SVG are not among it
SHOWN = {"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg"}


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def source(request):
    return request.param


@pytest.fixture
def notebook(source):
    return notebooks.read_notebook(source.with_suffix(".ipynb"))


@pytest.fixture
def page(source, book):
    html = (book / source.relative_to(notebooks.CHAPTERS).with_suffix(".html")).read_text(encoding="utf-8")
    return BeautifulSoup(html, "lxml").select_one("article")


def prose(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_no_myst_is_left(notebook):
    """Read by the page's parser, a notebook has no role, directive, label, comment, footnote or attribute in it."""
    kinds = {"myst_role", "myst_target", "myst_line_comment", "myst_block_break", "colon_fence", "math_block_label",
             "attrs_block", "attributes", "span_open", "amsmath", "footnote_ref", "footnote_reference_open", "dl_open"}
    for text in prose(notebook):
        tokens = parse(text)
        tokens += [child for token in tokens for child in token.children or []]
        assert not [token.content for token in tokens if token.type in kinds]
        assert not [token.info for token in tokens if token.type == "fence" and token.info.startswith("{")]
        code = [token.content for token in tokens if token.type in ("code_inline", "fence", "code_block")]
        for part in code:
            text = text.replace(part, "")
        assert not re.search(r"\{[a-z:]+\}`|^:::|^\([\w-]+\)=", text, re.MULTILINE)


def test_mathematics_in_a_quote_keeps_to_its_line(notebook):
    """The later lines of a quote begin with its mark, which JupyterLab would typeset."""
    for text in prose(notebook):
        for quote in re.findall(r"(?:^>.*\n?)+", text, re.MULTILINE):
            assert all(line.count("$") % 2 == 0 for line in quote.replace(r"\$", "").splitlines()), quote


def test_every_link_leads_somewhere(source, notebook):
    markdown = MarkdownIt("commonmark").enable("table")
    for text in prose(notebook):
        for link in BeautifulSoup(markdown.render(text), "lxml").select("[href], [src]"):
            address = unquote(link.get("href") or link.get("src"))
            if address.startswith(("https://", "data:image/svg+xml;base64,")):
                continue
            path, _, anchor = address.partition("#")
            target = (source.parent / path).resolve() if path else source.with_suffix(".ipynb")
            assert target.is_file() and target.suffix != ".md", address
            if anchor:
                headings = re.findall(r"^#+ (.*)$", "\n".join(prose(notebooks.read_notebook(target))), re.MULTILINE)
                assert anchor in {heading.strip().replace(" ", "-") for heading in headings}, address
            if target.suffix == ".ipynb":
                assert link.get_text().strip()


def test_title_and_links_to_chapters_have_the_numbers_of_the_page(source, notebook, page):
    spaces = str.maketrans("\u00a0", " ")
    title = page.select_one("h1").get_text().removesuffix("#").translate(spaces)
    assert prose(notebook)[0].splitlines()[0] == "# " + title.replace(". ", " ", 1)
    for words, path in re.findall(r"\[(\d[^\]]*)\]\(([^)]*\.ipynb)\)", "\n".join(prose(notebook))):
        first = prose(notebooks.read_notebook((source.parent / path).resolve()))[0].splitlines()[0]
        assert first == f"# {words}"


def test_equations_have_the_numbers_of_the_page(notebook, page):
    tags = re.findall(r"\\tag\{([\d.]+)\}", "\n".join(prose(notebook)))
    assert tags == [number.get_text().strip("#()") for number in page.select(".eqno")]
    assert tags and len(set(tags)) == len(tags)


def test_references_to_equations_have_the_numbers_of_the_page(notebook, page):
    words = re.sub(r"\$\$.*?\$\$", "", "\n".join(prose(notebook)), flags=re.DOTALL)
    found = re.findall(r"(?<![\w{])\((\d+\.\d+\.\d+)\)", words)
    shown = [link.get_text().strip("()") for link in page.select("a.reference.internal")
             if "#equation-" in link.get("href", "")]
    assert found == shown


def test_figures_have_the_numbers_and_captions_of_the_page(notebook, page):
    captions = re.findall(r"^\*\*(Figure [\d.]+\d)\.\*\*", "\n".join(prose(notebook)), re.MULTILINE)
    assert captions == [number.get_text().strip() for number in page.select("figcaption .caption-number")]
    for before, cell in zip(notebook.cells, notebook.cells[1:]):
        if cell.source.startswith("**Figure"):
            assert any("image/png" in output.get("data", {}) for output in before.outputs)


def test_citations_are_those_of_the_page(notebook, page):
    rendered = BeautifulSoup(MarkdownIt("commonmark").render("\n\n".join(prose(notebook))), "lxml").get_text()
    rendered = " ".join(rendered.split())
    wanted = Counter(" ".join(found.get_text().split()) for found in page.select(".bibtex-citation"))
    assert wanted
    for words, times in wanted.items():
        assert rendered.count(words) >= times, words
    works = (notebooks.CHAPTERS / "references.bib").read_text(encoding="utf-8")
    links = re.findall(r"\]\(https://doi\.org/([^)]+)\)", "\n".join(prose(notebook)))
    assert links and all(unquote(doi) in works for doi in links)


def test_github_and_nbviewer_would_show_it(source, notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5) and "widgets" not in notebook.metadata
    assert source.with_suffix(".ipynb").stat().st_size < notebooks.LIMIT
    assert len({cell["id"] for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        assert "attachments" not in cell
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert set(data) <= SHOWN
            if "image/png" in data:
                Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).verify()


def test_what_the_page_folds_is_folded(source, notebook):
    for cell in notebooks.code_cells(notebook):
        folded = bool(notebooks.tags(cell) & {"hide-input", "hide-cell"})
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) is folded
        assert ("cellView" in cell.metadata) is folded
    assert "setup" in notebooks.tags(notebook.cells[0]) and notebook.cells[0].metadata["jupyter"]["source_hidden"]
    solving, level, second_readings = False, 9, 0
    for cell in notebook.cells:
        heading = re.match(r"(#+) ", cell.source) if cell.cell_type == "markdown" else None
        if heading and len(heading[1]) <= level:
            collapsed = cell.metadata.get("jp-MarkdownHeadingCollapsed", False)
            solving, level = collapsed and cell.source.endswith("# Solution"), len(heading[1]) if collapsed else 9
            second_readings += collapsed and not solving
        body = "solution" in notebooks.tags(cell) and not cell.source.endswith("# Solution")
        assert body == (solving and not heading), cell.source[:200]
    written = [cell for cell in notebooks.read_source(source).cells if "solution" in notebooks.tags(cell)]
    bodies = [cell for cell in notebook.cells if "solution" in notebooks.tags(cell)
              and not cell.source.endswith("# Solution")]
    assert len(bodies) == len(written) > 0
    assert second_readings == source.read_text(encoding="utf-8").count("\n{.second-reading}\n")
