"""What toxics do to traffic, new and flowing, and which defects of the original are gone."""

import contextlib
import os
import socket
import threading
import time

import pytest

from harness.upstream import eventually
from harness.wire import Wire, connect_outcome

PROMPT = 0.05  # seconds: no call may take longer, whatever traffic does


@pytest.fixture
def echo(api, upstream):
    """Where the proxy `echo` listens, in front of an echo server."""
    return api.create("echo", upstream().target)


@pytest.fixture
def wire(echo):
    """A connection through `echo` that was in use before any toxic."""
    with Wire.connect(echo) as connection:
        assert connection.send(b"before").read_exactly(6) == b"before"
        yield connection


def flood(wire):
    """An upstream that sends until nobody takes it any more."""
    while True:
        wire.send(bytes(65536))


def round_trip(wire, data=b"ping"):
    began = time.monotonic()
    wire.send(data)
    assert wire.read_exactly(len(data)) == data
    return time.monotonic() - began


def all_prompt(api):
    """Whether no call took long. One may wait for its turn on a busy machine, most may not."""
    seconds = sorted(api.seconds)
    return seconds[len(seconds) * 3 // 4] < PROMPT and seconds[-1] < 1


# --- each type ------------------------------------------------------------------------------------


def test_latencies_add_up_on_live_connections(api, wire):
    api.toxic("echo", "latency", {"latency": 100})
    api.toxic("echo", "latency", {"latency": 50}, stream="upstream")
    assert 0.15 <= round_trip(wire) < 0.4
    api.update_toxic("echo", "latency_downstream", attributes={"latency": 0})
    assert 0.05 <= round_trip(wire) < 0.15
    api.call("POST", "/reset")
    assert round_trip(wire) < 0.05


def test_removing_a_latency_releases_what_it_holds(api, wire):
    api.toxic("echo", "latency", {"latency": 60_000})
    wire.send(b"held")
    assert wire.is_silent(0.2)
    api.remove("/proxies/echo/toxics/latency_downstream")
    assert wire.read_exactly(4) == b"held"


def test_bandwidth_caps_each_direction(api, wire):
    api.toxic("echo", "bandwidth", {"rate": 100})
    assert 0.3 <= round_trip(wire, bytes(40_000)) < 0.8


@pytest.mark.parametrize("release", ["remove", "update"])
def test_bandwidth_of_zero_holds_everything_until_it_ends(api, wire, release):
    for stream in ["upstream", "downstream"]:
        api.toxic("echo", "bandwidth", {"rate": 0}, name=stream, stream=stream)
    wire.send(b"held")
    assert wire.is_silent(0.3)
    for stream in ["upstream", "downstream"]:
        if release == "remove":
            api.remove(f"/proxies/echo/toxics/{stream}")
        else:
            api.update_toxic("echo", stream, attributes={"rate": 1000})
    assert wire.read_exactly(4) == b"held"


def test_slow_close_delays_the_end(api, upstream):
    address = api.create("a", upstream(lambda wire: wire.send(b"all")).target)
    api.toxic("a", "slow_close", {"delay": 300})
    with Wire.connect(address) as wire:
        began = time.monotonic()
        assert wire.read_to_end() == (b"all", "fin")
        assert 0.3 <= time.monotonic() - began < 0.7


def test_timeout_drops_its_stream_and_closes_in_time_under_traffic(api, wire):
    began = time.monotonic()
    api.toxic("echo", "timeout", {"timeout": 400})
    for _ in range(3):
        wire.send(b"x")
        assert wire.is_silent(0.1)
    assert wire.read_to_end()[0] == b""
    assert 0.4 <= time.monotonic() - began < 1


def test_timeout_of_zero_never_closes_and_its_removal_does(api, wire):
    api.toxic("echo", "timeout", {"timeout": 0})
    wire.send(b"lost")
    assert wire.is_silent(0.5)
    api.remove("/proxies/echo/toxics/timeout_downstream")
    assert wire.read_to_end()[0] == b""


def test_reset_peer_resets_live_connections(api, wire):
    api.toxic("echo", "reset_peer", {"timeout": 100}, stream="upstream")
    assert wire.is_silent(0.3)  # nothing until there is data
    began = time.monotonic()
    wire.send(b"x")
    assert wire.read_to_end() == (b"", "rst")
    assert 0.1 <= time.monotonic() - began < 0.5


def test_reset_peer_that_is_not_rolled_resets_nothing(api, echo):
    api.toxic("echo", "reset_peer", toxicity=0)
    with Wire.connect(echo) as wire:
        assert round_trip(wire) < 1
        assert wire.half_close().read_to_end() == (b"", "fin")


def test_reset_peer_can_be_removed_while_it_waits(api, wire):
    api.toxic("echo", "reset_peer", {"timeout": 60_000})
    wire.send(b"x")
    assert wire.is_silent(0.1)
    api.remove("/proxies/echo/toxics/reset_peer_downstream")
    assert all_prompt(api)


def test_slicer_cuts_into_pieces(api, wire):
    api.toxic("echo", "slicer", {"average_size": 10, "size_variation": 5, "delay": 20_000})
    began = time.monotonic()
    wire.send(bytes(100))
    first = wire.socket.recv(65536)
    assert 1 <= len(first) <= 15
    wire.read_exactly(100 - len(first))
    assert 0.1 <= time.monotonic() - began < 0.6


def test_limit_data_passes_exactly_so_many_bytes(api, echo):
    api.toxic("echo", "limit_data", {"bytes": 600})
    with Wire.connect(echo) as wire:
        wire.send(bytes(1000))
        assert wire.read_to_end()[0] == bytes(600)


def test_limit_data_counts_on_when_it_is_changed(api, wire):
    api.toxic("echo", "limit_data", {"bytes": 10_000})
    round_trip(wire, bytes(600))
    api.update_toxic("echo", "limit_data_downstream", attributes={"bytes": 700})
    wire.send(bytes(1000))
    assert wire.read_to_end()[0] == bytes(100)


def test_noop_does_nothing(api, wire):
    api.toxic("echo", "noop")
    assert round_trip(wire, bytes(100_000)) < 1


def test_packet_loss_of_everything_delivers_nothing(api, wire):
    api.toxic("echo", "packet_loss", {"loss_rate": 1.0, "correlation": 0.0})
    wire.send(b"x")
    assert wire.is_silent(0.3)


def test_toxicity_is_rolled_once_for_each_connection(api, echo):
    api.toxic("echo", "latency", {"latency": 150}, toxicity=0.5, name="rolled")
    wires = [Wire.connect(echo) for _ in range(12)]

    def rolls():
        return [round_trip(wire) >= 0.15 for wire in wires]

    before = rolls()
    assert len(set(before)) == 2
    api.toxic("echo", "latency", {"latency": 1}, name="behind")
    assert rolls() == before
    api.remove("/proxies/echo/toxics/behind")
    api.update_toxic("echo", "rolled", attributes={"jitter": 1})
    api.update_toxic("echo", "rolled", attributes={"jitter": 0})
    assert rolls() == before
    for wire in wires:
        wire.close()


# --- the original's defects -----------------------------------------------------------------------


def test_slow_readers_hold_up_no_call(api, upstream):
    address = api.create("a", upstream(flood).target)
    wires = [Wire.connect(address) for _ in range(5)]
    for _ in range(5):
        api.toxic("a", "latency", {"latency": 100})
        for wire in wires:
            wire.read_exactly(1000)
        api.get("/proxies")
        api.remove("/proxies/a/toxics/latency_downstream")
        api.get("/proxies/a")
        api.call("POST", "/reset")
    api.remove("/proxies/a")
    for wire in wires:
        wire.close()
    assert all_prompt(api)


@pytest.fixture
def silent():
    """An address whose handshakes never complete: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        time.sleep(0.1)
        yield "{}:{}".format(*listener.getsockname())
        for filler in fillers:
            filler.close()


def test_an_upstream_that_never_answers_holds_up_nothing(api, silent, upstream):
    address = api.create("a", silent)
    other = api.create("b", upstream().target)
    waiting = [Wire.connect(address) for _ in range(5)]
    assert waiting[0].is_silent(0.2)
    for _ in range(3):
        api.toxic("a", "latency", {"latency": 1})
        api.get("/proxies")
        api.update("a", enabled=False)
        api.call("POST", "/reset")
    with Wire.connect(other) as wire:
        assert round_trip(wire) < 1
    for wire in waiting:
        assert wire.read_to_end()[0] == b""
    api.update("a", upstream=upstream().target)
    with Wire.connect(address) as wire:
        assert round_trip(wire) < 1
    api.remove("/proxies/a")
    assert all_prompt(api)


@pytest.mark.parametrize("kind, attributes", [
    ("slicer", {}), ("slicer", {"average_size": 5, "size_variation": 5}),
    ("slicer", {"average_size": 5, "size_variation": 2**62}), ("latency", {"latency": -2**63}),
    ("latency", {"latency": -1, "jitter": -1}), ("slow_close", {"delay": -1}), ("noop", {}),
])
def test_no_number_harms_the_process(api, wire, kind, attributes):
    api.toxic("echo", kind, attributes)
    assert round_trip(wire, bytes(1000)) < 1
    assert api.get("/version")


@pytest.mark.parametrize("kind, attributes", [
    ("bandwidth", {"rate": -1}), ("bandwidth", {"rate": -2**63}),
    ("latency", {"latency": 2**63 - 1, "jitter": 2**63 - 1}),
])
def test_no_number_harms_the_process_though_nothing_comes(api, wire, kind, attributes):
    api.toxic("echo", kind, attributes)
    wire.send(b"x")
    assert wire.is_silent(0.1)
    assert api.get("/version")


@pytest.mark.parametrize("kind, attributes", [
    ("limit_data", {"bytes": 1000}), ("reset_peer", {"timeout": 0}),
])
def test_connections_that_a_toxic_ends_leave_nothing(api, served, upstream, kind, attributes):
    address = api.create("a", upstream(flood).target)
    api.toxic("a", kind, attributes)
    connect_outcome(address)
    before = served.descriptors()
    for _ in range(100):
        # A reset may come before the client has learnt that it is connected.
        with contextlib.suppress(ConnectionResetError), Wire.connect(address) as wire:
            wire.read_to_end()
    eventually(lambda: served.descriptors() <= before)
    eventually(lambda: served.admin.get("/v1/proxies/a")["connections"]["open"] == 0)


def test_half_closes_and_resets_pass(api, upstream):
    def answer(wire):
        assert wire.read_to_end() == (b"question", "fin")
        wire.send(b"answer")

    address = api.create("a", upstream(answer).target)
    api.toxic("a", "latency", {"latency": 20})
    with Wire.connect(address) as wire:
        assert wire.send(b"question").half_close().read_to_end() == (b"answer", "fin")
    resetting = api.create("b", upstream(lambda wire: (wire.read_exactly(1), wire.reset())).target)
    with Wire.connect(resetting) as wire:
        assert wire.send(b"x").read_to_end() == (b"", "rst")


def test_a_thousand_connections_hold_up_no_call(api, served, upstream):
    opened = threading.Semaphore(0)

    def hold(wire):
        opened.release()
        wire.read_to_end()

    address = api.create("a", upstream(hold).target)
    before = served.resident_bytes()
    wires = [Wire.connect(address) for _ in range(1000)]
    for _ in wires:
        assert opened.acquire(timeout=10)
    for _ in range(3):
        api.toxic("a", "latency", {"latency": 100})
        api.get("/proxies")
        api.update_toxic("a", "latency_downstream", attributes={"latency": 5})
        api.remove("/proxies/a/toxics/latency_downstream")
        api.call("POST", "/reset")
    assert served.resident_bytes() - before < 64 << 20
    api.update("a", enabled=False)
    for wire in wires:
        assert wire.read_to_end()[0] == b""
        wire.close()
    assert all_prompt(api)
    eventually(lambda: served.descriptors() < 200)
    assert os.path.exists(f"/proc/{served.process.pid}")
