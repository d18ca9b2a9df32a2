"""An https server on this machine that can be told to misbehave, and downloads that trust it."""

import hashlib
import shutil
import ssl
import threading

import pytest
from helpers.https_server import BODY, Server, make_certificate

from d2lutils.data.files import download as net

DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """(certificate, key) of a self-signed certificate for 127.0.0.1, made for this run."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command to make a certificate")
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(certificate):
    server = Server(*certificate)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def get(certificate, tmp_path, monkeypatch):
    """`get(url, …)` downloads into an empty folder, trusting the server's certificate."""
    for name in ("D2L_OFFLINE", "D2L_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("D2L_CACHE", str(tmp_path))
    monkeypatch.setenv("no_proxy", "*")
    context = ssl.create_default_context(cafile=certificate[0])

    def get(*urls, digest=DIGEST, timeout=5.0, context=context, **options):
        return net.download(urls, tmp_path / "file.bin", digest=digest, timeout=timeout, context=context, **options)
    return get
