"""The four incidents that a drill starts from, seen with the clients that people use: each appears
when enabled and vanishes when disabled, when everything is halted, and at its deadline."""

import json

import pytest

from harness.config import fault, proxy
from harness.tools import curl, dig
from harness.upstream import EventFeed, eventually

ORDERS = [(n, "order", json.dumps({"id": n, "total": 10 * n})) for n in range(1, 6)]


class WrongAddress:
    """A name resolves to a host that is no longer there."""

    fault = fault("wrong-address", "dns", "dns.answer",
                  {"records": ["A 10.20.30.99"], "ttl": "30s"},
                  match={"names": ["payments.test"], "qtypes": ["A"]})

    def __init__(self, firedrill):
        self.address = firedrill.address("dns")

    def is_present(self):
        reply = dig(self.address, "payments.test")
        assert reply.status == "NOERROR"
        assert reply.data in (["10.20.30.99"], ["10.0.0.7"])
        return reply.data == ["10.20.30.99"]


class FailingHealthCheck:
    """The load balancer's probe fails while the service itself answers."""

    fault = fault("unhealthy", "shop", "http.status", {"code": 503, "persona": "haproxy"},
                  match={"path": "/healthz"})

    def __init__(self, firedrill):
        self.firedrill = firedrill

    def is_present(self):
        assert curl(self.firedrill.url("shop", "/orders")).body == b'[{"id": 1}]\n'
        probe = curl(self.firedrill.url("shop", "/healthz"))
        assert probe.status == 503 or probe.body == b"healthy\n"
        return probe.status == 503


class StoppedService:
    """The service refuses connections, as if it had been stopped."""

    fault = fault("stopped", "shop", "tcp.refuse")

    def __init__(self, firedrill):
        self.firedrill = firedrill

    def is_present(self):
        reply = curl(self.firedrill.url("shop", "/healthz"))
        assert reply.exit == 7 or reply.status == 200
        return reply.exit == 7


class ChokingStream:
    """One event of a feed is no JSON any more, after every reconnect."""

    fault = fault("poison", "feed", "stream.corrupt", {"kind": "json_truncate"},
                  match={"json": {"/id": 3}})

    def __init__(self, firedrill):
        self.firedrill = firedrill

    def is_present(self):
        reply = curl("--max-time", "1", self.firedrill.url("feed"))
        blocks = [block for block in reply.body.decode().split("\n\n") if block]
        payloads = [line[6:] for block in blocks for line in block.split("\n")
                    if line.startswith("data: ")]
        assert len(payloads) == len(ORDERS)
        broken = [n for n, payload in enumerate(payloads, 1) if not is_json(payload)]
        assert broken in ([], [3])
        return broken == [3]


def is_json(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False


INCIDENTS = [WrongAddress, FailingHealthCheck, StoppedService, ChokingStream]


@pytest.fixture
def staging(firedrill, nginx, upstream):
    """A firedrill in front of a zone, a shop and a feed, all four faults configured and off."""
    zone = upstream.dns({("payments.test", "A"): ["10.0.0.7"]})
    feed = upstream.keep(EventFeed(ORDERS, keep_open=False))
    return firedrill(
        [proxy("dns", "dns", [zone.target]), proxy("shop", "http", nginx.target),
         proxy("feed", "http", feed.target)],
        [incident.fault for incident in INCIDENTS],
        profiles=[{"name": "bad-friday", "faults": ["wrong-address", "unhealthy", "poison"]}])


@pytest.fixture(params=INCIDENTS, ids=lambda incident: incident.__name__)
def incident(request, staging):
    return request.param(staging)


def test_appears_on_enable_and_vanishes_on_disable(staging, incident):
    name = incident.fault["name"]
    for _ in range(2):
        assert not incident.is_present()
        staging.admin.enable(name, reason="drill")
        assert incident.is_present()
        staging.admin.disable(name)
    assert not incident.is_present()


def test_vanishes_on_halt(staging, incident):
    staging.admin.enable(incident.fault["name"])
    assert incident.is_present()
    staging.admin.halt()
    assert not incident.is_present()
    assert staging.admin.active() == set()


def test_vanishes_at_its_deadline(staging, incident):
    staging.admin.enable(incident.fault["name"], **{"for": "2s"})
    assert incident.is_present()
    eventually(lambda: not staging.admin.active(), within=4)
    assert not incident.is_present()


def test_a_profile_switches_its_faults_together(staging):
    incidents = [WrongAddress(staging), FailingHealthCheck(staging), ChokingStream(staging)]
    assert staging.admin.call("POST", "/v1/profiles/bad-friday/enable", {}).status == 200
    assert [incident.is_present() for incident in incidents] == [True, True, True]
    assert staging.admin.call("POST", "/v1/profiles/bad-friday/disable", {}).status == 200
    assert [incident.is_present() for incident in incidents] == [False, False, False]


def test_the_consumer_of_a_feed_chokes_on_one_event_and_recovers(staging, node):
    staging.admin.enable("poison")
    client = node("events.mjs", staging.url("feed"), "order")
    assert client.next() == {"open": True}
    assert [event["ok"] for event in client.take(5)] == [True, True, False, True, True]
    staging.admin.disable("poison")
    client = node("events.mjs", staging.url("feed"), "order")
    assert client.next() == {"open": True}
    assert [event["ok"] for event in client.take(5)] == [True] * 5


def test_nothing_tells_that_a_fault_is_injected(staging):
    staging.admin.enable("unhealthy")
    reply = curl("-i", staging.url("shop", "/healthz"))
    assert reply.status == 503
    assert b"firedrill" not in reply.body.lower() and b"fault" not in reply.body.lower()
    metrics = staging.admin.call("GET", "/metrics").body
    assert b"firedrill" not in metrics and b"fault" not in metrics
    assert "unhealthy" not in "".join(staging.output)
