"""The TCP relay with no fault active: transparent in bytes, ends of connections and refusals."""

import hashlib
import random
import threading

import pytest

from harness.config import proxy
from harness.upstream import echo, eventually, free_port
from harness.wire import Wire, connect_outcome

SIZE = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def blob():
    return random.Random(1).randbytes(SIZE)


@pytest.fixture
def relay(firedrill, upstream):
    """relay(script) is the address of a proxy in front of a server that runs the script."""

    def start(script):
        server = upstream(script)
        return firedrill([proxy("db", "tcp", server.target)]).address("db")

    return start


def receive(wire, count, into):
    digest = hashlib.sha256()
    while count and (chunk := wire.socket.recv(min(count, 1 << 20))):
        digest.update(chunk)
        count -= len(chunk)
    into.append((digest.digest(), count))


def test_64_mib_arrive_unchanged_both_ways_at_once(relay, blob):
    arrived, returned = [], []

    def both(wire):
        sender = threading.Thread(target=wire.send, args=(blob,))
        sender.start()
        receive(wire, SIZE, arrived)
        sender.join()

    with Wire.connect(relay(both)) as wire:
        receiver = threading.Thread(target=receive, args=(wire, SIZE, returned))
        receiver.start()
        wire.send(blob)
        receiver.join(60)
    expected = (hashlib.sha256(blob).digest(), 0)
    assert returned == [expected]
    assert eventually(lambda: arrived) == [expected]


def test_a_client_may_finish_sending_and_still_receive(relay):
    def answer_after_end(wire):
        data, how = wire.read_to_end()
        wire.send(how.encode() + b":" + data[::-1])

    with Wire.connect(relay(answer_after_end)) as wire:
        wire.send(b"question").half_close()
        assert wire.read_to_end() == (b"fin:noitseuq", "fin")


def test_an_upstream_may_finish_sending_and_still_receive(relay):
    heard = []

    def speak_then_listen(wire):
        wire.send(b"banner").half_close()
        heard.append(wire.read_to_end())

    with Wire.connect(relay(speak_then_listen)) as wire:
        assert wire.read_to_end() == (b"banner", "fin")
        wire.send(b"still ")
        wire.send(b"here").half_close()
        assert eventually(lambda: heard) == [(b"still here", "fin")]


def test_a_reset_from_the_upstream_reaches_the_client_after_the_bytes_before_it(relay):
    def speak_then_reset(wire):
        wire.send(b"last words")
        wire.read_exactly(4)
        wire.reset()

    with Wire.connect(relay(speak_then_reset)) as wire:
        assert wire.read_exactly(10) == b"last words"
        wire.send(b"seen")
        assert wire.read_to_end() == (b"", "rst")


def test_a_reset_from_the_client_reaches_the_upstream_after_the_bytes_before_it(relay):
    heard = []

    def listen(wire):
        data = wire.read_exactly(4)
        wire.send(b"seen")
        heard.append((data, wire.read_to_end()))

    wire = Wire.connect(relay(listen))
    wire.send(b"last")
    assert wire.read_exactly(4) == b"seen"
    wire.reset()
    assert eventually(lambda: heard) == [(b"last", (b"", "rst"))]


def test_a_refused_upstream_is_a_reset(firedrill):
    running = firedrill([proxy("db", "tcp", f"127.0.0.1:{free_port()}")])
    assert connect_outcome(running.address("db")) == "rst"


def test_an_upstream_name_that_does_not_resolve_is_a_reset_and_stops_nothing(firedrill, upstream):
    running = firedrill([proxy("lost", "tcp", "no-such-host.invalid:1"),
                         proxy("db", "tcp", upstream().target)])
    assert connect_outcome(running.address("lost")) == "rst"
    with Wire.connect(running.address("db")) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"


def test_an_upstream_name_is_resolved(firedrill, upstream):
    port = upstream().address[1]
    running = firedrill([proxy("db", "tcp", f"localhost:{port}")])
    with Wire.connect(running.address("db")) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"


def test_an_upstream_may_be_on_ipv6(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream(host="::1").target)])
    with Wire.connect(running.address("db")) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"


def test_a_client_that_does_not_read_stops_the_upstream(relay):
    sent = []

    def pour(wire):
        wire.socket.settimeout(1)
        try:
            while len(sent) < 1024:
                wire.send(bytes(65536))
                sent.append(65536)
        except TimeoutError:
            sent.append("blocked")
            wire.read_to_end()

    with Wire.connect(relay(pour)):
        assert eventually(lambda: sent and sent[-1] == "blocked")


def test_hundreds_of_connections_echo_side_by_side(relay):
    address = relay(echo)
    wires = [Wire.connect(address) for _ in range(400)]
    try:
        for n, wire in enumerate(wires):
            wire.send(b"%06d" % n)
        assert [wire.read_exactly(6) for wire in wires] == [b"%06d" % n for n in range(len(wires))]
    finally:
        for wire in wires:
            wire.close()
