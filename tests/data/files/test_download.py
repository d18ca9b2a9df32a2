"""Downloads, against an https server on this machine that can be told to misbehave."""

import errno
import hashlib
import os
import socket
import ssl
import time
from pathlib import Path

import pytest
from helpers.https_server import BODY

from d2lutils.data.files import Source, store
from d2lutils.data.files import download as net
from d2lutils.data.files.download import file_digest
from d2lutils.data.files.errors import CacheUnwritable, DataError, DownloadFailed

OTHER = BODY[::-1]
DIGEST = hashlib.sha256(BODY).hexdigest()


def files(folder):
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_good_download_shows_progress_and_leaves_only_the_file(server, get, tmp_path, capsys, algorithm):
    path = get(server.url, digest=hashlib.new(algorithm, BODY).hexdigest(), size=len(BODY))
    assert path.read_bytes() == BODY
    assert files(tmp_path) == ["file.bin"]
    shown = capsys.readouterr().err
    assert "file.bin" in shown and "%" in shown


def test_a_broken_connection_is_taken_up_where_it_broke(server, get, tmp_path):
    server.cuts = [200_000, 300_000]
    assert get(server.url).read_bytes() == BODY
    assert [wanted for _, wanted, _ in server.requests] == [None, "bytes=200000-", "bytes=300000-"]
    assert server.requests[1][2] == '"one"'
    assert files(tmp_path) == ["file.bin"]


def test_a_later_call_resumes_what_an_earlier_one_left(server, get, tmp_path, monkeypatch):
    monkeypatch.setattr(net, "ATTEMPTS", 1)
    server.cuts = [200_000]
    with pytest.raises(DownloadFailed, match=r"ended after 200,000 of 512,000 bytes"):
        get(server.url)
    assert not (tmp_path / "file.bin").exists()
    assert get(server.url).read_bytes() == BODY
    assert server.requests[-1][1] == "bytes=200000-"


def test_a_complete_part_needs_no_second_transfer(server, get, tmp_path):
    get(server.url)
    (tmp_path / "file.bin").rename(tmp_path / "file.bin.part")  # as if the process had died before the last step
    (tmp_path / "file.bin.part.json").write_text(f'{{"url": "{server.url}", "validator": "\\"one\\""}}')
    assert get(server.url).read_bytes() == BODY
    assert server.requests[-1][1] == "bytes=512000-" and len(server.requests) == 2


def test_a_server_without_ranges_is_asked_from_the_start(server, get):
    server.cuts, server.ranges = [200_000], False
    assert get(server.url).read_bytes() == BODY
    assert len(server.requests) == 2


def test_a_server_without_etag_is_asked_from_the_start(server, get):
    server.cuts, server.etag = [200_000], None
    assert get(server.url).read_bytes() == BODY
    assert [wanted for _, wanted, _ in server.requests] == [None, None]


@pytest.mark.parametrize("honest", [True, False], ids=["If-Range respected", "If-Range ignored"])
def test_a_file_that_changed_on_the_server_is_fetched_anew(server, get, monkeypatch, honest):
    with monkeypatch.context() as patch:
        patch.setattr(net, "ATTEMPTS", 1)
        server.cuts, server.body = [200_000], OTHER
        with pytest.raises(DownloadFailed):
            get(server.url)
    server.body, server.etag, server.honest = BODY, '"two"', honest
    hashed = []
    monkeypatch.setattr(net, "file_digest", lambda *args: hashed.append(file_digest(*args)) or hashed[-1])
    assert get(server.url).read_bytes() == BODY
    assert hashed == [DIGEST]  # pieces of two versions were not even put together


def test_a_file_that_changed_under_the_same_etag_is_noticed_by_its_hash(server, get, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(net, "ATTEMPTS", 1)
        server.cuts, server.body = [200_000], OTHER
        with pytest.raises(DownloadFailed):
            get(server.url)
    server.body = BODY
    assert get(server.url).read_bytes() == BODY
    assert [wanted for _, wanted, _ in server.requests] == [None, "bytes=200000-", None]


def test_a_part_of_unknown_origin_is_never_continued(server, get, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(OTHER[:1000])
    (tmp_path / "file.bin.part.json").write_text("{half a no")
    assert get(server.url).read_bytes() == BODY
    assert server.requests[0][1] is None


def test_a_wrong_hash_names_both_and_leaves_nothing(server, get, tmp_path):
    server.body = OTHER
    with pytest.raises(DownloadFailed, match=f"(?s){hashlib.sha256(OTHER).hexdigest()}.*{DIGEST}"):
        get(server.url)
    assert files(tmp_path) == []


def test_the_next_address_is_tried(server, get):
    server.answers["/gone"] = lambda handler: handler.send_error(404)
    assert get(server.url.replace("file.bin", "gone"), server.url).read_bytes() == BODY


@pytest.mark.parametrize("size, words", [(100, "offers 512,000 bytes where 100"), (600_000, "offers 512,000")])
def test_an_answer_of_another_size_is_refused(server, get, tmp_path, size, words):
    with pytest.raises(DownloadFailed, match=words):
        get(server.url, size=size)
    assert files(tmp_path) == []


def test_an_endless_answer_is_cut_off(server, get, tmp_path):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(100_000))
    server.answers["/file.bin"] = endless
    with pytest.raises(DownloadFailed, match="sends more than the 512,000 bytes"):
        get(server.url, size=len(BODY))
    assert files(tmp_path) == []


def _redirect(where):
    def answer(handler):
        handler.send_response(302)
        handler.send_header("Location", where)
        handler.end_headers()
    return answer


def test_http_errors_and_redirects(server, get, tmp_path):
    server.answers["/file.bin"] = lambda handler: handler.send_error(404)
    with pytest.raises(DownloadFailed, match=r"(?s)file\.bin could not be.*HTTP 404.*or put the file at"):
        get(server.url)
    server.answers["/file.bin"] = _redirect("http://127.0.0.1:9/file.bin")
    with pytest.raises(DownloadFailed, match=r"redirects to http://127\.0\.0\.1:9/file\.bin, and only https"):
        get(server.url)
    server.answers["/file.bin"] = _redirect("file:///etc/hostname")
    with pytest.raises(DownloadFailed, match="not allowed"):
        get(server.url)
    with pytest.raises(DownloadFailed, match="only https is allowed"):
        get(server.url.replace("https", "http"))
    assert files(tmp_path) == []
    server.answers["/file.bin"] = _redirect("/elsewhere")
    assert get(server.url).read_bytes() == BODY


def test_a_certificate_that_nobody_vouches_for_is_refused(server, get):
    with pytest.raises(DownloadFailed, match="(?i)certificate"):
        get(server.url, context=ssl.create_default_context())
    assert server.requests == []


def test_time_outs(server, get, tmp_path, monkeypatch):
    monkeypatch.setattr(net, "ATTEMPTS", 2)
    server.answers["/file.bin"] = lambda handler: time.sleep(6)
    began = time.monotonic()
    with pytest.raises(DownloadFailed, match="timed out"):
        get(server.url, timeout=0.2)
    assert time.monotonic() - began < 5
    del server.answers["/file.bin"]
    server.pause = 6  # a connection that stalls in the middle
    with pytest.raises(DownloadFailed, match="timed out, 2 times"):
        get(server.url, timeout=0.5)
    assert not (tmp_path / "file.bin").exists()
    assert (tmp_path / "file.bin.part").stat().st_size == 100_000  # what came before each stall was kept
    server.pause = 0
    assert get(server.url).read_bytes() == BODY


def test_no_network(get):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}/file.bin"
        with pytest.raises(DownloadFailed, match="no connection .*Check the network"):
            get(url)


def test_offline_opens_no_socket(get, monkeypatch):
    def forbidden(*args, **kwargs):
        raise AssertionError("a socket was opened")
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, forbidden)
    monkeypatch.setenv("D2L_OFFLINE", "1")
    source = Source("file.bin", DIGEST, urls=("https://127.0.0.1:9/file.bin",))
    for attempt in (lambda: get(*source.urls), lambda: store.fetch(source)):
        with pytest.raises(DownloadFailed, match="D2L_OFFLINE is set"):
            attempt()


@pytest.mark.parametrize("value, forbids", [("1", True), ("true", True), ("0", False), ("no", False), ("", False)])
def test_what_counts_as_offline(monkeypatch, value, forbids):
    monkeypatch.setenv("D2L_OFFLINE", value)
    assert net.offline() is forbids


def test_a_full_disk_leaves_nothing_behind(server, get, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)  # where a full disk shows at the latest
        with pytest.raises(CacheUnwritable, match=r"file\.bin.*No space left.*D2L_CACHE"):
            get(server.url)
    assert files(tmp_path) == []
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(CacheUnwritable, match="No space left"):
            get(server.url)
    assert not (tmp_path / "file.bin").exists()
    assert get(server.url).read_bytes() == BODY


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_file_that_cannot_be_opened_for_writing(server, get, monkeypatch, code):
    def refuse(path, mode="r", *args, **kwargs):
        raise OSError(code, os.strerror(code), str(path))
    monkeypatch.setattr(net, "open", refuse, raising=False)
    with pytest.raises(CacheUnwritable, match=f"{os.strerror(code)}.*D2L_CACHE"):
        get(server.url)


def test_a_cache_folder_that_is_a_file(server, get, tmp_path, monkeypatch):
    (tmp_path / "d2lutils").write_text("in the way")
    with pytest.raises(CacheUnwritable, match="cannot write .*d2lutils"):
        store.fetch(Source("deep/file.bin", DIGEST, urls=(server.url,)))
    assert server.requests == []


def test_every_failure_is_a_data_error():
    assert all(issubclass(error, DataError) for error in (DownloadFailed, CacheUnwritable))
