"""The tcp faults: what a client sees of each, on new connections and on those open already."""

import time

from harness.wire import Wire, connect_outcome


def round_trip(wire, data=b"ping"):
    """Seconds until the echo is back."""
    began = time.monotonic()
    wire.send(data)
    assert wire.read_exactly(len(data)) == data
    return time.monotonic() - began


def test_refuse_closes_the_port_and_leaves_open_connections(database, break_it, wire):
    break_it("tcp.refuse")
    assert connect_outcome(database.address("db")) == "refused"
    assert round_trip(wire) < 1
    database.admin.disable("broken")
    assert connect_outcome(database.address("db")) == "open"


def test_refuse_in_reset_mode_accepts_and_resets(database, break_it):
    break_it("tcp.refuse", {"mode": "reset"})
    assert connect_outcome(database.address("db")) == "rst"
    database.admin.disable("broken")
    assert connect_outcome(database.address("db")) == "open"


def test_blackhole_silences_open_connections_until_it_ends(database, break_it, wire):
    break_it("tcp.blackhole", direction="both")
    wire.send(b"into the void")
    assert wire.is_silent(0.5)
    database.admin.disable("broken")
    wire.send(b"after")
    assert wire.read_until(b"after").endswith(b"after")


def test_blackhole_accepts_new_connections_and_answers_nothing(database, break_it):
    break_it("tcp.blackhole")
    with Wire.connect(database.address("db")) as fresh:
        fresh.send(b"hello?")
        assert fresh.is_silent(0.5)


def test_latency_delays_new_and_open_connections(database, break_it, wire):
    assert round_trip(wire) < 0.15
    break_it("tcp.latency", {"delay": "200ms"})
    assert 0.2 <= round_trip(wire) < 0.5
    with Wire.connect(database.address("db")) as fresh:
        assert 0.2 <= round_trip(fresh) < 0.5
    database.admin.disable("broken")
    assert round_trip(wire) < 0.15


def test_latency_of_both_directions_adds_up(break_it, wire):
    break_it("tcp.latency", {"delay": "150ms"}, direction="both")
    assert 0.3 <= round_trip(wire) < 0.7


def test_bytes_that_latency_holds_are_released_at_once_when_it_ends(database, break_it, wire):
    break_it("tcp.latency", {"delay": "30s"})
    wire.send(b"held")
    assert wire.is_silent(0.3)
    began = time.monotonic()
    database.admin.disable("broken")
    assert wire.read_exactly(4) == b"held"
    assert time.monotonic() - began < 1


def test_a_delay_is_edited_while_it_is_active(database, break_it, wire):
    break_it("tcp.latency", {"delay": "30s"})
    database.admin.patch("/v1/faults/broken", {"with": {"delay": "100ms"}})
    assert 0.1 <= round_trip(wire) < 1


def test_bandwidth_caps_the_rate_and_keeps_every_byte(database, break_it, wire):
    data = bytes(range(256)) * 2048
    break_it("tcp.bandwidth", {"rate": "512KiB/s"})
    assert 0.7 <= round_trip(wire, data) < 2
    database.admin.disable("broken")
    assert round_trip(wire, data) < 0.5


def test_reset_at_accept(database, break_it):
    break_it("tcp.reset")
    assert connect_outcome(database.address("db")) == "rst"


def test_reset_after_a_time(database, break_it):
    break_it("tcp.reset", {"after": "300ms"})
    with Wire.connect(database.address("db")) as fresh:
        began = time.monotonic()
        assert round_trip(fresh) < 0.25
        assert fresh.read_to_end() == (b"", "rst")
        assert 0.25 <= time.monotonic() - began < 1.5


def test_reset_after_a_number_of_bytes(database, break_it):
    break_it("tcp.reset", {"bytes": 10})
    with Wire.connect(database.address("db")) as fresh:
        fresh.send(b"0123456789abcdef")
        data, how = fresh.read_to_end()
        assert how == "rst" and b"0123456789".startswith(data)


def test_a_share_hits_about_that_many_connections(database, break_it):
    break_it("tcp.reset", share="50%")
    outcomes = [connect_outcome_quick(database.address("db")) for _ in range(200)]
    assert 60 <= outcomes.count("rst") <= 140


def connect_outcome_quick(address):
    try:
        with Wire.connect(address) as fresh:
            return "open" if fresh.send(b"x").read_exactly(1) else ""
    except (ConnectionError, EOFError):
        return "rst"


def test_a_source_that_does_not_match_is_left_alone(database, break_it):
    break_it("tcp.reset", match={"sources": ["10.0.0.0/8"]})
    assert connect_outcome(database.address("db")) == "open"
    database.admin.patch("/v1/faults/broken", {"match": {"sources": ["127.0.0.0/8"]}})
    assert connect_outcome(database.address("db")) == "rst"


def test_a_toggle_under_load_loses_no_byte(database, break_it, wire):
    break_it("tcp.latency", {"delay": "1ms"})
    for n in range(50):
        (database.admin.disable if n % 2 == 0 else database.admin.enable)("broken")
        data = b"%05d" % n
        assert wire.send(data).read_exactly(5) == data
