"""Fixtures and skips that all tests share, and what makes every run of them the same. The environment itself is set in
the conftest.py above this folder."""

import os
import random
import shutil
import sys
from pathlib import Path

import numpy
import pytest
import torch
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the tools are no installed package

from helpers.examples import draw_more  # noqa: E402
from helpers.no_network import no_network  # noqa: E402
from helpers.rendered import address, book, visit  # noqa: E402, F401 (fixtures, by being imported here)

CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update", "--disable-sync"]


settings.load_profile("same")


def same_start() -> None:
    """The same random numbers and one torch thread, whatever ran before."""
    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)


def pytest_addoption(parser):
    parser.addoption("--more-examples", type=int, default=1, metavar="N",
                     help="let hypothesis draw N times as many examples for each test (make fuzz)")  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Importing the test files needs no network."""
    with no_network():
        return (yield)


def pytest_collectstart(collector):
    """What a file draws while it is imported does not depend on which files were imported before it."""
    if isinstance(collector, pytest.Module):
        same_start()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """Nor does what a fixture draws that several tests share depend on which test asks for it first."""
    if fixturedef.scope != "function":
        same_start()


def accelerator() -> bool:
    return torch.cuda.is_available() or torch.backends.mps.is_available()


def chromium() -> str | None:
    """The path of a Chromium: $D2L_CHROMIUM, one on the PATH, or Playwright's own; None when there is none."""
    named = os.environ.get("D2L_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if shutil.which(name):
            return shutil.which(name)
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:  # no Playwright, or it cannot start here
        return None
    return path if Path(path).exists() else None


def pytest_collection_modifyitems(config, items):
    """Skips, with the reason, what this machine cannot run; and draws more examples, where that was asked for."""
    draw_more((item.obj for item in items), config.getoption("more_examples"))
    wanted = {marker for item in items for marker in ("gpu", "real_data", "browser") if item.get_closest_marker(marker)}
    reasons = {}
    if "gpu" in wanted and not accelerator():
        reasons["gpu"] = "this machine has no CUDA or MPS device"
    real = os.environ.get("D2L_TESTS_REAL_DATA")
    if "real_data" in wanted and not (real and Path(real).is_dir()):
        reasons["real_data"] = "D2L_DATA names no folder with the real data sets"
    if "browser" in wanted and not os.environ.get("CI") and chromium() is None:
        reasons["browser"] = "no Chromium found: install one, or name it in D2L_CHROMIUM"
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _real_data_only_where_asked(request, monkeypatch):
    """D2L_DATA is set for tests marked `real_data` and for no others."""
    if request.node.get_closest_marker("real_data"):
        monkeypatch.setenv("D2L_DATA", os.environ.get("D2L_TESTS_REAL_DATA", ""))


@pytest.fixture(autouse=True)
def _same_start():
    """Every test starts from the same random numbers."""
    same_start()


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium. In CI its absence is a failure; elsewhere the tests that need it are skipped before this."""
    path = chromium()
    if path is None:
        pytest.fail("no Chromium found although CI is set: install one, or name it in D2L_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def own_folders(request, _real_data_only_where_asked, tmp_path, monkeypatch):
    """Data and cache in folders of the test's own, no network, no data of the system's, nothing said or used yet."""
    from d2lutils.data.files import notices, store

    if not request.node.get_closest_marker("real_data"):
        monkeypatch.setenv("D2L_DATA", str(tmp_path))
    monkeypatch.setenv("D2L_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("D2L_OFFLINE", "1")
    monkeypatch.setattr(store, "SYSTEM", ())
    monkeypatch.setattr(store, "_standing_in", set())
    monkeypatch.setattr(notices, "_said", set())
    monkeypatch.setattr(notices, "_used", {})
