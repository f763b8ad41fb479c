"""What curl, a Node client (undici) and a HAProxy in front of firedrill see of each http fault that
leaves them a response to read, and whether the request reached the upstream. The faults that end
exchanges are in test_http_endings.py, those that break framing in test_http_edits.py."""

import dataclasses

import pytest
from test_http_edits import MALFORMED
from test_http_endings import ENDINGS

from harness.config import config, fault, proxy
from harness.haproxy import Haproxy
from harness.process import Firedrill
from harness.tools import Node, curl
from harness.upstream import HttpServer, response
from harness.wire import TIMEOUT

ORDER = b'{"id": 7, "total": 12.50}\n'
ELSEWHERE = b'{"id": 8, "total": 0.5}\n'
LATE = {"delay": "50ms"}
DOWN = {"code": 503, "body": "down\n"}
SOCKET_ERRORS = {"UND_ERR_SOCKET", "ECONNRESET"}


@dataclasses.dataclass(frozen=True)
class Seen:
    """What each client sees: the status and the body, for `seconds` at least. curl, alone or behind
    HAProxy, exits with the given codes; undici has an error where curl has one. `reached` says how
    many of three requests reach the upstream, `elsewhere` how many the other one."""

    kind: str
    parameters: dict = dataclasses.field(default_factory=dict)
    direction: str | None = None
    status: int = 200
    body: bytes | None = ORDER  # None: as long, and another
    seconds: float = 0
    exit: int = 0
    exit_behind_haproxy: int = 0
    reached: int = 3
    elsewhere: int = 0


FAULTS = {
    "status": Seen("http.status", DOWN, status=503, body=b"down\n", reached=0),
    "status, upstream": Seen("http.status", DOWN | {"reach": "upstream"}, status=503,
                             body=b"down\n"),
    "latency": Seen("http.latency", LATE, seconds=0.05),
    "latency of the request": Seen("http.latency", LATE, "request", seconds=0.05),
    "latency both ways": Seen("http.latency", LATE, "both", seconds=0.1),
    "headers": Seen("http.headers", {"set": {"X-Tier": "lead"}}),
    "headers of the request": Seen("http.headers", {"remove": ["User-Agent"]}, "request"),
    "body, replaced": Seen("http.body", {"replace": "<html>"}, body=b"<html>"),
    "body, emptied": Seen("http.body", {"empty": True}, body=b""),
    "body, edited": Seen("http.body", {"json": [{"pointer": "/id", "set": "7"}]},
                         body=ORDER.replace(b"7", b'"7"')),
    "body, garbled": Seen("http.body", {"garble": "100%"}, body=None),
    "body of the request": Seen("http.body", {"empty": True}, "request"),
    "truncate": Seen("http.truncate", {"bytes": 10}, body=ORDER[:10], exit=18,
                     exit_behind_haproxy=18),
    "truncate with RST": Seen("http.truncate", {"bytes": 10, "end": "rst"}, body=ORDER[:10],
                              exit=56, exit_behind_haproxy=18),
    "truncate with the right length": Seen("http.truncate", {"bytes": 10, "length": "right"},
                                           body=ORDER[:10]),
    "slow body": Seen("http.slow_body", {"over": "60ms", "chunks": 3}, seconds=0.06),
    "bandwidth": Seen("http.bandwidth", {"rate": "500B/s"}, seconds=len(ORDER) / 500),
    "rate limit": Seen("http.rate_limit", {"rate": "1/h", "by": "global", "body": "slow down\n"},
                       status=429, body=b"slow down\n", reached=0),
    "route to": Seen("http.route_to", {"upstream": "the other"}, body=ELSEWHERE, reached=0,
                     elsewhere=3),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A firedrill with the proxy `shop`; `balanced` is its URL behind HAProxy."""
    root = tmp_path_factory.mktemp("clients")
    fields = ["Content-Type: application/json"]
    server, other = (HttpServer(lambda request, wire, body=body: response(body, fields=fields))
                     for body in (ORDER, ELSEWHERE))
    running = Firedrill(config([proxy("shop", "http", server.target)]), root)
    balancer = Haproxy(root, running.address("shop"), check="retries 0")
    running.server, running.other = server, other
    running.balanced = "http://{}:{}/".format(*balancer.address)
    yield running
    balancer.stop()
    running.stop()
    running.cleanup()
    for one in (server, other):
        one.stop()
        assert not one.failures


@pytest.fixture
def seen(shop, request):
    """What is to be seen of a fault, which is active now."""
    wanted = FAULTS[request.param]
    parameters = wanted.parameters
    if "upstream" in parameters:
        parameters = {"upstream": shop.other.target}
    more = {"direction": wanted.direction} if wanted.direction else {}
    broken = fault("broken", "shop", wanted.kind, parameters, **more)
    shop.admin.put("/v1/faults/broken", broken)
    shop.admin.enable("broken")
    if wanted.kind == "http.rate_limit":
        assert curl(shop.url("shop")).status == 200, "the one that the rate lets through"
    shop.server.requests.clear()
    shop.other.requests.clear()
    yield wanted
    shop.admin.delete("/v1/faults/broken")


def is_seen(body, wanted):
    if wanted.body is None:
        return len(body) == len(ORDER) and body != ORDER
    return body == wanted.body


def seen_by_node(url):
    node = Node("ask_once.mjs", url)
    try:
        return node.next(within=3 * TIMEOUT)  # it takes its time to start on a busy machine
    finally:
        node.stop()


@pytest.mark.parametrize("seen", FAULTS, indirect=True)
def test_what_clients_see(shop, seen):
    request = ["-d", ORDER.decode()] if seen.direction == "request" else []
    for url, code in (shop.url("shop"), seen.exit), (shop.balanced, seen.exit_behind_haproxy):
        reply = curl(*request, url)
        assert (reply.exit, reply.status) == (code, seen.status)
        assert is_seen(reply.body, seen)
        assert reply.seconds >= seen.seconds
    got = seen_by_node(shop.url("shop"))
    if seen.exit:
        assert got["error"] in SOCKET_ERRORS and got["head"]
    else:
        assert got == {"status": seen.status,
                       "bytes": len(ORDER if seen.body is None else seen.body)}
    assert (len(shop.server.requests), len(shop.other.requests)) == (seen.reached, seen.elsewhere)


def test_every_type_is_in_one_of_the_tables(shop):
    types = {one["type"] for one in shop.admin.get("/v1/fault-types")["types"]}
    tables = {one.kind for one in FAULTS.values()} | {row[0] for row in ENDINGS.values()}
    assert MALFORMED
    assert tables | {"http.malform"} == {name for name in types if name.startswith("http.")}
