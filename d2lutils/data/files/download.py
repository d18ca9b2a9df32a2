"""Fetch one published file over https: resumed where that is safe, verified, and put in place only when whole."""

import contextlib
import hashlib
import http.client
import json
import os
import queue
import re
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from d2lutils.data.files.errors import CacheUnwritable, DownloadFailed
from d2lutils.data.files.silence import PAUSE, note_path, remember_silence, was_silent

CHUNK = 1 << 16      # bytes
ATTEMPTS = 4         # a connection that breaks in the middle is taken up again this often
ANSWER = 8.0         # seconds from the first packet to the answer; a name can have many addresses, each with a time-out


class _Cut(Exception):
    """The connection broke after part of the body had arrived."""


def offline():
    """True when `D2L_OFFLINE` forbids the network. Unset, empty, `0`, `false` and `no` allow it."""
    return os.environ.get("D2L_OFFLINE", "").strip().lower() not in ("", "0", "false", "no")


def file_digest(path, like):
    """The hash of a file in hexadecimal: sha1 when `like` has 40 digits, sha256 when it has 64."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, {40: "sha1", 64: "sha256"}[len(like)]).hexdigest()


@contextlib.contextmanager
def writing(path):
    """Turn the operating system's refusal to write `path` (full, read-only, no folder) into `CacheUnwritable`."""
    try:
        yield
    except OSError as error:
        raise CacheUnwritable(f"cannot write {path}: {error.strerror or error}. Free some space, or set D2L_CACHE to "
                              "a folder that you may write to") from error


def download(urls, target, *, digest, size=None, timeout=15.0, context=None):
    """Download one file to `target` and return its path.

    `urls` are tried in order; each must be https, and so must every redirect. The bytes go to `target` + ".part",
    which a later call continues if the server still offers the same file. Only a file whose hash is `digest` (sha1 or
    sha256, hexadecimal) takes its place, in one step. `size` is the published size in bytes; an answer of another
    size is refused before it is read. `timeout` is in seconds and holds for each connection and each read; a server
    that has not answered after 8 seconds is given up and not asked again for ten minutes. `context` is an
    `ssl.SSLContext`; by default the system's certificates decide.

    Raises `DownloadFailed` when no address delivers, `CacheUnwritable` when the disk is full or closed.
    """
    target = Path(target)
    if offline():
        raise DownloadFailed(f"{target.name} is not on this machine and D2L_OFFLINE is set")
    with writing(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for url in urls:
        if was_silent(url):
            reasons.append(f"{url}: no answer a while ago; asked again {PAUSE // 60} minutes after that, or when "
                           f"{note_path()} is deleted")
            continue
        try:
            return _download_from(url, target, digest, size, timeout, context or https_context())
        except DownloadFailed as error:
            reasons.append(f"{url}: {error}")
    raise DownloadFailed(f"{target.name} could not be downloaded ({'; '.join(reasons)}). Check the network and try "
                         f"again, or put the file at {target} yourself")


def https_context():
    """The default TLS settings, with certifi's certificates where Python came without any (as on some Macs)."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        with contextlib.suppress(ImportError):
            import certifi
            context.load_verify_locations(certifi.where())
    return context


def _download_from(url, target, digest, size, timeout, context):
    part = target.with_name(target.name + ".part")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            resumed = _receive(url, part, size, timeout, context)
        except _Cut as cut:
            if attempt == ATTEMPTS:
                raise DownloadFailed(f"{cut}, {attempt} times") from cut
            time.sleep(0.2 * attempt)
            continue
        actual = file_digest(part, digest)
        if actual == digest:
            with writing(target):
                os.replace(part, target)
                _note(part).unlink(missing_ok=True)
            return target
        _discard(part)
        if not resumed:  # a continued file may have been glued together wrongly: that earns one clean start
            raise DownloadFailed(f"what arrived has the hash {actual}, not {digest}; it was thrown away")
    raise DownloadFailed(f"what arrived never had the hash {digest}")


def _receive(url, part, size, timeout, context):
    """Read the body of `url` into `part`; True when it continued what an earlier call had left there."""
    have, validator = _left_over(part, url)
    headers = {"User-Agent": "d2lutils", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    response = _open(url, headers, timeout, context)
    if response is None:
        return True  # nothing beyond what we hold: the hash decides whether that is the file
    with response:
        begins, total = _extent(response)
        if begins and (begins != have or _validator(response) not in (None, validator)):
            _discard(part)
            raise _Cut("it answers with a piece of another version of the file")
        if size and total not in (None, size):
            raise DownloadFailed(f"it offers {total:,} bytes where {size:,} were published")
        if not begins:  # the whole file, asked for or not: a server without ranges, or a file that has changed
            with writing(part):
                part.unlink(missing_ok=True)
                _note(part).write_text(json.dumps({"url": url, "validator": _validator(response)}))
        _copy(response, part, begins, size or total)
    return begins > 0


def _copy(response, part, received, expected):
    from tqdm import tqdm
    begins = received
    try:
        with (writing(part), open(part, "ab") as file,
              tqdm(total=expected, initial=begins, unit="B", unit_scale=True, desc=part.stem, leave=False) as bar):
            while chunk := _read(response, received - begins):
                received += len(chunk)
                if expected and received > expected:
                    break
                file.write(chunk)
                bar.update(len(chunk))
            file.flush()
            os.fsync(file.fileno())
    except CacheUnwritable:
        _discard(part)  # on a full disk the half file would only be in the way
        raise
    if expected and received > expected:
        _discard(part)
        raise DownloadFailed(f"it sends more than the {expected:,} bytes that it should")
    if expected and received < expected:
        raise _Cut(f"the connection ended after {received:,} of {expected:,} bytes")


def _read(response, so_far):
    try:
        return response.read1(CHUNK)  # what is there; read would wait for a full chunk, and lose it in a time-out
    except (OSError, http.client.HTTPException) as error:
        reason = "timed out" if isinstance(error, TimeoutError) else f"the connection broke ({error})"
        # with nothing received there is no progress to build on: the next address is the better bet
        raise (_Cut if so_far else DownloadFailed)(reason) from error


def _open(url, headers, timeout, context):
    """The response, or None when the server says that the range begins beyond the end of the file."""
    if urllib.parse.urlsplit(url).scheme != "https":
        raise DownloadFailed("only https is allowed")
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _HttpsRedirects())
    request = urllib.request.Request(url, headers=headers)
    began = time.monotonic()
    try:
        return _within(ANSWER, lambda: opener.open(request, timeout=timeout))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and "Range" in headers:
            return None
        raise DownloadFailed(f"HTTP {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() - began > 1:  # one that is refused at once costs nothing to ask again
            remember_silence(url)
        cause = getattr(error, "reason", error)
        reason = "timed out" if isinstance(cause, TimeoutError) else f"no connection ({cause})"
        raise DownloadFailed(reason) from error


def _within(seconds, action):
    """What `action()` returns or raises; TimeoutError after so many seconds, whatever it is waiting for then."""
    results = queue.SimpleQueue()

    def work():
        try:
            results.put((action(), None))
        except BaseException as error:
            results.put((None, error))
    threading.Thread(target=work, daemon=True).start()  # a name server that is silent heeds no time-out of ours
    try:
        result, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return result


class _HttpsRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if urllib.parse.urlsplit(newurl).scheme != "https":
            raise DownloadFailed(f"it redirects to {newurl}, and only https is followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _extent(response):
    """Where the body begins in the file, and how long the whole file is (None when the server does not say)."""
    if response.status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip())
        if not match:
            raise DownloadFailed("it answers with a part of the file and does not say which")
        return int(match[1]), None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _validator(response):
    """What names this version of the file to the server: a strong ETag, else its date; None when it gives neither."""
    etag = response.headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")


def _note(part):
    return part.with_name(part.name + ".json")


def _left_over(part, url):
    """How many bytes of `url` an earlier call left in `part`, and the validator they came with; (0, None) if unsure."""
    try:
        note = json.loads(_note(part).read_text())
        if note["url"] == url and note["validator"]:
            return part.stat().st_size, note["validator"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, None


def _discard(part):
    for path in (part, _note(part)):
        with contextlib.suppress(OSError):
            path.unlink()
