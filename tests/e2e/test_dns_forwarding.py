"""Where queries go and whence answers come: wildcard binds, failover, routes, limits; and the tcp
faults on the TCP side of a dns proxy."""

import socket
import time

import pytest

from harness.config import fault, proxy
from harness.dns import answer, exchange_udp, query
from harness.tools import dig

ONE = {("shop.test", "A"): ["10.0.0.1"], ("a.cluster.test", "A"): ["10.0.0.2"]}
TWO = {("shop.test", "A"): ["10.9.0.1"], ("a.cluster.test", "A"): ["10.9.0.2"]}
BOTH = pytest.mark.parametrize("transport", [[], ["+tcp"]], ids=["udp", "tcp"])


@pytest.fixture
def one(upstream):
    return upstream.dns(dict(ONE))


@pytest.fixture
def two(upstream):
    return upstream.dns(dict(TWO))


# --- listening ------------------------------------------------------------------------------------


@pytest.mark.parametrize("listen, allowed, asked", [
    ("0.0.0.0:0", "127.0.0.0/8", "127.0.0.2"), ("[::]:0", "::1", "::1"),
    ("[::]:0", "127.0.0.0/8", "127.0.0.3")])
def test_a_wildcard_bind_answers_from_the_address_that_was_asked(firedrill, one, listen, allowed,
                                                                 asked):
    running = firedrill([proxy("dns", "dns", [one.target], listen=listen, allow_from=[allowed])])
    port = running.address("dns")[1]
    family = socket.AF_INET6 if ":" in asked else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((asked, port))  # so that the kernel takes an answer from nowhere else
        client.send(query("shop.test", "A"))
        assert client.recv(4096)[-4:] == bytes([10, 0, 0, 1])
    assert dig((asked, port), "shop.test", "A", "+tcp").data == ["10.0.0.1"]


def test_a_client_that_is_not_allowed_is_told_nothing(firedrill, one):
    running = firedrill([proxy("dns", "dns", [one.target], listen="0.0.0.0:0",
                               allow_from=["10.0.0.0/8"])])
    address = ("127.0.0.1", running.address("dns")[1])
    assert exchange_udp(address, query("shop.test", "A"), timeout=0.5) is None
    assert dig(address, "shop.test", "A", "+tcp").status == ""
    assert one.queries == []


# --- upstreams ------------------------------------------------------------------------------------


@BOTH
def test_without_failover_only_the_first_upstream_is_asked(firedrill, one, two, transport):
    one.zone[("shop.test", "A")] = lambda asked: None
    running = firedrill([proxy("dns", "dns", [one.target, two.target])])
    assert dig(running.address("dns"), "shop.test", "A", *transport).status == ""
    assert two.queries == []


@BOTH
def test_with_failover_the_next_is_asked_when_the_first_is_silent(firedrill, one, two, transport):
    one.zone[("shop.test", "A")] = lambda asked: None
    running = firedrill([proxy("dns", "dns", [one.target, two.target], failover=True,
                               query_timeout="1s")])
    reply = dig(running.address("dns"), "shop.test", "A", *transport)
    assert reply.data == ["10.9.0.1"] and reply.seconds >= 0.5
    assert len(one.queries) == len(two.queries) == 1


@BOTH
def test_with_failover_a_server_that_is_not_there_costs_no_time(firedrill, two, transport):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = "{}:{}".format(*taken.getsockname())
    running = firedrill([proxy("dns", "dns", [gone, two.target], failover=True)])
    reply = dig(running.address("dns"), "shop.test", "A", *transport)
    assert reply.data == ["10.9.0.1"] and reply.seconds < 1


@BOTH
def test_with_failover_a_refusal_is_the_answer_when_no_other_server_is_there(firedrill, one,
                                                                             transport):
    one.zone[("shop.test", "A")] = lambda asked: answer(asked, rcode=5)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = "{}:{}".format(*taken.getsockname())
    running = firedrill([proxy("dns", "dns", [one.target, gone], failover=True)])
    assert dig(running.address("dns"), "shop.test", "A", *transport).status == "REFUSED"


@BOTH
def test_routes_are_by_suffix(firedrill, one, two, transport):
    running = firedrill([proxy("dns", "dns", [one.target], routes={"cluster.test": two.target})])
    assert dig(running.address("dns"), "a.cluster.test", "A", *transport).data == ["10.9.0.2"]
    assert dig(running.address("dns"), "shop.test", "A", *transport).data == ["10.0.0.1"]


# --- options --------------------------------------------------------------------------------------


def test_max_udp_bounds_answers_of_our_own(firedrill, one):
    records = [f"A 10.2.0.{n}" for n in range(60)]
    running = firedrill([proxy("dns", "dns", [one.target], max_udp=512)], [fault(
        "many", "dns", "dns.answer", {"records": records}, enabled=True)])
    short = dig(running.address("dns"), "shop.test", "A", "+bufsize=4096", "+ignore")
    assert "tc" in short.flags and short.data == []
    assert len(dig(running.address("dns"), "shop.test", "A", "+bufsize=4096").data) == 60


def test_expand_search_finds_names_behind_their_suffixes(firedrill, one):
    running = firedrill([proxy("dns", "dns", [one.target])], [fault(
        "gone", "dns", "dns.nxdomain", enabled=True,
        match={"names": ["shop.test"], "expand_search": ["ns.svc.local"]})])
    assert dig(running.address("dns"), "shop.test.ns.svc.local").status == "NXDOMAIN"
    assert dig(running.address("dns"), "shop.test").status == "NXDOMAIN"
    assert one.queries == []


def test_the_reply_says_by_when_clients_will_have_healed(firedrill, one):
    running = firedrill([proxy("dns", "dns", [one.target])], [fault(
        "gone", "dns", "dns.nxdomain", {"negative_ttl": "60s"})],
        profiles=[{"name": "all", "faults": ["gone"]}])
    shown = running.admin.call("POST", "/v1/faults/gone/enable", {"for": "10s"}).json
    assert shown["healed_by"] > shown["deadline"]
    assert running.admin.get("/v1/faults/gone")["healed_by"]
    assert running.admin.call("POST", "/v1/faults/gone/disable", {}).json["healed_by"]
    assert running.admin.call("POST", "/v1/profiles/all/enable", {}).json["healed_by"]


# --- tcp faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind, parameters", [
    ("tcp.stall", {"for": "1h"}), ("tcp.blackhole", {}), ("tcp.reset", {}), ("tcp.refuse", {}),
    ("tcp.refuse", {"mode": "reset"})])
def test_a_tcp_fault_breaks_tcp_alone(firedrill, one, kind, parameters):
    running = firedrill([proxy("dns", "dns", [one.target])],
                        [fault("broken", "dns", kind, parameters)])
    running.admin.enable("broken")
    address = running.address("dns")
    failed = dig(address, "shop.test", "A", "+tcp", "+time=1")
    assert failed.status == ""
    silent = kind in ("tcp.stall", "tcp.blackhole")
    assert (failed.seconds >= 1) == silent
    assert dig(address, "shop.test").data == ["10.0.0.1"]
    running.admin.disable("broken")
    assert dig(address, "shop.test", "A", "+tcp").data == ["10.0.0.1"]


def test_bandwidth_makes_answers_over_tcp_slow(firedrill, one):
    one.zone[("big.test", "A")] = [f"10.3.0.{n}" for n in range(60)]  # about 1 KB
    running = firedrill([proxy("dns", "dns", [one.target])], [fault(
        "slow", "dns", "tcp.bandwidth", {"rate": "1KB/s"}, enabled=True)])
    began = time.monotonic()
    assert len(dig(running.address("dns"), "big.test", "A", "+tcp", "+time=5").data) == 60
    assert time.monotonic() - began > 0.5
