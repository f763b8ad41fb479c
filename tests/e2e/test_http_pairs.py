"""Every http fault together with every other, in both orders of definition, and above tcp stages:
what the client and the upstream see is what the table of harness/fault_model.py composes, and
whatever follows on the connection gets its own answer, or a connection that is closed.

One firedrill has all faults active all the time; each request names the two that hit it.
"""

import itertools
import time

import pytest

from harness.config import config, fault, proxy
from harness.exchange import Ask, Origin
from harness.fault_model import MODES, PLACES, faults, outcome
from harness.process import Firedrill
from harness.tape import Tape
from harness.wire import Wire

SHAPES = ("length", "chunked")
STAGES = {
    "tcp.latency": {"delay": "5ms"},
    "tcp.bandwidth": {"rate": "1MB/s"},
    "tcp.slice": {"size": 7, "delay": "100us"},
}
NAMES = itertools.count()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One firedrill for all, with a proxy `shop` and one for each tcp stage, above the same
    upstream; `other` is where requests are routed to."""
    origins = {name: Origin(name) for name in ("shop", "other")}
    proxies = [proxy(name, "http", origins["shop"].target) for name in ("shop", *STAGES)]
    stages = [fault(name, name, name, parameters, direction="both", enabled=True)
              for name, parameters in STAGES.items()]
    running = Firedrill(config(proxies, [*faults(origins["other"].target), *stages], workers=1),
                        tmp_path_factory.mktemp("pairs"))
    running.origins = origins
    with Wire.connect(running.address("shop")) as wire:  # uses the only request of the limits up
        for place in PLACES:
            prime = Ask(f"prime-{place}", fields=(f"X-{place}: rate-limit".encode(),))
            wire.send(prime.bytes()).read_until(b'"of": "shop"}')
    yield running
    running.stop()
    running.cleanup()
    for origin in origins.values():
        origin.stop()
        assert not origin.failures


def check(shop, modes, shape, listener="shop"):
    """The faulted exchange and two that follow it in one write, as the model says."""
    name = f"{next(NAMES)}"
    hit = Ask(f"hit-{name}", shape, modes)
    after = [Ask(f"after-{name}", "chunked"), Ask(f"last-{name}", fields=(b"Connection: close",))]
    expected = outcome(hit)
    began = time.monotonic()
    with Wire.connect(shop.address(listener)) as wire:
        wire.send(hit.bytes() + b"".join(ask.bytes() for ask in after))
        received, end = read(shop, wire, hit, expected)
    assert time.monotonic() - began >= expected.seconds
    tape = Tape(received)
    tape.check(expected, hit)
    for ask in after if expected.then == "next" else ():
        tape.check(outcome(ask), ask)
    tape.check_end()
    assert end == ("rst" if expected.then == "rst" else "fin")
    check_upstream(shop, hit, expected)
    for ask in after if expected.then != "next" else ():
        assert ask.target not in shop.origins["shop"].seen


def read(shop, wire, hit, expected):
    """All that comes on the wire until its end. What a fault hangs on comes when it ends."""
    if not expected.held:
        return wire.read_to_end()
    before = held(shop, wire, hit, expected)
    hangs = [f"{place}-{mode}" for place, mode in zip(PLACES, hit.modes) if MODES[mode].holds]
    for name in hangs:
        shop.admin.disable(name)
    received, end = wire.read_to_end()
    for name in hangs:
        shop.admin.enable(name)
    return before + received, end


def held(shop, wire, hit, expected):
    """What has come while the faults hang."""
    if expected.held != "request" and expected.reached:
        shop.origins[expected.reached].wait_for(hit.target)
    received = wire.read_until(b"\r\n\r\n") if expected.held == "body" else b""
    with Wire.connect(shop.address("shop")) as bystander:  # its answer comes after theirs
        bystander.send(Ask("bystander").bytes()).read_until(b'"of": "shop"}')
    received += wire.take_arrived()
    if expected.held == "request":
        assert all(hit.target not in origin.seen for origin in shop.origins.values())
    assert b"/after-" not in received and (received == b"" or expected.held == "body")
    return received


def check_upstream(shop, hit, expected):
    """The one request that reached an upstream, byte for byte, or that none did."""
    seen = {name: origin.seen.get(hit.target, []) for name, origin in shop.origins.items()}
    reached = {name: 1 if name == expected.reached else 0 for name in seen}
    assert {name: len(messages) for name, messages in seen.items()} == reached
    if expected.reached:
        got, wanted = seen[expected.reached][0], expected.request
        assert got.start == wanted.start + b"\r\n"
        assert [name + b": " + value for name, value in got.fields] == wanted.lines
        assert got.payload == wanted.payload


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("first", MODES)
def test_a_fault_alone(shop, first, shape):
    check(shop, (first,), shape)


@pytest.mark.parametrize("second", MODES)
@pytest.mark.parametrize("first", MODES)
def test_a_fault_with_another(shop, first, second):
    for shape in SHAPES:
        check(shop, (first, second), shape)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("first", MODES)
def test_a_fault_above_a_stage_of_tcp(shop, first, stage):
    for shape in SHAPES:
        check(shop, (first,), shape, stage)
