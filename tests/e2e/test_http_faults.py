"""The http faults: http.status with its personas, http.latency, and which requests they touch."""

import time

import pytest

from harness.config import fault, proxy
from harness.tools import curl
from harness.wire import Wire

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def shop(firedrill, upstream):
    """A firedrill with one http proxy `shop`; `server` is the scripted service behind it."""
    server = upstream.http()
    running = firedrill([proxy("shop", "http", server.target)])
    running.server = server
    return running


@pytest.fixture
def break_it(shop):
    """break_it(type, parameters) activates a fault named `broken` on `shop`."""

    def put(kind, parameters=None, **more):
        shop.admin.put("/v1/faults/broken", fault("broken", "shop", kind, parameters, **more))
        shop.admin.enable("broken")

    return put


def status(shop, path="/", *options):
    return curl(*options, shop.url("shop", path)).status


def test_status_answers_itself_and_the_upstream_hears_nothing(shop, break_it):
    break_it("http.status", {"code": 418, "body": "short and stout\n"})
    reply = curl(shop.url("shop"))
    assert (reply.status, reply.body) == (418, b"short and stout\n")
    assert shop.server.requests == []


def test_status_that_reaches_the_upstream_replaces_its_response(shop, break_it):
    break_it("http.status", {"code": 500, "reach": "upstream"})
    assert status(shop) == 500
    assert len(shop.server.requests) == 1


def test_status_sends_the_fields_of_the_operator(shop, break_it):
    break_it("http.status", {"code": 503, "headers": {"Retry-After": "7"}})
    assert b"\r\nRetry-After: 7\r\n" in curl("-i", shop.url("shop")).body


@pytest.mark.parametrize("persona, trace", [
    ("haproxy", b"<h1>503 Service Unavailable</h1>\nNo server is available"),
    ("nginx", b"<center><h1>503 Service Temporarily Unavailable</h1></center>"),
    ("alb", b"503 Service Temporarily Unavailable"),
    ("envoy", b"upstream connect error or disconnect/reset before headers")])
def test_a_persona_answers_as_that_proxy_would(shop, break_it, persona, trace):
    break_it("http.status", {"code": 503, "persona": persona})
    reply = curl(shop.url("shop"))
    assert reply.status == 503 and trace in reply.body


def test_status_keeps_the_connection_in_step(shop, break_it):
    break_it("http.status", {"code": 503}, match={"path": "/broken"})
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(b"POST /broken HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + GET)
        assert wire.read_until(b"\r\n").startswith(b"HTTP/1.1 503 ")
        assert b"HTTP/1.1 200 OK\r\n" in wire.read_until(b"ok\n")


def test_status_acts_on_open_connections_at_once(shop, break_it):
    with Wire.connect(shop.address("shop")) as wire:
        assert wire.send(GET).read_until(b"ok\n").startswith(b"HTTP/1.1 200 ")
        break_it("http.status", {"code": 503, "body": "no\n"})
        assert wire.send(GET).read_until(b"no\n").startswith(b"HTTP/1.1 503 ")
        shop.admin.disable("broken")
        assert wire.send(GET).read_until(b"ok\n").startswith(b"HTTP/1.1 200 ")


def test_latency_delays_and_then_answers_as_ever(shop, break_it):
    break_it("http.latency", {"delay": "300ms"})
    reply = curl(shop.url("shop"))
    assert reply.status == 200 and 0.3 <= reply.first_byte < 1
    shop.admin.disable("broken")
    assert curl(shop.url("shop")).first_byte < 0.2


def test_a_request_that_latency_holds_goes_on_at_once_when_it_ends(shop, break_it):
    break_it("http.latency", {"delay": "30s"})
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(GET)
        assert wire.is_silent(0.3)
        began = time.monotonic()
        shop.admin.disable("broken")
        assert wire.read_until(b"ok\n").startswith(b"HTTP/1.1 200 ")
        assert time.monotonic() - began < 1


def test_delays_add_up(shop):
    for name in ("one", "two"):
        slow = fault(name, "shop", "http.latency", {"delay": "200ms"})
        shop.admin.put(f"/v1/faults/{name}", slow)
        shop.admin.enable(name)
    assert 0.4 <= curl(shop.url("shop")).first_byte < 1


MATCHES = [
    ({"path": "/v1"}, ["/v1", "/v1/", "/v1/orders", "/v1?x"], ["/v10", "/", "/V1"]),
    ({"matches": [{"path": {"type": "Exact", "value": "/a"}}]}, ["/a", "/a?x"], ["/a/", "/a/b"]),
    ({"matches": [{"path": {"type": "RegularExpression", "value": "/o/[0-9]+"}}]},
     ["/o/12"], ["/o/x", "/o/1/2"]),
    ({"matches": [{"queryParams": [{"name": "page", "type": "RegularExpression",
                                    "value": "\\d+"}]}]}, ["/?page=2"], ["/?page=x", "/"]),
    ({"path": "/a", "except": [{"path": {"type": "PathPrefix", "value": "/a/safe"}}]},
     ["/a/b"], ["/a/safe/b"]),
]


@pytest.mark.parametrize("match, hit, missed", MATCHES, ids=lambda value: str(value)[:40])
def test_match_by_target(shop, break_it, match, hit, missed):
    break_it("http.status", {"code": 503}, match=match)
    assert {path: status(shop, path) for path in hit} == {path: 503 for path in hit}
    assert {path: status(shop, path) for path in missed} == {path: 200 for path in missed}


@pytest.mark.parametrize("match, hit, missed", [
    ({"method": "POST"}, ["-d", "x"], []),
    ({"host": "*.svc.local"}, ["-H", "Host: a.svc.local"], ["-H", "Host: svc.local"]),
    ({"header": {"x-tier": "gold"}}, ["-H", "X-Tier: gold"], ["-H", "X-Tier: silver"]),
    ({"matches": [{"cookies": [{"name": "canary", "value": "1"}]}]},
     ["-b", "a=b; canary=1"], ["-b", "canary=0"]),
    ({"source": "127.0.0.0/8"}, [], None), ({"source": "10.0.0.0/8"}, None, []),
    ({"healthchecks": True}, ["-A", "kube-probe/1.27"], ["-A", "curl/8"])],
    ids=lambda value: str(value)[:40])
def test_match_by_the_rest_of_the_request(shop, break_it, match, hit, missed):
    break_it("http.status", {"code": 503}, match=match)
    assert hit is None or status(shop, "/", *hit) == 503
    assert missed is None or status(shop, "/", *missed) == 200


def test_a_share_hits_about_that_many_requests(shop, break_it):
    break_it("http.status", {"code": 503, "body": "no\n"}, share="30%")
    with Wire.connect(shop.address("shop")) as wire:
        hits = 0
        for _ in range(500):
            hits += b" 503 " in wire.send(GET).read_until(b"\r\n")
            assert wire.read_until(b"\r\n\r\n") and wire.read_exactly(3) in (b"ok\n", b"no\n")
    assert 100 <= hits <= 200
