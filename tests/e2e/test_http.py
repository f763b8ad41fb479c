"""The HTTP relay with no fault active: what a strict, transparent HTTP/1.1 proxy does."""

import hashlib
import random
import threading

import pytest

from harness.config import proxy
from harness.tools import curl
from harness.upstream import eventually, free_port, response
from harness.wire import Wire

GET = b"GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"


@pytest.fixture
def shop(firedrill, upstream):
    """shop(respond) is a Wire to an http proxy in front of a scripted server, its `server`."""
    wires = []

    def start(respond=lambda request, wire: response(), **more):
        server = upstream.http(respond)
        running = firedrill([proxy("shop", "http", server.target, **more)])
        wires.append(Wire.connect(running.address("shop")))
        wires[-1].server = server
        wires[-1].firedrill = running
        return wires[-1]

    yield start
    for wire in wires:
        wire.close()


def test_one_connection_serves_many_requests(shop):
    wire = shop()
    for _ in range(20):
        assert wire.send(GET).read_exactly(len(response())) == response()
    assert wire.server.accepted == 1


def test_pipelined_requests_are_answered_in_order(shop):
    wire = shop(lambda request, _: response(request.target.encode()))
    wire.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(50)))
    for n in range(50):
        expected = response(b"/%d" % n)
        assert wire.read_exactly(len(expected)) == expected


def test_fields_arrive_byte_for_byte_in_order_and_case(shop):
    answer = (b"HTTP/1.1 200 Very OK\r\nx-LOWER: a  b\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n"
              b"Content-Length: 2\r\nX-Last:\t\xe9\r\n\r\nok")
    wire = shop(lambda request, _: answer)
    sent = (b"GET /a%2Fb?q=%20 HTTP/1.1\r\nhOsT: shop.test\r\nX-b: 1\r\nx-A:  2\r\nX-b: 3\r\n"
            b"X-Utf8: \xc3\xa9\r\n\r\n")
    assert wire.send(sent).read_exactly(len(answer)) == answer
    assert wire.server.requests[0].head == sent


def test_hop_by_hop_fields_stay_on_their_hop(shop):
    wire = shop()
    wire.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
              b"Keep-Alive: 5\r\nProxy-Connection: x\r\nTE: trailers, gzip\r\nX-End: 2\r\n\r\n")
    wire.read_exactly(len(response()))
    head = wire.server.requests[0].head.lower()
    for gone in (b"x-hop", b"keep-alive:", b"proxy-connection", b"gzip"):
        assert gone not in head
    assert b"x-end: 2" in head


def test_a_chunked_request_arrives_whole_with_its_trailers(shop):
    wire = shop()
    wire.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
              b"5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n")
    wire.read_exactly(len(response()))
    body = wire.server.requests[0].body
    assert b"hello" in body and b" world" in body
    assert body.endswith(b"0\r\nX-Sum: 11\r\n\r\n")
    assert b"ext" not in body


def test_a_chunked_response_is_relayed_chunk_by_chunk_at_once_with_trailers(shop):
    go_on = threading.Event()

    def two_parts(_, wire):
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        go_on.wait(10)
        wire.send(b"3\r\ntwo\r\n0\r\nX-Sum: 6\r\n\r\n")

    wire = shop(two_parts)
    wire.send(GET).read_until(b"one\r\n")
    go_on.set()
    assert wire.read_until(b"X-Sum: 6\r\n\r\n").endswith(b"3\r\ntwo\r\n0\r\nX-Sum: 6\r\n\r\n")
    wire.send(GET).read_until(b"one\r\n")


def test_a_response_without_length_ends_with_the_connection(shop):
    def until_close(_, wire):
        wire.send(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        wire.close()

    wire = shop(until_close)
    data, how = wire.send(GET).read_to_end()
    assert b"all of it" in data and how == "fin"


def test_a_client_of_http_1_0_gets_no_chunks(shop):
    wire = shop(lambda *_: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
    data, how = wire.send(b"GET / HTTP/1.0\r\n\r\n").read_to_end()
    head, _, body = data.partition(b"\r\n\r\n")
    assert body == b"onetwo" and how == "fin"
    assert b"chunked" not in head.lower()


@pytest.mark.parametrize("head", [
    b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"])
def test_a_response_that_has_no_body_is_complete_with_its_head(shop, head):
    wire = shop(lambda *_: head)
    for _ in range(2):
        assert wire.send(GET).read_exactly(len(head)) == head


def test_the_response_to_head_has_no_body_whatever_its_length_says(shop):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    wire = shop(lambda *_: head)
    for _ in range(2):
        assert wire.send(GET.replace(b"GET", b"HEAD")).read_exactly(len(head)) == head


def test_interim_responses_come_before_the_final_one(shop):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    wire = shop(lambda *_: hints + response())
    assert wire.send(GET).read_exactly(len(hints + response())) == hints + response()


def test_100_continue_comes_from_the_upstream_before_the_body_is_sent(firedrill, upstream):
    def agree(wire):
        wire.read_until(b"\r\n\r\n")
        wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        wire.send(response(wire.read_exactly(4)))

    running = firedrill([proxy("shop", "http", upstream(agree).target)])
    with Wire.connect(running.address("shop")) as wire:
        wire.send(b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        assert wire.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert wire.send(b"body").read_until(b"body").endswith(b"\r\n\r\nbody")


def test_an_early_response_reaches_a_client_that_is_still_sending(firedrill, upstream):
    def refuse(wire):
        wire.read_until(b"\r\n\r\n")
        wire.send(response(b"no\n", "413 Content Too Large", ["Connection: close"]))
        wire.read_to_end()

    running = firedrill([proxy("shop", "http", upstream(refuse).target)])
    with Wire.connect(running.address("shop")) as wire:
        wire.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart")
        assert wire.read_until(b"\r\n\r\nno\n").startswith(b"HTTP/1.1 413 ")


def test_an_upgraded_connection_carries_bytes_both_ways(firedrill, upstream):
    def switch(wire):
        head = wire.read_until(b"\r\n\r\n").lower()
        assert b"upgrade: websocket" in head and b"connection: upgrade" in head
        wire.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  b"Connection: Upgrade\r\n\r\nfirst")
        wire.send(wire.read_exactly(3)[::-1])

    running = firedrill([proxy("shop", "http", upstream(switch).target)])
    with Wire.connect(running.address("shop")) as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        head = wire.read_until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ") and b"upgrade: websocket" in head.lower()
        assert wire.read_exactly(5) == b"first"
        assert wire.send(b"abc").read_exactly(3) == b"cba"


def test_connection_close_closes_after_the_response(shop):
    wire = shop()
    wire.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    data, how = wire.read_to_end()
    assert data.endswith(b"\r\n\r\nok\n") and how == "fin"


def test_a_refused_upstream_is_a_bad_gateway(firedrill):
    running = firedrill([proxy("shop", "http", f"127.0.0.1:{free_port()}")])
    assert curl(running.url("shop")).status in (502, 503)


@pytest.mark.parametrize("bad", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", b"HTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 20 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX : 1\r\n\r\n"])
def test_a_response_that_breaks_the_rules_is_a_bad_gateway(shop, bad):
    def send_bad(_, wire):
        wire.send(bad)
        wire.read_to_end()

    assert shop(send_bad).send(GET).read_until(b"\r\n").startswith(b"HTTP/1.1 502 ")


def test_a_bad_chunk_in_a_response_cuts_the_connection(shop):
    wire = shop(lambda *_: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           b"3\r\none\r\nxyz\r\n")
    data, _ = wire.send(GET).read_to_end()
    assert b"one" in data and not data.endswith(b"0\r\n\r\n")


def test_a_post_is_never_sent_twice(firedrill, upstream):
    heads = []

    def die(wire):
        heads.append(wire.read_until(b"\r\n\r\n"))
        wire.reset()

    running = firedrill([proxy("shop", "http", upstream(die).target)])
    assert curl("-d", "x=1", running.url("shop")).status in (0, 502)
    assert len(heads) == 1


def test_a_large_download_and_upload_pass_unchanged(firedrill, nginx, shop):
    blob = random.Random(2).randbytes(32 * 1024 * 1024)
    (nginx.files / "blob").write_bytes(blob)
    running = firedrill([proxy("files", "http", nginx.target)])
    assert hashlib.sha256(curl(running.url("files", "/files/blob")).body).digest() == \
        hashlib.sha256(blob).digest()
    wire = shop()
    url = wire.firedrill.url("shop")
    assert curl("--data-binary", f"@{nginx.files}/blob", url).body == b"ok\n"
    assert eventually(lambda: wire.server.requests)[0].body == blob
