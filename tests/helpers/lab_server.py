"""A JupyterLab server of a test's own: nobody's settings, signatures or running servers are touched."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

PLACES = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "run",
          "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}


@dataclass(frozen=True)
class Server:
    """A running server: its address (http://127.0.0.1:port/), its token, and when it was asked to start."""

    address: str
    token: str
    begin: float


def write_settings(folder: Path, settings: dict[str, dict]) -> None:
    """The user's settings, {"apputils-extension/themes": {…}}, in the server folder `folder`."""
    for name, values in settings.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


@contextlib.contextmanager
def serving(command: list[str], folder: Path, **variables: str):
    """Runs `python -m {command}`, which starts JupyterLab, with the user's Jupyter folders in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = os.environ | {name: str(folder / place) for name, place in PLACES.items()} | variables
    command = [sys.executable, "-m", *command, "--no-browser", "--ip=127.0.0.1", f"--port={port}",
               "--ServerApp.port_retries=0", "--expose-app-in-browser", "--ServerApp.allow_root=True"]
    folder.mkdir(parents=True, exist_ok=True)
    log, begin = folder / "log", time.perf_counter()
    with open(log, "wb") as out:
        process = subprocess.Popen(command, env=environment | {"JUPYTER_TOKEN": token}, stdout=out,
                                   stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/"
    try:
        while True:
            said = log.read_text(encoding="utf-8")[-3000:]
            assert process.poll() is None, said
            if time.perf_counter() - begin > 60:
                pytest.fail(f"JupyterLab did not start: {said}")
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}api?token={token}", timeout=2)
                break
            time.sleep(0.1)
        yield Server(address, token, begin)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # a kernel was just being started
            process.kill()
            process.wait()


@contextlib.contextmanager
def visiting(browser, address: str):
    """A page that may ask no other host than `address`."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    page, foreign = context.new_page(), []

    def guard(route):
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    page.route("**/*", guard)
    try:
        yield page
    finally:
        context.close()
    assert not foreign, f"another host was asked: {foreign}"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab of its own: (address, token, folder)."""
    folder = tmp_path_factory.mktemp("lab")
    write_settings(folder, {"notebook-extension/tracker": {"windowingMode": "none"},  # cells off screen stay
                            "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
                            "docmanager-extension/plugin": {"autosave": False}})
    root = folder / "chapters"
    root.mkdir()
    with serving(["jupyterlab", f"--ServerApp.root_dir={root}"], folder) as server:
        yield server.address, server.token, root
