"""The http faults that end, slow and misroute exchanges: what curl, a Node client (undici) and an
HAProxy in front of firedrill see of each, and whether the request reached the upstream."""

import shutil
import subprocess
import time

import pytest

from harness.config import fault, proxy
from harness.tools import curl
from harness.upstream import free_port, response, wait_for_listener
from harness.wire import TIMEOUT, Wire

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
BODY = b"x" * 1000


@pytest.fixture
def shop(firedrill, upstream):
    """A firedrill with one http proxy `shop`; `server` is the scripted service behind it."""
    server = upstream.http(lambda request, wire: response(BODY))
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


@pytest.fixture
def haproxy(shop, tmp_path):
    """The URL of an HAProxy whose only server is the proxy `shop`."""
    if shutil.which("haproxy") is None:
        pytest.skip("haproxy is not installed")
    port = free_port()
    config = tmp_path / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode http\n  retries 0\n  timeout client 5s\n  timeout server 1s\n"
        "  timeout connect 1s\n"
        f"frontend web\n  bind 127.0.0.1:{port}\n  default_backend shop\n"
        "backend shop\n  server shop {}:{}\n".format(*shop.address("shop")))
    process = subprocess.Popen(["haproxy", "-db", "-f", str(config)], stdin=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for_listener(("127.0.0.1", port))
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait(TIMEOUT)


# What undici calls a reset, depending on where it learns of it.
RESET = {"ECONNRESET", "UND_ERR_SOCKET"}

# For each: curl's exit code, undici's errors and whether it had the head before, what HAProxy makes
# of it, and how many requests reach the upstream.
ENDINGS = {
    "empty": ("http.empty", {}, 52, ({"UND_ERR_SOCKET"}, False), 502, 0),
    "empty, upstream": (
        "http.empty", {"reach": "upstream"}, 52, ({"UND_ERR_SOCKET"}, False), 502, 1),
    "garbage": ("http.garbage", {}, 1, ({"HPE_INVALID_CONSTANT"}, False), 502, 0),
    "reset": ("http.reset", {}, 56, (RESET, False), 502, 0),
    "reset at the head": ("http.reset", {"at": "head"}, 56, (RESET, True), 200, 1),
    "reset in the body": ("http.reset", {"at": "body", "bytes": 500}, 56, (RESET, True), 200, 1),
    "hang": ("http.hang", {}, 28, ({"UND_ERR_HEADERS_TIMEOUT"}, False), 504, 0),
    "hang, upstream": (
        "http.hang", {"reach": "upstream"}, 28, ({"UND_ERR_HEADERS_TIMEOUT"}, False), 504, 1),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_curl_sees(shop, break_it, name):
    kind, parameters, code, _, _, reached = ENDINGS[name]
    break_it(kind, parameters)
    assert curl("--max-time", "2", shop.url("shop")).exit == code
    assert len(shop.server.requests) == reached


@pytest.mark.parametrize("name", ENDINGS)
def test_node_sees(shop, break_it, node, name):
    kind, parameters, _, (errors, head), _, _ = ENDINGS[name]
    break_it(kind, parameters)
    seen = node("ask_once.mjs", shop.url("shop")).next()
    assert seen["error"] in errors and seen["head"] == head


@pytest.mark.parametrize("name", ENDINGS)
def test_haproxy_in_front_makes_of_it(break_it, haproxy, name):
    kind, parameters, _, _, status, _ = ENDINGS[name]
    break_it(kind, parameters)
    reply = curl(haproxy)
    assert reply.status == status
    assert (reply.exit == 0) == (status != 200), "a response that was cut is cut for the client"


@pytest.mark.parametrize("alias, kind, code", [
    ("EMPTY_RESPONSE", "http.empty", 52), ("RANDOM_DATA_THEN_CLOSE", "http.garbage", 1),
    ("CONNECTION_RESET_BY_PEER", "http.reset", 56)])
def test_wiremocks_names_are_understood(shop, break_it, alias, kind, code):
    break_it(alias)
    assert shop.admin.fault("broken")["type"] == kind
    assert curl(shop.url("shop")).exit == code


def test_a_hang_goes_on_when_its_fault_ends(shop, break_it):
    break_it("http.hang")
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(GET)
        assert wire.is_silent(0.3)
        shop.admin.disable("broken")
        assert wire.read_until(BODY).startswith(b"HTTP/1.1 200 ")


def test_a_slow_body_dribbles(shop, break_it, node, haproxy):
    break_it("http.slow_body", {"over": "500ms", "chunks": 5})
    for url in shop.url("shop"), haproxy:
        reply = curl(url)
        assert (reply.exit, reply.body) == (0, BODY)
        assert reply.first_byte < 0.3 and 0.5 <= reply.seconds < 1.5
    assert node("ask_once.mjs", shop.url("shop")).next() == {"status": 200, "bytes": len(BODY)}


def test_a_slow_body_that_takes_longer_than_its_client(shop, break_it):
    break_it("http.slow_body", {"over": "1h"})
    assert curl("--max-time", "1", shop.url("shop")).exit == 28


def test_bandwidth_caps_a_response(shop, break_it):
    break_it("http.bandwidth", {"rate": "2KB/s"})
    reply = curl(shop.url("shop"))
    assert (reply.body, 0.5 <= reply.seconds < 1.5) == (BODY, True)


def test_a_status_comes_late_and_slowly_when_three_faults_say_so(shop):
    for name, kind, parameters in [
            ("late", "http.latency", {"delay": "200ms"}),
            ("error", "http.status", {"code": 503, "body": "down"}),
            ("slow", "http.slow_body", {"over": "200ms", "chunks": 2})]:
        shop.admin.put(f"/v1/faults/{name}", fault(name, "shop", kind, parameters))
        shop.admin.enable(name)
    reply = curl(shop.url("shop"))
    assert (reply.status, reply.body) == (503, b"down")
    assert reply.first_byte >= 0.2 and reply.seconds >= 0.4
    assert shop.server.requests == []


# --- rate_limit, route_to -------------------------------------------------------------------------


def test_a_rate_limit_refuses_what_is_above_it(shop, break_it):
    break_it("http.rate_limit", {"rate": "2/m", "headers": "both"})
    replies = [curl("-i", shop.url("shop")) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert b"RateLimit" not in replies[0].body
    for line in b"Retry-After: 30", b"RateLimit-Limit: 2", b"RateLimit-Remaining: 0":
        assert b"\r\n" + line + b"\r\n" in replies[2].body
    assert len(shop.server.requests) == 2


def test_curl_comes_back_when_the_rate_limit_told_it_to(shop, break_it):
    break_it("http.rate_limit", {"rate": "1/s"})
    assert curl(shop.url("shop")).status == 200
    began = time.monotonic()
    assert curl("--retry", "1", shop.url("shop")).status == 200
    assert time.monotonic() - began >= 0.9


def test_routes_elsewhere_by_weight_and_back(shop, upstream):
    others = [upstream.http(lambda request, wire, n=n: response(n)) for n in (b"one\n", b"two\n")]
    misrouted = fault("broken", "shop", "http.route_to")
    misrouted["variants"] = [{"weight": weight, "with": {"upstream": other.target}}
                             for weight, other in zip((3, 1), others)]
    del misrouted["with"]
    shop.admin.put("/v1/faults/broken", misrouted)
    shop.admin.enable("broken")
    for _ in range(60):
        assert curl("-H", "Host: my.shop", shop.url("shop")).status == 200
    one, two = (len(other.requests) for other in others)
    assert one + two == 60 and 30 <= one <= 57
    assert others[0].requests[0].field("Host") == "my.shop"
    assert shop.server.requests == []
    shop.admin.disable("broken")
    assert curl(shop.url("shop")).body == BODY


def test_routes_to_no_metadata_address(shop):
    refused = shop.admin.call("PUT", "/v1/faults/broken", fault(
        "broken", "shop", "http.route_to", {"upstream": "169.254.169.254:80"}))
    assert (refused.status, refused.error["path"]) == (422, "/with/upstream")


# --- the bodies of http.status --------------------------------------------------------------------


def test_a_status_has_its_body_from_a_file_and_fills_it(firedrill, upstream, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p>${method} ${path}?${query} of ${header.x-user}: ${status}</p>")
    running = firedrill([proxy("shop", "http", upstream.http().target)], [fault(
        "page", "shop", "http.status",
        {"code": 404, "body_file": str(page), "template": True,
         "headers": {"Content-Type": "text/html"}}, enabled=True)])
    reply = curl("-i", "-H", "X-User: me", running.url("shop", "/carts/7?a=b"))
    assert reply.status == 404
    assert reply.body.endswith(b"\r\n\r\n<p>GET /carts/7?a=b of me: 404</p>")
    assert running.admin.fault("page")["with"]["body"] == page.read_text()


def test_a_body_file_can_not_be_asked_for_through_the_api(shop):
    refused = shop.admin.call("PUT", "/v1/faults/broken", fault(
        "broken", "shop", "http.status", {"code": 503, "body_file": "/etc/passwd"}))
    assert (refused.status, refused.error["path"]) == (422, "/with/body_file")


def test_a_status_varies_by_weight_with_headers_and_reaches_the_upstream(shop, break_it):
    break_it("http.status", {"reach": "upstream", "code": 500}, variants=[
        {"weight": 3, "with": {"headers": {"X-A": "1"}}}, {"with": {"code": 503}}])
    replies = [curl("-i", shop.url("shop")) for _ in range(60)]
    statuses = [reply.status for reply in replies]
    assert set(statuses) == {500, 503} and 30 <= statuses.count(500) <= 57
    assert all((b"X-A: 1" in reply.body) == (reply.status == 500) for reply in replies)
    assert len(shop.server.requests) == 60
