"""What a proxy declares to be untouchable stays as it is, whatever fault is active."""

import json

import pytest

from harness.config import config, fault, proxy
from harness.dns import exchange_udp, query
from harness.process import run
from harness.tools import curl
from harness.wire import Wire, connect_outcome

GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def guarded(firedrill, upstream):
    """firedrill in front of each kind of upstream, with something to be spared at each."""
    zone = {("shop.test", "A"): ["10.0.0.1"], ("ntp.test", "A"): ["10.0.0.2"]}
    return firedrill([
        proxy("db", "tcp", upstream().target, never=[{"source": "127.0.0.1"}]),
        proxy("shop", "http", upstream.http().target,
              never=[{"path": "/healthz"}, {"header": {"x-smoke": "1"}}]),
        proxy("dns", "dns", [upstream.dns(zone).target], never=[{"names": ["ntp.test"]}])])


def break_it(running, target, kind, parameters=None):
    running.admin.put("/v1/faults/broken", fault("broken", target, kind, parameters))
    running.admin.enable("broken")


def test_requests(guarded):
    break_it(guarded, "shop", "http.status", {"code": 503})
    assert curl(guarded.url("shop", "/healthz")).status == 200
    assert curl("-H", "X-Smoke: 1", guarded.url("shop")).status == 200
    assert curl(guarded.url("shop")).status == 503


def test_the_connections_of_requests(guarded):
    break_it(guarded, "shop", "tcp.reset")
    assert curl(guarded.url("shop", "/healthz")).status == 200


def test_clients(guarded):
    break_it(guarded, "db", "tcp.refuse")
    assert connect_outcome(guarded.address("db")) == "open"
    guarded.admin.patch("/v1/proxies/db", {"never": [{"source": "10.0.0.9"}]})
    assert connect_outcome(guarded.address("db")) == "rst"  # the listener is open for the other


def test_queries(guarded):
    break_it(guarded, "dns", "dns.nxdomain")
    assert exchange_udp(guarded.address("dns"), query("ntp.test", "A"))[3] & 15 == 0
    assert exchange_udp(guarded.address("dns"), query("shop.test", "A"))[3] & 15 == 3


def test_an_edit_acts_at_once_on_what_is_open(guarded):
    admin = guarded.admin
    admin.patch("/v1/proxies/db", {"never": None})
    with Wire.connect(guarded.address("db")) as wire:
        assert wire.send(b"a").read_exactly(1) == b"a"
        break_it(guarded, "db", "tcp.blackhole")
        assert wire.send(b"b").is_silent(0.1)
        admin.patch("/v1/proxies/db", {"never": [{"source": "127.0.0.0/8"}]})
        assert wire.read_exactly(1) == b"b"
        assert wire.send(b"c").read_exactly(1) == b"c"
        assert admin.active() == {"broken"}
        admin.patch("/v1/proxies/db", {"never": []})
        assert wire.send(b"d").is_silent(0.1)


def test_it_is_shown_and_explained(guarded):
    assert guarded.admin.get("/v1/proxies/db")["never"] == [{"source": "127.0.0.1"}]
    break_it(guarded, "shop", "http.status", {"code": 503})
    admin = "http://{}:{}".format(*guarded.address("admin"))
    told = run("explain", "--admin", admin, "shop", "--path", "/healthz")
    assert told.stdout.splitlines()[1].endswith("never (never[0])")


def test_a_mistake_in_it_is_told_with_its_place(guarded, tmp_path):
    reply = guarded.admin.call("PATCH", "/v1/proxies/shop", {"never": [{"pth": "/"}]})
    assert reply.status == 422
    assert reply.error["path"] == "/never/0/pth"
    assert 'did you mean "path"?' in reply.error["message"]
    path = tmp_path / "wrong.yaml"
    path.write_text(json.dumps(config([proxy("shop", "http", "a:1", never={"path": "/"})])),
                    encoding="utf-8")
    done = run("check", path)
    assert done.returncode == 1
    assert "proxies[0].never: must be a list of matches, not a map" in done.stderr
