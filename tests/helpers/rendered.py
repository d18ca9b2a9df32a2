"""The rendered book, and a browser's visit to one of its pages: the fixtures book, address and visit."""

import functools
import http.server
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from tools import notebooks

CHAPTERS = [source.relative_to(notebooks.CHAPTERS).with_suffix(".html").as_posix() for source in notebooks.sources()]
PAGES = ["index.html", *CHAPTERS, "glossary.html", "bibliography.html", "genindex.html", "search.html"]
PLAYED = ["index.html", *CHAPTERS]


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The folder of the rendered book, with every warning an error. Built once, whichever process asks first."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    out = shared / "rendered" / "html"
    with FileLock(shared / "rendered.lock"):
        if not (shared / "rendered" / "whole").exists():
            program = f"from pathlib import Path; from tools import book; exit(book.build(Path({str(out)!r})))"
            begin = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", program], cwd=notebooks.ROOT, capture_output=True, text=True)
            seconds = time.perf_counter() - begin
            assert done.returncode == 0, done.stdout + done.stderr
            assert seconds < 120, f"building took {seconds:.0f} s; 60 s is what an idle machine with two cores may take"
            (shared / "rendered" / "whole").touch()
    return out


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address(book):
    """The book served on this machine: http://127.0.0.1:port/"""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(book)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class Visit:
    """One page in a context of its own, and everything that went wrong or over the wire while it was open."""

    def __init__(self, page, address):
        self.page, self.troubles, self.bytes = page, [], {}
        page.on("console", lambda message: message.type in ("error", "warning") and self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url}"))
        page.on("response", self._response)
        page.route("**/*", lambda route: self._guard(route, address))

    def _guard(self, route, address):
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            self.troubles.append(f"another host was asked: {route.request.url}")
            route.abort()

    def _response(self, response):
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")
        self.bytes[response.url] = int(response.headers.get("content-length", 0))

    def unfold(self) -> None:
        """Opens what is closed: hidden answers, solutions, second readings."""
        self.page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true })")


@pytest.fixture
def visit(browser, address):
    """visit("page.html", **context options) opens a page and gives its Visit; all are closed at the end."""
    contexts = []

    def open_page(name: str, **options) -> Visit:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        seen = Visit(context.new_page(), address)
        seen.page.goto(address + name)
        if options.get("java_script_enabled", True):
            seen.page.evaluate("document.fonts.ready.then(() => new Promise(done => setTimeout(done, 200)))")
        return seen

    yield open_page
    for context in contexts:
        context.close()
