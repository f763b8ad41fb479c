"""Requests that are ambiguous or malformed, beside what else is sent on the connection; one by one
they are in test_http_corpus.py."""

import pytest

from harness.config import config, proxy
from harness.process import Firedrill
from harness.upstream import HttpServer
from harness.wire import Wire


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One firedrill for all: it must serve on after each of these."""
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
