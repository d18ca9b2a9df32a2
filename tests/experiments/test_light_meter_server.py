"""The light meter as a server: what it answers, what it refuses, and whom it does not wait for."""

import contextlib
import http.client
import json
import socket
import threading
import time

import pytest
from helpers.nets.light_meters import small

from d2lutils.experiments import light_meter
from d2lutils.experiments.light_meter import LightMeter, pictures, predict


@pytest.fixture
def address():
    with light_meter.make_server(small()) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.server_address
        server.shutdown()
        thread.join(5)


def ask(address, body: bytes, method="POST"):
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request(method, "/", body)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


def test_the_server_answers_what_the_model_says(address):
    assert address[0] == "127.0.0.1"
    x, _ = pictures(4, 7)
    status, text = ask(address, json.dumps({"pictures": x.tolist()}).encode())
    assert status == 200
    assert json.loads(text)["predictions"] == light_meter.describe(x, predict(small(), x))


@pytest.mark.parametrize(("body", "status", "words"), [
    (b"no json", 400, "JSONDecodeError"), (b'{"picture": []}', 400, "KeyError"), (b"[]", 400, "TypeError"),
    (b'{"pictures": [["a"]]}', 400, "error"), (b'{"pictures": [[1' + b"0" * 400 + b"]]}", 400, "Error"),
    (b"[" * 100_000, 400, "Error"), (b'{"pictures": [[0.5, 0.5]]}', 400, "not (1, 2)"),
    (json.dumps({"pictures": [[255] * 784]}).encode(), 400, "Divide bytes by 255"),
    (b"", 413, "bytes"), (b"x" * 4_000_001, 413, "bytes"),
])  # fmt: skip
def test_the_server_refuses_in_words_and_lives_on(address, body, status, words):
    got, text = ask(address, body)
    assert got == status and words in text.decode()
    assert ask(address, json.dumps({"pictures": pictures(1, 8)[0].tolist()}).encode())[0] == 200


@pytest.mark.parametrize(("sent", "status"), [
    (b"POST / HTTP/1.0\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000, b"413"),
    (b"POST / HTTP/1.0\r\nContent-Length: many\r\n\r\n" + b"x" * 500_000, b"400"),
    (b"GET / HTTP/1.0\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000, b"501"),
])  # fmt: skip
def test_a_refusal_arrives_though_the_body_was_never_wanted(address, sent, status):
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(sent)
        time.sleep(0.2)  # a reset, had there been one, has arrived by now and thrown the answer away
        assert client.makefile("rb").readline().split()[1] == status


@pytest.mark.parametrize(("head", "status"), [
    (b"POST / HTTP/1.0\r\nContent-Length: 1000\r\n\r\n", b"408"), (b"POST / HTTP/1.0\r\nA: ", b"413"), (b"POST", b""),
])  # fmt: skip
def test_a_request_that_trickles_in_holds_the_server_no_longer_than_its_time(monkeypatch, head, status):
    monkeypatch.setattr(light_meter, "SECONDS", 1)
    with light_meter.make_server(LightMeter(hidden=2)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        began, over = time.monotonic(), threading.Event()
        with socket.create_connection(server.server_address, timeout=10) as client:
            client.sendall(head)

            def trickle():
                with contextlib.suppress(OSError):
                    while not over.wait(0.3):
                        client.sendall(b"1")

            slow = threading.Thread(target=trickle)
            slow.start()
            with contextlib.suppress(ConnectionResetError):
                line = client.makefile("rb").readline()
                assert status in line
            assert time.monotonic() - began < 5
            over.set()
            slow.join()
        assert ask(server.server_address, json.dumps({"pictures": pictures(1, 8)[0].tolist()}).encode())[0] == 200
        server.shutdown()


def test_other_methods_are_no_service(address):
    assert ask(address, b"", method="GET")[0] == 501
