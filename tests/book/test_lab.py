"""A chapter in a live JupyterLab, driven by a browser: it runs, the panel trains, its curve grows, Stop stops."""

import shutil
import time

import nbformat
import pytest
from helpers.lab_server import lab, visiting  # noqa: F401 (lab is a fixture, by being imported)

from tools import notebooks

pytestmark = pytest.mark.browser

SLOW = """
import torch
from torch import nn
import d2lutils as d2l
from d2lutils.explore import Axis, Sweep

epochs = 2000

def train(lr, plot=False):
    d2l.seed_everything(0)
    x = torch.randn(512, 4)
    data = d2l.TensorLoader(x, x.sum(dim=1, keepdim=True), batch_size=4)
    return d2l.fit(nn.Linear(4, 1), data, loss=nn.MSELoss(), optimizer=lambda p: torch.optim.SGD(p, lr), epochs=epochs,
                   step=d2l.regression, metrics={}, plot=plot)

Sweep("slow", train, [Axis("lr", [1e-5, 1e-4], log=True)], curves=["train loss"]).live()
"""


@pytest.fixture
def opened(lab, browser):  # noqa: F811
    """opened(name): a notebook of the lab's folder in a page, all its cells run, without an error."""
    address, token, _ = lab

    def run(name: str, seconds: float):
        # a fresh workspace: the last test's notebook would be open beside this one
        page.goto(f"{address}lab/tree/{name}?token={token}&reset", timeout=90_000)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        kernel = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
        page.wait_for_function(f"{kernel}?.status == 'idle'", timeout=90_000)
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells').then("
                      "() => { window.allRan = true }) }")
        page.wait_for_function("window.allRan", timeout=1000 * seconds)
        errors = page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts()
        assert not errors
        return page

    with visiting(browser, address) as page:
        yield run


class Panel:
    """What a reader sees of the first panel that trains on a page."""

    def __init__(self, page):
        self.page = page
        self.run = page.locator("button.jupyter-button", has_text="Run").first
        self.stop = page.locator("button.jupyter-button", has_text="Stop").first
        self.run.wait_for(timeout=60_000)
        # the panel is the box around both buttons, three levels up: button, row, panel
        self.box = page.locator(".widget-vbox", has=page.locator("button", has_text="Stop")).first

    @property
    def status(self) -> str:
        return self.box.locator(".d2l-readout").last.inner_text()

    def curve(self) -> str:
        """The line of the run that is going on: the last of the drawn curves."""
        return self.box.evaluate("box => [...box.querySelectorAll('.d2l-panel path.front, .d2l-panel path.c0')]"
                                 ".map(path => path.getAttribute('d') || '').join(' ')")

    def until(self, condition, seconds: float, what: str) -> float:
        """Waits until the condition holds; returns how long it took."""
        begin = time.perf_counter()
        while not condition():
            took = time.perf_counter() - begin
            assert took < seconds, f"{what}: not after {took:.0f} s; the panel says {self.status!r}"
            self.page.wait_for_timeout(50)
        return time.perf_counter() - begin


def test_a_panel_trains_grows_and_stops(lab, opened):  # noqa: F811
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SLOW)])
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, lab[2] / "slow.ipynb")
    panel = Panel(opened("slow.ipynb", seconds=90))
    for _ in range(2):  # stopped once, the panel must work again
        panel.run.click()
        panel.until(lambda: "running" in panel.status, 10, "Run")
        lengths = []
        for _ in range(3):
            before = panel.curve()
            panel.until(lambda before=before: panel.curve() != before, 20, "the curve grows")
            lengths.append(len(panel.curve()))
        assert lengths == sorted(lengths), lengths
        panel.stop.click()
        took = panel.until(lambda: "stopped" in panel.status, 10, "Stop")
        assert took < 2, f"Stop took {took:.1f} s; one second is what an idle machine needs"
        panel.until(lambda: panel.run.is_enabled() and panel.stop.is_disabled(), 5, "the panel is ready again")


def test_a_chapter_runs_and_its_panel_trains(lab, opened):  # noqa: F811
    source = next(path for path in notebooks.sources() if path.stem == "02_softmax_regression")
    shutil.copytree(source.parent, lab[2] / source.parent.name)
    panel = Panel(opened(f"{source.parent.name}/{source.stem}.ipynb", seconds=400))
    panel.run.scroll_into_view_if_needed()
    panel.run.click()
    panel.until(lambda: "test accuracy" in panel.status or "accuracy at" in panel.status, 120, "the run ends in words")
    panel.until(lambda: panel.run.is_enabled(), 5, "the panel is ready again")
    assert panel.curve().count("L") >= 2


def test_when_the_kernel_dies_the_reader_is_told_and_only_the_run_is_lost(lab, opened):  # noqa: F811
    """JupyterLab says that the kernel died and marks the panel as cut off; the recording plays on; run again, and the
    panel trains."""
    cells = [SLOW.replace(".live()", "").replace("\nSweep(", "\nsweep = Sweep("),
             "epochs = 2\nsweep.record(progress=False)\nsweep.show()", "epochs = 2000\nsweep.live()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, lab[2] / "dying.ipynb")
    page = opened("dying.ipynb", seconds=90)
    panel = Panel(page)
    panel.run.click()
    panel.until(lambda: "running for" in panel.status, 20, "Run")
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute("
                  "{code: 'import os; os._exit(9)'}) }")
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=30_000)
    assert "appears to have died" in dialog.inner_text()
    dialog.get_by_role("button", name="Ok").click()
    after = "box => getComputedStyle(box.querySelector('.d2l-readout'), '::after').content"
    panel.until(lambda: "has ended" in panel.box.evaluate(after), 20, "the panel says what happened")
    player = page.locator("figure.d2l-player")
    before = player.locator(".d2l-readout").inner_text()
    player.get_by_role("slider").focus()
    page.keyboard.press("Home")
    assert player.locator(".d2l-readout").inner_text() != before, "the recording plays without a kernel"
    page.evaluate("() => { window.allRan = false; window.jupyterapp.commands.execute('notebook:run-all-cells').then("
                  "() => { window.allRan = true }) }")
    page.wait_for_function("window.allRan", timeout=90_000)
    panel = Panel(page)
    assert "has ended" not in panel.box.evaluate(after)
    panel.run.click()
    panel.until(lambda: "running for" in panel.status, 20, "Run")
    panel.stop.click()
    panel.until(lambda: "stopped" in panel.status, 10, "Stop")
