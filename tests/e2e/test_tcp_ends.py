"""The tcp faults that end connections, hold their beginning, count or damage them: what both peers
see, on new connections and on those open already."""

import threading
import time

import pytest

from harness.config import fault, proxy
from harness.upstream import response
from harness.wire import Wire, connect_outcome


@pytest.fixture
def fresh(database):
    """fresh() is a new connection through `db`."""
    made = []

    def connect():
        made.append(Wire.connect(database.address("db")))
        return made[-1]

    yield connect
    for connection in made:
        connection.close()


def test_close_at_accept_and_of_open_connections(database, break_it, wire):
    break_it("tcp.close")
    assert wire.read_to_end() == (b"", "fin")
    assert connect_outcome(database.address("db")) == "fin"
    database.admin.disable("broken")
    assert connect_outcome(database.address("db")) == "open"


def test_close_after_a_number_of_request_bytes(break_it, fresh):
    break_it("tcp.close", {"bytes": 4}, direction="request")
    data, how = fresh().send(b"abcdefgh").read_to_end()
    assert how == "fin" and b"abcd".startswith(data)


def test_limit_passes_its_bytes_and_ends_in_order_on_both_kinds_of_connection(
        break_it, wire, fresh):
    break_it("tcp.limit", {"bytes": 5})
    for connection in (wire, fresh()):
        assert connection.send(b"abcdefgh").read_to_end() == (b"abcde", "fin")


def test_limit_counts_on_when_it_is_edited(database, break_it, wire):
    break_it("tcp.limit", {"bytes": 1000})
    assert len(wire.send(b"x" * 600).read_exactly(600)) == 600
    database.admin.patch("/v1/faults/broken", {"with": {"bytes": 700}})
    assert wire.send(b"x" * 600).read_to_end() == (b"x" * 100, "fin")


def test_limit_of_the_request_in_the_middle_of_a_large_upload(firedrill, upstream):
    received = []
    done = threading.Event()

    def count(connection):
        received.append(connection.read_to_end())
        done.set()

    running = firedrill([proxy("db", "tcp", upstream(count).target)])
    running.admin.put(
        "/v1/faults/broken",
        fault("broken", "db", "tcp.limit", {"bytes": 1_000_000}, direction="request"))
    running.admin.enable("broken")
    with Wire.connect(running.address("db")) as connection:
        send_quietly(connection, b"x" * 8_000_000)
        assert done.wait(10)
    [(data, how)] = received
    assert (len(data), how) == (1_000_000, "fin")


def send_quietly(connection, data):
    try:
        connection.send(data)
    except OSError:
        pass


def test_timeout_closes_although_the_peers_go_on_talking(break_it, wire):
    began = time.monotonic()
    break_it("tcp.timeout", {"after": "500ms"})
    sender = threading.Thread(target=chatter, args=(wire, began + 0.4))
    sender.start()
    assert wire.read_to_end() == (b"", "fin")
    assert 0.5 <= time.monotonic() - began < 1.5
    sender.join()


def chatter(connection, until):
    while time.monotonic() < until:
        connection.send(b"anybody?")
        threading.Event().wait(0.05)


def test_timeout_taken_away_closes_what_has_lost_bytes_and_nothing_else(
        database, break_it, wire, fresh):
    break_it("tcp.timeout")
    silent = fresh()
    assert wire.send(b"lost").is_silent(0.3)
    database.admin.disable("broken")
    assert wire.read_to_end() == (b"", "fin")
    assert silent.send(b"fine").read_exactly(4) == b"fine"


def test_reset_from_data_spares_the_silent(break_it, wire, fresh):
    break_it("tcp.reset", {"from": "data", "after": "100ms"}, direction="request")
    for connection in (wire, fresh()):
        assert connection.is_silent(0.3)
        assert connection.send(b"lost").read_to_end() == (b"", "rst")


def test_slow_close_delays_the_end_and_not_the_bytes(break_it, wire):
    break_it("tcp.slow_close", {"delay": "400ms"})
    assert wire.send(b"prompt").read_exactly(6) == b"prompt"
    began = time.monotonic()
    wire.half_close()
    assert wire.read_to_end() == (b"", "fin")
    assert 0.4 <= time.monotonic() - began < 1.5


def test_slice_splits_what_a_client_reads(break_it, wire):
    break_it("tcp.slice", {"size": 2, "delay": "50ms"})
    began = time.monotonic()
    wire.send(b"abcdefgh")
    reads = []
    while sum(map(len, reads)) < 8:
        reads.append(wire.socket.recv(100))
    assert b"".join(reads) == b"abcdefgh"
    assert len(reads) >= 3 and len(reads[0]) < 8
    assert time.monotonic() - began >= 0.15


def test_stall_holds_bytes_for_a_while_and_loses_none(break_it, wire):
    break_it("tcp.stall", {"for": "400ms"})
    began = time.monotonic()
    assert wire.send(b"held").read_exactly(4) == b"held"
    assert 0.3 <= time.monotonic() - began < 1.5
    began = time.monotonic()
    assert wire.send(b"free").read_exactly(4) == b"free"
    assert time.monotonic() - began < 0.2


def test_stall_ends_with_its_fault(database, break_it, wire):
    break_it("tcp.stall", {"for": "1h", "bytes": 2})
    assert wire.send(b"abcd").read_exactly(2) == b"ab"
    assert wire.is_silent(0.3)
    database.admin.disable("broken")
    assert wire.read_exactly(2) == b"cd"


def test_loss_delays_and_keeps_every_byte(break_it, wire):
    data = bytes(range(256)) * 256
    break_it("tcp.loss", {"rate": "10%", "rto": "20ms", "max_rto": "40ms"})
    began = time.monotonic()
    assert wire.send(data).read_exactly(len(data)) == data
    assert time.monotonic() - began > 0.02


def test_corrupt_changes_bytes_and_not_their_number(break_it, wire):
    break_it("tcp.corrupt", {"offset": 3, "length": 2, "how": "overwrite", "value": 33})
    assert wire.send(b"abcdefgh").read_exactly(8) == b"abc!!fgh"
    break_it("tcp.corrupt", {"rate": "100%"})
    got = wire.send(b"abcdefgh").read_exactly(8)
    assert all(a != b for a, b in zip(got, b"abcdefgh"))


def test_connect_delay_holds_new_connections_only(database, break_it, wire, fresh):
    break_it("tcp.connect_delay", {"delay": "400ms"})
    began = time.monotonic()
    assert wire.send(b"open").read_exactly(4) == b"open"
    assert time.monotonic() - began < 0.3
    began = time.monotonic()
    assert fresh().send(b"new").read_exactly(3) == b"new"
    assert 0.4 <= time.monotonic() - began < 1.5
    break_it("tcp.connect_delay", {"delay": "1h"})
    held = fresh().send(b"held")
    assert held.is_silent(0.3)
    database.admin.disable("broken")
    assert held.read_exactly(4) == b"held"


def test_idle_kill_resets_idle_connections_and_spares_busy_ones(break_it, wire, fresh):
    break_it("tcp.idle_kill", {"after": "600ms"})
    busy = fresh()
    for _ in range(6):
        assert busy.send(b"beat").read_exactly(4) == b"beat"
        threading.Event().wait(0.2)
    assert wire.read_to_end() == (b"", "rst")
    assert busy.send(b"alive").read_exactly(5) == b"alive"


def test_idle_kill_can_be_silent(database, break_it, wire):
    break_it("tcp.idle_kill", {"after": "200ms", "how": "silent"})
    assert wire.is_silent(0.4)
    assert wire.send(b"anybody?").is_silent(0.4)
    database.admin.disable("broken")
    assert wire.read_exactly(8) == b"anybody?"


def test_connections_count_over_all_workers(database, break_it, fresh):
    break_it("tcp.connections", {"max": 3})
    served = [fresh() for _ in range(3)]
    for connection in served:
        assert connection.send(b"x").read_exactly(1) == b"x"
    assert [connect_outcome(database.address("db")) for _ in range(4)] == ["rst"] * 4
    served[0].close()
    deadline = time.monotonic() + 5
    while connect_outcome(database.address("db")) != "open":
        assert time.monotonic() < deadline


def test_connections_queue_until_one_has_ended(break_it, wire, fresh):
    break_it("tcp.connections", {"max": 1, "full": "queue"})
    queued = fresh().send(b"my turn")
    assert queued.is_silent(0.3)
    assert wire.send(b"still served").read_exactly(12) == b"still served"
    wire.close()
    assert queued.read_exactly(7) == b"my turn"


def test_bandwidth_of_the_proxy_is_shared_over_all_workers(break_it, fresh):
    break_it("tcp.bandwidth", {"rate": "512KiB/s", "scope": "proxy"})
    data = b"x" * 64 * 1024
    connections = [fresh() for _ in range(8)]
    began = time.monotonic()
    for connection in connections:
        connection.send(data)
    for connection in connections:
        assert connection.read_exactly(len(data)) == data
    assert 0.95 <= time.monotonic() - began < 3


def test_bandwidth_of_nothing_cuts_until_it_is_edited(database, break_it, wire):
    break_it("tcp.bandwidth", {"rate": "0B/s"}, direction="both")
    assert wire.send(b"held").is_silent(0.3)
    database.admin.patch("/v1/faults/broken", {"with": {"rate": "1MB/s"}})
    assert wire.read_exactly(4) == b"held"


# --- below an http proxy

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def shop(firedrill, upstream):
    """A firedrill with one http proxy `web` in front of a server with a response of 1000 bytes."""
    server = upstream.http(lambda request, wire: response(b"x" * 1000))
    return firedrill([proxy("web", "http", server.target)])


def break_web(shop, kind, parameters, **more):
    shop.admin.put("/v1/faults/broken", fault("broken", "web", kind, parameters, **more))
    shop.admin.enable("broken")


def test_limit_cuts_an_http_response_in_order(shop):
    break_web(shop, "tcp.limit", {"bytes": 500})
    with Wire.connect(shop.address("web")) as client:
        data, how = client.send(GET).read_to_end()
        assert (len(data), how) == (500, "fin")
        assert data.startswith(b"HTTP/1.1 200 OK")


def test_limit_cuts_an_http_request_in_order(shop):
    break_web(shop, "tcp.limit", {"bytes": 10}, direction="request")
    with Wire.connect(shop.address("web")) as client:
        assert client.send(GET).read_to_end() == (b"", "fin")


def test_close_ends_an_idle_keep_alive_connection(shop):
    with Wire.connect(shop.address("web")) as client:
        client.send(GET).read_until(b"x" * 1000)
        break_web(shop, "tcp.close", {})
        assert client.read_to_end() == (b"", "fin")
        assert connect_outcome(shop.address("web")) == "fin"


def test_idle_kill_resets_an_idle_keep_alive_connection(shop):
    with Wire.connect(shop.address("web")) as client:
        client.send(GET).read_until(b"x" * 1000)
        break_web(shop, "tcp.idle_kill", {"after": "200ms"})
        assert client.read_to_end() == (b"", "rst")


def test_connect_delay_delays_the_first_response_of_an_http_connection(shop):
    break_web(shop, "tcp.connect_delay", {"delay": "300ms"})
    with Wire.connect(shop.address("web")) as client:
        began = time.monotonic()
        client.send(GET).read_until(b"x" * 1000)
        assert 0.3 <= time.monotonic() - began < 1.5
        began = time.monotonic()
        client.send(GET).read_until(b"x" * 1000)
        assert time.monotonic() - began < 0.25


def test_slices_and_stalls_leave_an_http_response_whole(shop):
    break_web(shop, "tcp.slice", {"size": 100, "delay": "1ms"})
    with Wire.connect(shop.address("web")) as client:
        for _ in range(3):
            assert client.send(GET).read_until(b"x" * 1000).startswith(b"HTTP/1.1 200 OK")


def test_connections_count_http_connections(shop):
    break_web(shop, "tcp.connections", {"max": 1})
    with Wire.connect(shop.address("web")) as client:
        client.send(GET).read_until(b"x" * 1000)
        assert connect_outcome(shop.address("web")) == "rst"
        client.send(GET).read_until(b"x" * 1000)
