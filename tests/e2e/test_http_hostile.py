"""Requests that are ambiguous, malformed or too large: each is refused with the status that names
its fault, the connection closes, nothing reaches the upstream, and the next client is served."""

import pytest

from harness.config import config, proxy
from harness.process import Firedrill
from harness.tools import curl
from harness.upstream import HttpServer
from harness.wire import Wire

HOST = b"Host: a\r\n"

REFUSED = {
    # The request line
    "two spaces in the request line": (400, b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "no version": (400, b"GET /\r\n\r\n"),
    "a control character in the target": (400, b"GET /\x01 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a byte above 0x7e in the target": (400, b"GET /\xe9 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method that is no token": (400, b"G(T / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a lower-case protocol": (400, b"GET / http/1.1\r\n" + HOST + b"\r\n"),
    "another major version": (505, b"GET / HTTP/2.0\r\n" + HOST + b"\r\n"),
    "CONNECT": (405, b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
    "an asterisk without OPTIONS": (400, b"GET * HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a target above 8 KiB": (414, b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    # Line ends and field syntax
    "bare LF": (400, b"GET / HTTP/1.1\nHost: a\n\n"),
    "bare CR in a value": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n"),
    "NUL in a value": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n"),
    "space before the colon": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X : 1\r\n\r\n"),
    "an empty name": (400, b"GET / HTTP/1.1\r\n" + HOST + b": 1\r\n\r\n"),
    "no colon": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X\r\n\r\n"),
    "a folded line": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n 2\r\n\r\n"),
    "a look-alike of a framing field": (
        400, b"POST / HTTP/1.1\r\n" + HOST + b"content_length: 3\r\n\r\nabc"),
    # Host
    "no Host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "two Hosts": (400, b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n"),
    "an absolute target that disagrees with Host": (
        400, b"GET http://b/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    # Length
    "two equal lengths": (
        400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
    "a list of lengths": (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1, 1\r\n\r\nx"),
    "a signed length": (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\nx"),
    "a length of 2^63": (
        400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9223372036854775808\r\n\r\n"),
    "length and chunks": (
        400, b"POST / HTTP/1.1\r\n" + HOST +
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    # Transfer coding
    "xchunked": (
        400, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "gzip before chunked": (
        400, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "chunked twice": (
        400, b"POST / HTTP/1.1\r\n" + HOST +
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "chunks in HTTP/1.0": (
        400, b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    # Limits
    "a head above 32 KiB": (
        431, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 33000 + b"\r\n\r\n"),
    "more than 100 fields": (
        431, b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X%d: 1\r\n" % n for n in range(101)) +
        b"\r\n"),
}

CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

BAD_CHUNKS = {
    "a signed size": b"+3\r\nabc\r\n0\r\n\r\n",
    "a size with 0x": b"0x3\r\nabc\r\n0\r\n\r\n",
    "a size of 17 digits": b"00000000000000003\r\nabc\r\n0\r\n\r\n",
    "a space in the size": b"3 \r\nabc\r\n0\r\n\r\n",
    "an empty size": b"\r\nabc\r\n0\r\n\r\n",
    "bare LF after the size": b"3\nabc\r\n0\r\n\r\n",
    "data longer than its size": b"3\r\nabcd\r\n0\r\n\r\n",
    "an extension above 256 bytes": b"3;" + b"a" * 300 + b"\r\nabc\r\n0\r\n\r\n",
    "a framing field in the trailers": b"3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n",
    "trailers above 4 KiB": b"0\r\nX: " + b"a" * 5000 + b"\r\n\r\n",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One firedrill for the whole table: it must serve on after each of these."""
    server = HttpServer()
    running = Firedrill(config([proxy("shop", "http", server.target)]),
                        tmp_path_factory.mktemp("hostile"))
    running.server = server
    yield running
    running.stop()
    running.cleanup()
    server.stop()


def send(shop, data):
    with Wire.connect(shop.address("shop")) as wire:
        try:
            wire.send(data)
        except OSError:
            pass  # it may close before it has read everything
        return wire.read_to_end()


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_head_is_refused_and_closes(shop, name):
    status, data = REFUSED[name]
    seen = len(shop.server.requests)
    reply, _ = send(shop, data)
    assert reply.startswith(b"HTTP/1.1 %d " % status)
    assert reply.count(b"HTTP/1.1 ") == 1
    assert len(shop.server.requests) == seen
    assert curl(shop.url("shop")).body == b"ok\n"


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_a_hostile_body_is_never_complete_for_the_upstream(shop, name):
    seen = len(shop.server.requests)
    reply, _ = send(shop, CHUNKED + BAD_CHUNKS[name])
    assert reply == b"" or reply.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
    assert len(shop.server.requests) == seen
    assert curl(shop.url("shop")).body == b"ok\n"


def test_a_refused_request_takes_its_pipelined_followers_with_it(shop):
    seen = len(shop.server.requests)
    reply, _ = send(shop, b"GET / HTTP/1.1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 400 ") and reply.count(b"HTTP/1.1 ") == 1
    assert len(shop.server.requests) == seen


def test_a_leading_empty_line_is_forgiven_once(shop):
    good = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert send(shop, b"\r\n" + good)[0].startswith(b"HTTP/1.1 200 ")
    assert send(shop, b"\r\n\r\n" + good)[0].startswith(b"HTTP/1.1 400 ")


def test_an_absolute_target_that_agrees_is_rewritten(shop):
    data = b"GET http://a/x?y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert send(shop, data)[0].startswith(b"HTTP/1.1 200 ")
    assert shop.server.requests[-1].target == "/x?y"


def test_a_request_may_come_one_byte_at_a_time(shop):
    with Wire.connect(shop.address("shop")) as wire:
        for byte in b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n":
            wire.send(bytes([byte]))
        assert wire.read_until(b"ok\n").startswith(b"HTTP/1.1 200 ")
