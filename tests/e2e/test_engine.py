"""What shapes, budgets, variants, scopes, dry runs and edits make of faults."""

import time

import pytest

from harness.config import fault, proxy
from harness.dns import exchange_udp, query
from harness.tools import curl
from harness.upstream import EventFeed, eventually
from harness.wire import Wire, connect_outcome

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def running(firedrill, upstream):
    """A firedrill with one proxy of each protocol, an echo server and a small zone behind them."""
    return firedrill([
        proxy("db", "tcp", upstream().target),
        proxy("shop", "http", upstream.http().target),
        proxy("dns", "dns", [upstream.dns({("shop.test", "A"): ["10.0.0.1"]}).target])])


@pytest.fixture
def admin(running):
    return running.admin


@pytest.fixture
def break_it(admin):
    """break_it(proxy, type, parameters) activates a fault named `broken`."""

    def put(target, kind, parameters=None, **more):
        admin.put("/v1/faults/broken", fault("broken", target, kind, parameters, **more))
        admin.enable("broken")

    return put


def statuses(running, count, *options):
    return [curl(*options, running.url("shop")).status for _ in range(count)]


def counters(admin):
    return admin.get("/v1/faults/broken")["counters"]


def round_trip(wire):
    began = time.monotonic()
    wire.send(b"ping")
    assert wire.read_exactly(4) == b"ping"
    return time.monotonic() - began


# --- budget ---------------------------------------------------------------------------------------


def test_a_total_budget_ends_and_counts_overflow(running, admin, break_it):
    break_it("shop", "http.status", {"code": 503}, budget={"total": 2})
    assert statuses(running, 4) == [503, 503, 200, 200]
    assert counters(admin)["skipped"]["overflow"] == 2
    admin.disable("broken")
    admin.enable("broken")
    assert statuses(running, 3) == [503, 503, 200]


def test_a_connection_gives_its_unit_back_when_it_ends(running, break_it):
    break_it("db", "tcp.latency", {"delay": "400ms"}, budget={"concurrent": 1})
    with Wire.connect(running.address("db")) as first:
        assert round_trip(first) >= 0.4
        with Wire.connect(running.address("db")) as second:
            assert round_trip(second) < 0.4

    def is_slow():
        with Wire.connect(running.address("db")) as third:
            return round_trip(third) >= 0.4

    eventually(is_slow)


def test_a_request_gives_its_unit_back_when_it_ends(running, break_it):
    break_it("shop", "http.latency", {"delay": "300ms"}, budget={"concurrent": 1})
    with Wire.connect(running.address("shop")) as wire:
        for _ in range(2):  # the connection stays open; only its requests count
            began = time.monotonic()
            wire.send(GET).read_until(b"ok\n")
            assert time.monotonic() - began >= 0.3


def test_a_query_gives_its_unit_back_when_it_goes_on(running, break_it):
    break_it("dns", "dns.delay", {"delay": "200ms"}, budget={"concurrent": 1})
    for identity in (1, 2):
        began = time.monotonic()
        exchange_udp(running.address("dns"), query("shop.test", "A", identity=identity))
        assert time.monotonic() - began >= 0.2


# --- shape ----------------------------------------------------------------------------------------


def test_a_flap_comes_and_goes_on_an_open_connection(running, break_it):
    with Wire.connect(running.address("db")) as wire:
        assert round_trip(wire) < 0.3
        began = time.monotonic()
        break_it("db", "tcp.blackhole", {}, direction="both",
                 shape={"flap": {"active": "700ms", "idle": "500ms"}})
        wire.send(b"a")
        assert wire.read_exactly(1) == b"a"  # held until the first idle phase begins
        assert 0.6 < time.monotonic() - began < 1.2
        assert wire.is_silent(began + 1.3 - time.monotonic())  # into the next active phase
        wire.send(b"b")
        assert wire.read_exactly(1) == b"b"
        assert 1.8 < time.monotonic() - began < 3


def test_a_flap_closes_and_opens_the_listener(running, break_it):
    break_it("db", "tcp.refuse", shape={"flap": {"active": "1s", "idle": "1s"}})
    assert connect_outcome(running.address("db")) == "refused"
    eventually(lambda: connect_outcome(running.address("db")) == "open", within=3)
    eventually(lambda: connect_outcome(running.address("db")) == "refused", within=3)


def test_a_ramp_of_the_share_reaches_open_connections(running, break_it):
    with Wire.connect(running.address("db")) as wire:
        break_it("db", "tcp.latency", {"delay": "300ms"},
                 shape={"ramp": {"field": "share", "from": "0%", "to": "100%", "over": "1s"}})
        eventually(lambda: round_trip(wire) >= 0.3, within=3)


def test_a_ramp_moves_a_parameter_on_an_open_connection(running, break_it):
    with Wire.connect(running.address("db")) as wire:
        break_it("db", "tcp.latency", {},
                 shape={"ramp": {"field": "with.delay", "from": "0ms", "to": "400ms",
                                 "over": "1s"}})
        assert round_trip(wire) < 0.2
        eventually(lambda: round_trip(wire) >= 0.4, within=4)


# --- distributions --------------------------------------------------------------------------------


def test_a_wave_swings_while_the_fault_is_active(running, break_it):
    wave = {"shape": "square", "mean": "150ms", "amplitude": "150ms", "period": "2s"}
    with Wire.connect(running.address("db")) as wire:
        break_it("db", "tcp.latency", {"delay": {"wave": wave}})
        assert round_trip(wire) >= 0.3
        eventually(lambda: round_trip(wire) < 0.1, within=3)
        eventually(lambda: round_trip(wire) >= 0.3, within=3)


def test_a_trace_is_read_from_a_file_beside_the_configuration(firedrill, upstream, tmp_path):
    trace = tmp_path / "measured.txt"
    trace.write_text("# yesterday\n300ms\n", encoding="utf-8")
    running = firedrill([proxy("db", "tcp", upstream().target)],
                        [fault("broken", "db", "tcp.latency", {"delay": {"trace": str(trace)}})])
    running.admin.enable("broken")
    with Wire.connect(running.address("db")) as wire:
        assert round_trip(wire) >= 0.3


# --- dry run, variants, scope ---------------------------------------------------------------------


@pytest.mark.parametrize("target, kind, parameters", [
    ("shop", "http.status", {"code": 503}), ("shop", "tcp.reset", {}), ("db", "tcp.refuse", {})])
def test_a_dry_run_counts_and_changes_nothing(running, admin, break_it, target, kind, parameters):
    break_it(target, kind, parameters, dry_run=True)
    if target == "shop":
        assert statuses(running, 2) == [200, 200]
    else:
        with Wire.connect(running.address("db")) as wire:
            assert round_trip(wire) < 2
    assert counters(admin)["would_hit"] >= 1
    assert counters(admin)["hit"] == 0
    assert admin.get("/v1/faults/broken")["dry_run"] is True


def test_variants_are_drawn_alike_for_the_same_client(running, break_it):
    break_it("shop", "http.status", {"persona": "nginx"},
             share={"of": "100%", "by": "header:x-user"},
             variants=[{"weight": 1, "with": {"code": 500}}, {"weight": 1, "with": {"code": 503}}])
    seen = set()
    for user in range(16):
        first, second = statuses(running, 2, "-H", f"x-user: {user}")
        assert first == second
        seen.add(first)
    assert seen == {500, 503}


def test_a_trigger_of_scope_connection_counts_each_for_itself(running, break_it):
    break_it("shop", "http.status", {"code": 503}, trigger={"nth": 2, "scope": "connection"})
    for _ in range(2):
        with Wire.connect(running.address("shop")) as wire:
            heads = []
            for _ in range(3):
                wire.send(GET)
                head = wire.read_until(b"\r\n\r\n")
                heads.append(head.split()[1])
                if heads[-1] == b"200":
                    wire.read_until(b"ok\n")
            assert heads == [b"200", b"503", b"200"]


def test_what_another_fault_answers_is_skipped_as_terminal(running, admin, break_it):
    admin.put("/v1/faults/first", fault("first", "shop", "http.status", {"code": 500}, priority=9))
    admin.enable("first")
    break_it("shop", "http.status", {"code": 503})
    assert statuses(running, 1) == [500]
    assert counters(admin)["hit"] == 0
    assert counters(admin)["skipped"]["terminal"] == 1


# --- edits ----------------------------------------------------------------------------------------


def test_an_edit_acts_at_once_and_keeps_deadline_ordinals_and_hits(running, admin, break_it):
    break_it("db", "tcp.latency", {"delay": "1h"}, trigger={"first": 1})
    deadline = admin.get("/v1/faults/broken")["deadline"]
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"held")
        admin.patch("/v1/faults/broken", {"with": {"delay": "300ms"}})
        assert wire.read_exactly(4) == b"held"
        assert round_trip(wire) >= 0.3  # the first connection is still the first
        assert admin.get("/v1/faults/broken")["deadline"][:18] == deadline[:18]
        assert counters(admin)["matched"] == 1
        with Wire.connect(running.address("db")) as second:
            assert round_trip(second) < 0.3


def test_an_edit_of_the_match_lets_go_of_open_connections(running, admin, break_it):
    break_it("db", "tcp.latency", {"delay": "1h"})
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"held")
        admin.patch("/v1/faults/broken", {"match": {"source": "10.0.0.0/8"}})
        assert wire.read_exactly(4) == b"held"


def test_an_edit_of_an_http_fault_acts_on_the_next_request(running, admin, break_it):
    break_it("shop", "http.status", {"code": 500}, trigger={"after": 1})
    assert statuses(running, 2) == [200, 500]
    admin.patch("/v1/faults/broken", {"with": {"code": 503}})
    assert statuses(running, 1) == [503]


def test_an_edit_of_a_dns_fault_lets_go_of_what_it_held(running, admin, break_it):
    break_it("dns", "dns.delay", {"delay": "0ms"}, trigger={"after": 1})
    address = running.address("dns")
    exchange_udp(address, query("shop.test", "A", identity=1))
    admin.patch("/v1/faults/broken", {"with": {"delay": "300ms"}})
    began = time.monotonic()
    exchange_udp(address, query("shop.test", "A", identity=2))
    assert time.monotonic() - began >= 0.3


def test_an_edit_of_a_stream_fault_acts_on_the_next_event(firedrill, upstream):
    feed = upstream.keep(EventFeed([(1, "order", "one")]))
    running = firedrill([proxy("events", "http", feed.target)])
    running.admin.put("/v1/faults/broken", fault("broken", "events", "stream.drop",
                                                 match={"event": "other"}))
    running.admin.enable("broken")
    with Wire.connect(running.address("events")) as wire:
        wire.send(GET).read_until(b"one")
        running.admin.patch("/v1/faults/broken", {"match": {"event": "order"}})
        feed.publish((2, "order", "two"), (3, "note", "three"))
        assert b"two" not in wire.read_until(b"three")


def test_a_lease_can_be_renewed_but_not_beyond_the_fault_s_own_end(admin):
    admin.put("/v1/faults/broken", fault("broken", "db", "tcp.refuse", **{"for": "2s"}))
    began = time.monotonic()

    def left():
        return admin.get("/v1/faults/broken")["seconds_left"]

    for _ in range(5):
        admin.enable("broken", lease="1s")
        renewed = left()
        assert renewed <= min(1, 2 - (time.monotonic() - began) + 0.15)
        eventually(lambda: left() <= renewed - 0.3)
    assert "broken" in admin.active()
    eventually(lambda: "broken" not in admin.active(), within=2)
