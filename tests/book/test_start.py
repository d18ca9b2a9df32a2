"""The start page, and `python -m tools.lab` in a real JupyterLab: what a reader sees before anything is run."""

import re
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from helpers.lab_server import serving, visiting, write_settings

from tools import notebooks
from tools.lab import contents, edition, start
from tools.lab.own_copy import OwnCopy

PAGE = notebooks.CHAPTERS / "start.ipynb"
PLAYER = "figure.d2l-player"
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status == 'idle'"


def text() -> str:
    return notebooks.markdown(notebooks.read_notebook(PAGE))


def test_it_is_in_step_with_its_source_the_contents_and_the_player():
    assert start.in_step(), "run `make record`"


def test_the_contents_lead_to_every_chapter_by_its_number_and_title():
    links = dict(re.findall(r"\[([^\]]+)\]\(([^)]+)\)", text()))
    assert links == {f"{chapter.number}\u00a0{chapter.title}": chapter.name
                     for part in contents.parts() for chapter in part.chapters}
    assert set(links.values()) == {source.relative_to(notebooks.CHAPTERS).with_suffix(".ipynb").as_posix()
                                   for source in notebooks.sources()}


def test_a_chapter_more_is_seen(tmp_path):
    folder = tmp_path / "chapters"
    (folder / "02_linear_models").mkdir(parents=True)
    for name in ("start.md", "parts.toml"):
        (folder / name).write_bytes((notebooks.CHAPTERS / name).read_bytes())
    played = notebooks.CHAPTERS / start.PLAYED
    for name, title in (("01_linear_regression", "Linear regression"), ("09_more", "One more")):
        (folder / "02_linear_models" / f"{name}.md").write_text(f"# {title}\n", encoding="utf-8")
        (folder / "02_linear_models" / f"{name}.ipynb").write_bytes(played.read_bytes())
    assert not start.in_step(folder)
    notebooks.write_notebook(start.build(folder), folder / "start.ipynb")
    assert start.in_step(folder)
    assert "[2.9\u00a0One more](02_linear_models/09_more.ipynb)" in notebooks.markdown(
        notebooks.read_notebook(folder / "start.ipynb"))
    notebook = notebooks.read_notebook(folder / start.PLAYED)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "d2l-player" in output.get("data", {}).get("text/html", ""):
                output.data["text/html"] += "<!-- recorded anew -->"
    notebooks.write_notebook(notebook, folder / start.PLAYED)
    assert not start.in_step(folder), "the player is older than the chapter's"


def test_it_shows_one_diagram_and_one_player():
    page = notebooks.read_notebook(PAGE)
    assert re.findall(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="(.{40,})" width="\d+">', text())
    html = "".join(output.get("data", {}).get("text/html", "")
                   for cell in page.cells for output in cell.get("outputs", []))
    assert text().count("<img") == 1 and html.count('<figure class="d2l-player"') == 1


def test_it_is_short_and_says_what_a_reader_needs():
    words = re.sub(r"\|.*|<img[^>]*>", "", text()).split()
    assert len(words) < 300
    for said in ("Shift+Enter", "No GPU?", "Players", "Live panels", "Stop", "Exercises", "make lab",
                 "make fresh CHAPTER=", "python -m tools.lab", "alone", "second readings"):
        assert said in text()
    assert len(nbformat.writes(notebooks.read_notebook(PAGE)).encode()) < 100_000


def test_it_is_set_up_before_any_code_that_needs_the_book():
    code = [cell for cell in notebooks.read_notebook(PAGE).cells if cell.cell_type == "code"]
    assert [notebooks.tags(cell) for cell in code[:2]] == [{"setup"}, set()]


def test_nbval_passes_without_any_option_of_ours():
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", PAGE],
                          cwd=notebooks.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


# --- in the browser ------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The server's folder, with a setting of the user's own, and in it the reader's, work/."""
    folder = tmp_path_factory.mktemp("reader")
    write_settings(folder, {"apputils-extension/themes": {"theme": "JupyterLab Dark"}})
    return folder


@pytest.fixture(scope="module")
def lab(folder):
    with serving(["tools.lab"], folder, D2L_WORK=str(folder / "work")) as server:
        yield server


@pytest.fixture
def page(lab, browser, folder):
    """The page that a reader's browser is sent to on a first visit, as soon as its player has sliders."""
    shutil.rmtree(folder / "workspaces", ignore_errors=True)  # else what an earlier test opened is opened again
    with visiting(browser, lab.address) as page:
        page.goto(f"{lab.address}?token={lab.token}", timeout=90_000)
        page.wait_for_selector(f"{PLAYER} input[type=range]", timeout=90_000)
        yield page


def kernel_has_run(page) -> bool:
    """Whether any cell of the notebook in front has been executed in this session."""
    return page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.some("
                         "cell => cell.model.type == 'code' && cell.model.executionState == 'running')")


def move(page) -> None:
    """Moves the first slider of the first player by keyboard; what is said of the run has to change."""
    player = page.locator(PLAYER).first
    before = player.locator(".d2l-readout").inner_text()
    player.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    assert player.locator(".d2l-readout").inner_text() != before


@pytest.mark.browser
def test_the_start_page_is_rendered_and_plays_before_anything_is_run(page):
    assert page.locator(".jp-RenderedMarkdown h1").first.inner_text().startswith("Deep Learning, Live")
    assert page.locator(".jp-FileEditor").count() == 0, "a text editor is open"
    move(page)
    assert not kernel_has_run(page)


@pytest.mark.browser
def test_the_users_settings_are_in_force_and_the_news_prompt_is_off(page, folder):
    assert page.evaluate("document.body.dataset.jpThemeLight") == "false", "the user's dark theme"
    page.wait_for_timeout(3000)
    assert page.get_by_text("Jupyter news").count() == 0
    mine = [path.name for path in (folder / "settings").rglob("*.jupyterlab-settings")]
    assert mine == ["themes.jupyterlab-settings"], "no setting of the user's was written"


@pytest.mark.browser
def test_a_link_opens_a_chapter_that_plays_at_once(page):
    page.get_by_role("link", name="2.1").click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget.title.label == '01_linear_regression.ipynb'")
    shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    shown.locator(f"{PLAYER} input[type=range]").first.wait_for(state="attached", timeout=60_000)
    assert page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.every("
                         "cell => cell.model.type != 'code' || cell.model.trusted)")


@pytest.mark.browser
def test_an_open_copy_with_unsaved_text_meets_a_newer_one(page, folder, browser):
    """The file is replaced, being unchanged on disk; JupyterLab asks before it saves over it, and keeps the text."""
    book = edition.files()
    newer = notebooks.read_notebook(PAGE)
    newer.cells.append(nbformat.v4.new_markdown_cell("A newer sentence of the book."))
    page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.setSource('# Mine')")
    work = folder / "work"
    report = OwnCopy(work).update(book | {"start.ipynb": nbformat.writes(newer).encode()}, "whole")
    assert "start.ipynb" in report.updated
    page.evaluate("() => { window.jupyterapp.commands.execute('docmanager:save') }")
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=30_000)
    assert "changed" in dialog.inner_text().lower()
    assert b"A newer sentence" in (work / "start.ipynb").read_bytes()
    assert page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.getSource()") == (
        "# Mine")


@pytest.mark.browser
def test_it_is_there_within_five_seconds_of_jupyterlab_itself(browser, tmp_path):
    """From nothing to the player: for ours with sliders that move, for JupyterLab itself a still picture will do."""

    def seconds(command, folder, url, **variables) -> float:
        with serving(command, folder, **variables) as server, visiting(browser, server.address) as page:
            page.goto(f"{server.address}{url}?token={server.token}", timeout=90_000)
            page.wait_for_selector(f"{PLAYER} input[type=range]" if variables else PLAYER, timeout=90_000)
            took = time.perf_counter() - server.begin
            page.wait_for_function(IDLE, timeout=90_000)  # a server that is starting a kernel stops slowly
            return took

    work = tmp_path / "work"
    OwnCopy(work).update(edition.files(), "whole")
    plain = seconds(["jupyterlab", f"--ServerApp.root_dir={work}"], tmp_path / "plain", "lab/tree/start.ipynb")
    ours = seconds(["tools.lab"], tmp_path / "ours", "", D2L_WORK=str(work))
    print(f"{ours:.1f} s, JupyterLab itself {plain:.1f} s")
    assert ours < plain + 5, f"{ours:.1f} s, JupyterLab itself {plain:.1f} s"
