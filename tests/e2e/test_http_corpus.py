"""Every message of tests/codec/hostile through the running program. An upstream that records bytes,
and a strict reader of its own, tell that nothing refused gets through and that nothing forwarded
can be read in two ways."""

import contextlib
import socket

import pytest

from harness import hostile, strict
from harness.config import config, proxy
from harness.process import Firedrill
from harness.upstream import Server
from harness.wire import Wire

HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"upgrade"}


class Recorder(Server):
    """Keeps each whole request as it came, and why others were refused; answers with `reply` and
    closes."""

    def __init__(self):
        self.whole = []
        self.refused = []
        self.reply = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        super().__init__(self._record)

    def _record(self, wire):
        data = b""
        while chunk := wire.socket.recv(65536):
            data += chunk
            with contextlib.suppress(strict.Incomplete):
                try:
                    request = strict.read_request(data)
                    assert request.size == len(data), "something follows the request"
                except (strict.Ambiguous, AssertionError) as why:
                    self.refused.append((why, data))
                    return
                self.whole.append(data)
                wire.send(self.reply)
                return


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One firedrill for the whole corpus: it must serve on after each message."""
    server = Recorder()
    running = Firedrill(config([proxy("shop", "http", server.target)]),
                        tmp_path_factory.mktemp("corpus"))
    running.server = server
    yield running
    running.stop()
    running.cleanup()
    server.stop()


def converse(shop, case, part):
    """All that comes back for the message, sent in parts of so many bytes."""
    with Wire.connect(shop.address("shop")) as wire:
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):  # it may close before it has read everything
            for at in range(0, len(case.message), part):
                wire.send(case.message[at:at + part])
            if case.verdict == "forward":
                return wire.read_until(b"\r\n\r\n")
            if case.verdict == "incomplete":
                wire.half_close()
        return wire.read_to_end()[0]


def end_to_end(message):
    """The fields that a proxy sends on, as names and values."""
    named = {option.strip(b" \t").lower() for value in message.values(b"connection")
             for option in value.split(b",")}
    named -= {b"host", b"content-length", b"transfer-encoding", b"authorization"}
    return [(name, value) for name, value in message.fields
            if name.lower() not in named | HOP_BY_HOP | {b"te"}]


def origin_form(message):
    """The message with the target that a proxy sends; the reader takes no absolute one."""
    method, target, rest = message.removeprefix(b"\r\n").split(b" ", 2)
    if b"://" not in target:
        return message.removeprefix(b"\r\n")
    authority, slash, path = target.split(b"://", 1)[1].partition(b"/")
    authority, question, query = authority.partition(b"?")
    origin = b"/" + path if slash else b"/?" + query if question else \
        b"*" if method == b"OPTIONS" else b"/"
    if rest.startswith(b"HTTP/1.0\r\n\r\n"):
        rest = rest[:-2] + b"Host: " + authority + b"\r\n\r\n"
    return b" ".join([method, origin, rest])


def check_forwarded(case, sent):
    told = strict.read_request(origin_form(case.message), extensions=True)
    got = strict.read_request(sent)
    assert got.start == told.start
    fields = [field for field in got.fields if field[0].lower() != b"te"]
    if fields[-1:] in ([(b"Connection", b"close")], [(b"Connection", b"keep-alive")]):  # our own
        fields.pop()
    assert fields == end_to_end(told), case.name
    assert got.payload == told.payload and got.trailers == told.trailers


def check_request(shop, case, part):
    server = shop.server
    before, accepted = len(server.whole), server.settled()
    reply = converse(shop, case, part)
    assert not server.refused, f"{case.name}: {server.refused}"
    if case.verdict == "forward":
        assert reply.startswith(b"HTTP/1.1 200 "), f"{case.name}: {reply!r}"
        assert len(server.whole) == before + 1, case.name
        check_forwarded(case, server.whole[-1])
        return
    assert len(server.whole) == before, f"{case.name}: {server.whole[before:]}"
    assert b" 200 " not in reply, f"{case.name}: {reply!r}"
    if reply:
        answer = strict.read_response(reply)
        assert answer.size == len(reply) and b"close" in answer.values(b"connection"), case.name
    if case.verdict == "refuse" and not is_body(case):
        assert reply.startswith(b"HTTP/1.1 %d " % case.status), f"{case.name}: {reply!r}"
        assert server.settled() == accepted + 1, f"{case.name}: the upstream has heard of it"


def is_body(case):
    """Whether the head of what is refused is good, so that it may have been sent on already."""
    try:
        strict.read_head(case.message, strict.REQUEST_LINE)
    except (strict.Ambiguous, strict.Incomplete):
        return False
    return b"Transfer-Encoding: chunked\r\n\r\n" in case.message


@pytest.mark.parametrize("name", hostile.files("requests"))
def test_requests_are_refused_or_forwarded_unambiguously(shop, name):
    for number, case in enumerate(hostile.cases("requests", name)):
        check_request(shop, case, max(1, len(case.message)))
        if number % 7 == 0 and len(case.message) < 1000:
            check_request(shop, case, 1)
    assert not shop.server.failures


def test_a_refused_request_takes_its_pipelined_followers_with_it(shop):
    before, accepted = len(shop.server.whole), shop.server.accepted
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(b"GET / HTTP/1.1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        reply, _ = wire.read_to_end()
    assert reply.startswith(b"HTTP/1.1 400 ") and strict.read_response(reply).size == len(reply)
    assert (len(shop.server.whole), shop.server.accepted) == (before, accepted)


def check_response(shop, case):
    shop.server.reply = case.message
    method = b"HEAD" if case.to_head else b"GET"
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(method + b" / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        reply, end = wire.read_to_end()
    try:
        got = strict.read_response(reply, case.to_head)
    except strict.Incomplete:
        assert case.verdict != "forward", f"{case.name}: {reply!r}"
        return  # it was cut
    assert got.size == len(reply), f"{case.name}: {reply!r}"
    if case.verdict != "forward":
        cut = end == "rst" or got.start.startswith(b"HTTP/1.1 502 ")
        assert cut, f"{case.name}: {reply!r}"
        return
    told = strict.read_response(case.message, case.to_head, extensions=True)
    assert got.start.split(b" ", 1)[1] == told.start.split(b" ", 1)[1], case.name
    assert got.payload == told.payload and got.trailers == told.trailers, case.name
    framing = {b"content-length", b"transfer-encoding"}
    kept = [field for field in got.fields if field[0].lower() not in HOP_BY_HOP | framing]
    assert kept == [field for field in end_to_end(told) if field[0].lower() not in framing]


@pytest.mark.parametrize("name", hostile.files("responses"))
def test_responses_are_refused_or_forwarded_unambiguously(shop, name):
    for case in hostile.cases("responses", name):
        check_response(shop, case)
    assert not shop.server.refused and not shop.server.failures
