"""A network that swallows packets costs seconds once, and nothing in the next kernel."""

import hashlib
import json
import os
import socket
import time

import pytest

from d2lutils.data.files import DataSet, Source, download, notices, obtain, silence, store
from d2lutils.data.files.errors import DownloadFailed

DIGEST = hashlib.sha256(b"").hexdigest()
URL = "https://data.invalid/file.bin"


@pytest.fixture(autouse=True)
def network(own_folders, monkeypatch):
    """A network on which nothing ever answers; counts who was looked up. Answers are waited for 1.2 seconds."""
    asked = []

    def swallow(host, *arguments, **options):
        asked.append(host)
        time.sleep(30)
        raise socket.gaierror("too late")
    monkeypatch.delenv("D2L_OFFLINE")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(socket, "getaddrinfo", swallow)
    monkeypatch.setattr(download, "ANSWER", 1.2)
    return asked


def get(tmp_path, *urls):
    return download.download(urls or [URL], tmp_path / "file.bin", digest=DIGEST)


def test_a_name_server_that_never_answers_is_given_up_and_not_asked_again(network, tmp_path):
    began = time.monotonic()
    with pytest.raises(DownloadFailed, match="timed out"):
        get(tmp_path)
    assert time.monotonic() - began < 5  # nothing of ours limits a look-up: without a limit it takes 30 seconds
    began = time.monotonic()
    with pytest.raises(DownloadFailed, match=r"no answer a while ago; .* 10 minutes .*silent-servers\.json is deleted"):
        get(tmp_path)
    assert time.monotonic() - began < 0.5 and network == ["data.invalid"]
    # another server is asked all the same
    with pytest.raises(DownloadFailed, match="timed out"):
        get(tmp_path, URL, "https://other.invalid/file.bin")
    assert network == ["data.invalid", "other.invalid"]


def test_what_is_looked_for_is_said_at_once_and_only_when_it_is(network, tmp_path, capsys, monkeypatch):
    data = DataSet("The Set", (Source("file.bin", DIGEST, urls=(URL,)),))
    assert obtain(data, "a toy") is None
    first = capsys.readouterr().err.splitlines()
    assert first[0] == "d2lutils: looking for The Set on the network (data.invalid); D2L_OFFLINE=1 forbids it."
    assert len(first) == 2 and "a toy stands in for it" in first[1]
    monkeypatch.setattr(store, "_standing_in", set())  # as in the next kernel
    monkeypatch.setattr(notices, "_said", set())
    began = time.monotonic()
    assert obtain(data, "a toy") is None
    assert time.monotonic() - began < 0.5 and network == ["data.invalid"]
    [line] = capsys.readouterr().err.splitlines()
    assert "a toy stands in for it" in line and "no answer a while ago" in line


def test_it_is_asked_again_after_ten_minutes_or_when_the_note_is_gone(tmp_path):
    silence.remember_silence(URL)
    assert silence.was_silent(URL) and not silence.was_silent("https://other.invalid/file.bin")
    [(host, when)] = json.loads(silence.note_path().read_text()).items()
    for age, silent in ((590, True), (610, False), (-100, False)):  # clocks are set back, too
        silence.note_path().write_text(json.dumps({host: when - age}))
        assert silence.was_silent(URL) is silent
    silence.remember_silence(URL)
    silence.note_path().unlink()
    assert not silence.was_silent(URL)


@pytest.mark.parametrize("content", ["", "{half a no", "[1, 2]", "3", '{"data.invalid": "yesterday"}', "null"])
def test_a_damaged_note_says_nothing(content):
    silence.note_path().parent.mkdir(parents=True)
    silence.note_path().write_text(content)
    assert not silence.was_silent(URL)
    silence.remember_silence(URL)
    assert silence.was_silent(URL)


def test_a_note_that_cannot_be_kept_is_not(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file is in the way")
    silence.remember_silence(URL)
    assert not silence.was_silent(URL)


def test_a_server_that_refuses_at_once_is_asked_again(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("D2L_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("D2L_OFFLINE", raising=False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}/file.bin"
        for _ in range(2):
            with pytest.raises(DownloadFailed, match="no connection"):
                get(tmp_path, url)
    assert not silence.note_path().exists() and os.listdir(tmp_path) == []
