"""Downloads by several processes, and by one that is killed."""

import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

from helpers.https_server import BODY

from d2lutils.data.files import store

DIGEST = hashlib.sha256(BODY).hexdigest()

# What a process of its own does: fetch through the cache. The package's own __init__ would import PyTorch, which takes
# seconds and which none of this needs, so two empty packages stand for it.
CHILD = """
import ssl, sys, types
for name, path in (("d2lutils", sys.argv[1]), ("d2lutils.data", sys.argv[1] + "/data")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [path]
from d2lutils.data.files import Source, store
source = Source("set/file.bin", sys.argv[2], urls=(sys.argv[3],))
print(store.fetch(source, context=ssl.create_default_context(cafile=sys.argv[4])))
"""


def start(server, certificate):
    package = Path(store.__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", CHILD, str(package), DIGEST, server.url, str(certificate[0])],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_killed_download_is_never_taken_for_the_file_and_is_resumed(server, get, certificate, tmp_path):
    server.pause = 0.5
    child = start(server, certificate)
    target = tmp_path / "d2lutils" / "set" / "file.bin"
    part = target.with_name("file.bin.part")
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size):
        assert time.monotonic() < deadline and child.poll() is None, child.stderr.read()
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    child.communicate()
    assert not target.exists()
    assert 0 < part.stat().st_size < len(BODY)
    server.pause = 0
    again = start(server, certificate)
    out, err = again.communicate(timeout=30)
    assert again.returncode == 0, err
    assert Path(out.strip()) == target and target.read_bytes() == BODY
    assert len(server.requests) == 2 and server.requests[1][1]


def test_two_processes_share_one_download(server, get, certificate):
    server.pause = 0.1
    children = [start(server, certificate) for _ in range(2)]
    for child in children:
        out, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
        assert Path(out.strip()).read_bytes() == BODY
    assert len(server.requests) == 1
