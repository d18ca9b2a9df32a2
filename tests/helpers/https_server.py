"""An https server on 127.0.0.1 that serves one file and can be told to misbehave, for the tests of downloads."""

import http.server
import ssl
import subprocess
import time

BODY = bytes(range(256)) * 2000  # 512,000 bytes
OPENSSL = """[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = 127.0.0.1
[extensions]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:TRUE
"""


def make_certificate(folder):
    """(certificate, key) of a new self-signed certificate for 127.0.0.1, made by the openssl command in `folder`."""
    (folder / "config").write_text(OPENSSL)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", "config",
                    "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        wanted = self.headers.get("Range")
        server.requests.append((self.path, wanted, self.headers.get("If-Range")))
        if self.path in server.answers:
            return server.answers[self.path](self)
        begin, body = 0, server.body
        unchanged = self.headers.get("If-Range") == server.etag or not server.honest
        if wanted and server.ranges and unchanged:
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if begin >= len(body):
            return self.send_error(416)
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(body) - begin))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        if server.etag:
            self.send_header("ETag", server.etag)
        self.end_headers()
        end = server.cuts.pop(0) if server.cuts else len(body)
        for k in range(begin, end, 50_000):
            self.wfile.write(body[k:min(k + 50_000, end)])
            time.sleep(server.pause)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """`cuts`: where the next answers break off. `honest`: whether If-Range is respected."""
    daemon_threads = True

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server_address[1]}/file.bin"
        self.body, self.etag, self.ranges, self.honest = BODY, '"one"', True, True
        self.requests, self.answers, self.cuts, self.pause = [], {}, [], 0

    def handle_error(self, request, address):  # a client that goes away is the point of several tests
        pass
