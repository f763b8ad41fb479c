"""What real clients see of the faults that edit or break messages: curl, undici, and a HAProxy that
stands in front of firedrill as a load balancer does."""

import json
import shutil
import subprocess

import pytest

from harness.config import fault, proxy
from harness.tools import Node, curl
from harness.upstream import free_port, response, wait_for_listener
from harness.wire import Wire

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
ORDER = b'{"id": 7, "total": 12.50, "items": [1, 2]}\n'


def answer(request, wire):
    """A JSON document: of known length, or below /chunked in chunks."""
    if not request.target.startswith("/chunked"):
        return response(ORDER, fields=["Content-Type: application/json", "X-Tier: gold"])
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(ORDER), ORDER)


@pytest.fixture
def shop(firedrill, upstream):
    """A firedrill with one http proxy `shop`; `server` is the scripted service behind it."""
    server = upstream.http(answer)
    running = firedrill([proxy("shop", "http", server.target)])
    running.server = server
    return running


@pytest.fixture
def break_it(shop):
    """break_it(type, parameters) activates a fault named `broken` on `shop`."""

    def put(kind, parameters, **more):
        shop.admin.put("/v1/faults/broken", fault("broken", "shop", kind, parameters, **more))
        shop.admin.enable("broken")

    return put


@pytest.fixture
def fetch():
    """fetch(url, count) is what undici sees of that many requests."""
    started = []

    def run(url, count=1):
        started.append(Node("fetch.mjs", url, str(count)))
        return started[-1].rest()

    yield run
    for node in started:
        node.stop()


@pytest.fixture
def balancer(shop, tmp_path):
    """The URL of a HAProxy in front of `shop`, which keeps its connections to it open."""
    if shutil.which("haproxy") is None:
        pytest.skip("haproxy is not installed")
    port = free_port()
    host, shop_port = shop.address("shop")
    config = tmp_path / "haproxy.cfg"
    config.write_text("defaults\n  mode http\n  http-reuse always\n  retries 0\n"
                      "  timeout client 5s\n  timeout server 1s\n  timeout connect 1s\n"
                      f"frontend web\n  bind 127.0.0.1:{port}\n  default_backend shop\n"
                      f"backend shop\n  server one {host}:{shop_port}\n")
    process = subprocess.Popen(["haproxy", "-db", "-f", str(config)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for_listener(("127.0.0.1", port))
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait(10)


def seen_by_haproxy(url):
    """What a client behind the load balancer gets: its status, or how the transfer failed."""
    reply = curl(url)
    return reply.status if reply.exit == 0 else f"exit {reply.exit}"


def check_in_step(shop):
    """Several exchanges on one connection, with the faults off, are answered rightly."""
    shop.admin.halt()
    with Wire.connect(shop.address("shop")) as wire:
        for _ in range(3):
            assert wire.send(GET).read_until(ORDER).startswith(b"HTTP/1.1 200 OK\r\n")


# --- http.headers

def test_headers_change_in_the_response_alone_by_default(shop, break_it):
    break_it("http.headers", {"set": {"X-Tier": "lead"}, "remove": ["content-type"],
                              "rename": {"Content-Length": "content-length"}})
    head = curl("-i", shop.url("shop")).body.partition(b"\r\n\r\n")[0]
    assert head == b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nX-Tier: lead" % len(ORDER)
    assert shop.server.requests[-1].field("X-Tier") is None


def test_headers_of_the_request_reach_the_upstream_changed(shop, break_it):
    break_it("http.headers", {"add": {"X-Tier": "lead"}, "remove": ["User-Agent"],
                              "reorder": ["X-Tier"]}, direction="request")
    assert curl(shop.url("shop")).body == ORDER
    assert shop.server.requests[-1].head.split(b"\r\n")[1] == b"X-Tier: lead"
    assert shop.server.requests[-1].field("User-Agent") is None


def test_headers_are_seen_so_by_undici_and_haproxy(shop, break_it, fetch, balancer):
    break_it("http.headers", {"duplicate": ["X-Tier"], "reorder": "reverse"})
    assert [seen["headers"]["x-tier"] for seen in fetch(shop.url("shop"), 2)] == [["gold"] * 2] * 2
    assert curl("-i", balancer).body.lower().count(b"x-tier: gold\r\n") == 2


# --- http.body

BODIES = [
    ({"replace": "<html>", "content_type": "text/html"}, b"<html>"),
    ({"empty": True}, b""),
    ({"json": [{"pointer": "/total", "set": None}, {"pointer": "/items/0", "remove": True}]},
     b'{"id": 7, "total": null, "items": [2]}\n'),
]


@pytest.mark.parametrize("path", ["/", "/chunked"])
@pytest.mark.parametrize("parameters, body", BODIES, ids=lambda value: str(value)[:20])
def test_body_is_another_and_whole(shop, break_it, fetch, balancer, parameters, body, path):
    break_it("http.body", parameters)
    reply = curl(shop.url("shop", path), shop.url("shop", path))
    assert (reply.exit, reply.status, reply.body) == (0, 200, body * 2)
    seen = fetch(shop.url("shop", path), 2)
    assert [(one["status"], one["body"].encode()) for one in seen] == [(200, body)] * 2
    assert curl(balancer + path[1:]).body == body
    check_in_step(shop)


def test_a_garbled_body_keeps_its_length(shop, break_it):
    break_it("http.body", {"garble": "50%"})
    reply = curl(shop.url("shop"))
    assert reply.exit == 0 and len(reply.body) == len(ORDER) and reply.body != ORDER
    check_in_step(shop)


def test_a_body_of_a_request_reaches_the_upstream_changed(shop, break_it):
    break_it("http.body", {"json": [{"pointer": "/qty", "set": -1}]}, direction="request")
    assert curl("-d", '{"sku": "a", "qty": 3}', shop.url("shop")).status == 200
    assert json.loads(shop.server.requests[-1].body) == {"sku": "a", "qty": -1}


def test_what_cannot_be_edited_passes_and_counts_as_skipped(shop, break_it):
    break_it("http.body", {"json": [{"pointer": "/none", "set": 1}]})
    assert curl(shop.url("shop")).body == ORDER
    assert curl("-I", shop.url("shop")).status == 200
    assert shop.admin.fault("broken")["counters"]["skipped"]["format"] == 2


# --- http.truncate

@pytest.mark.parametrize("path", ["/", "/chunked"])
@pytest.mark.parametrize("end, code", [("fin", 18), ("rst", 56)])
def test_a_truncated_body_fails_after_its_first_part(shop, break_it, fetch, end, code, path):
    break_it("http.truncate", {"share": "50%", "end": end})
    reply = curl(shop.url("shop", path))
    assert (reply.exit, reply.status) == (code, 200)
    assert reply.body == ORDER[:len(ORDER) // 2]
    assert all("error" in one for one in fetch(shop.url("shop", path), 2))
    check_in_step(shop)


def test_haproxy_passes_a_truncated_body_on_as_such(break_it, balancer):
    break_it("http.truncate", {"bytes": 10})
    assert [seen_by_haproxy(balancer + path) for path in ("", "chunked")] == ["exit 18"] * 2


@pytest.mark.parametrize("path", ["/", "/chunked"])
def test_a_truncated_body_may_look_whole(shop, break_it, fetch, path):
    break_it("http.truncate", {"bytes": 10, "length": "right"})
    reply = curl(shop.url("shop", path), shop.url("shop", path))
    assert (reply.exit, reply.body) == (0, ORDER[:10] * 2)
    assert [one["body"].encode() for one in fetch(shop.url("shop", path), 2)] == [ORDER[:10]] * 2


def test_a_hang_lasts_until_the_fault_ends(shop, break_it):
    break_it("http.truncate", {"bytes": 10, "end": "hang"})
    assert curl("-m", "1", shop.url("shop")).exit == 28
    with Wire.connect(shop.address("shop")) as wire:
        assert wire.send(GET).read_until(ORDER[:10])
        assert wire.is_silent(0.3)
        shop.admin.disable("broken")
        assert wire.read_exactly(len(ORDER) - 10) == ORDER[10:]
        assert wire.send(GET).read_until(ORDER)


# --- http.malform: what curl exits with (a set where it is lenient), and what HAProxy makes of it

MALFORMED = [
    ({"kind": "chunk_size"}, 56, {502, "exit 18"}),
    ({"kind": "missing_terminator"}, 18, {"exit 18"}),
    ({"kind": "duplicate_length"}, 18, {502}),
    ({"kind": "wrong_length", "by": "+10"}, 18, {"exit 18"}),
    ({"kind": "wrong_length", "by": -3}, 0, {200}),
    ({"kind": "status_line"}, 1, {502}),
    ({"kind": "no_colon"}, 8, {502}),
    ({"kind": "oversized_header"}, 0, {502}),
    ({"kind": "oversized_header", "size": "200KiB"}, 27, {502}),
    ({"kind": "unexpected_interim"}, 0, {200}),
    ({"kind": "unexpected_interim", "status": 103}, 0, {200}),
    ({"kind": "unexpected_interim", "status": 101}, 0, {101, 502}),
]


@pytest.mark.parametrize("parameters, code, balanced", MALFORMED, ids=lambda value: str(value)[:60])
def test_malformed(shop, break_it, balancer, parameters, code, balanced):
    break_it("http.malform", parameters)
    assert curl(shop.url("shop")).exit == code
    assert seen_by_haproxy(balancer) in balanced
    assert shop.server.requests[-1].target == "/"
    check_in_step(shop)
    assert seen_by_haproxy(balancer) == 200


# What undici takes: it leaves bytes behind a body to the next response, and 103 is for browsers.
TAKEN_BY_UNDICI = [{"kind": "wrong_length", "by": -3},
                   {"kind": "unexpected_interim", "status": 103}]


@pytest.mark.parametrize("parameters, fails", [
    (parameters, parameters not in TAKEN_BY_UNDICI) for parameters, _, _ in MALFORMED], ids=str)
def test_malformed_for_undici(shop, break_it, fetch, parameters, fails):
    break_it("http.malform", parameters)
    assert ["error" in one for one in fetch(shop.url("shop"), 2)] == [fails] * 2
