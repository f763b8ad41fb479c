"""Every http fault on exchanges of every kind: kept alive, pipelined, with trailers, without
bodies, with interim responses, of HTTP/1.0, upgraded, and given up by either side. Whatever follows
on the connection gets its own answer, or a connection that is closed."""

import threading

import pytest

from harness.exchange import Ask
from harness.fault_model import outcome
from harness.fault_modes import MODES
from harness.faulted_shop import FaultedShop
from harness.wire import Wire

KEEP_ALIVE = (b"Connection: keep-alive",)
KINDS = {
    "GET": {"method": "GET"},
    "HEAD": {"method": "HEAD"},
    "HEAD of chunks": {"method": "HEAD", "shape": "chunked"},
    "chunked both ways with trailers": {"chunked": True, "shape": "trailers"},
    "no content": {"shape": "empty"},
    "until close": {"shape": "close"},
    "100 Continue": {"fields": (b"Expect: 100-continue",)},
    "100 Continue and chunks": {"fields": (b"Expect: 100-continue",), "chunked": True},
    "103 Early Hints": {"shape": "hints"},
    "the last of its connection": {"fields": (b"Connection: close",)},
    "HTTP/1.0": {"minor": 0},
    "HTTP/1.0 kept alive": {"minor": 0, "fields": KEEP_ALIVE},
    "HTTP/1.0 HEAD kept alive": {"minor": 0, "fields": KEEP_ALIVE, "method": "HEAD"},
    "HTTP/1.0 and chunks": {"minor": 0, "fields": KEEP_ALIVE, "shape": "chunked"},
    "cut by the upstream": {"shape": "cut"},
    "reset by the upstream": {"shape": "reset"},
    "left alone by the upstream": {"shape": "silent"},
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    running = FaultedShop(tmp_path_factory.mktemp("shapes"))
    yield running
    running.stop()


def hit(shop, mode, **kind):
    return Ask(f"hit-{shop.name()}", modes=(mode,), **kind)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_exchange(shop, kind, mode):
    shop.check([hit(shop, mode, **KINDS[kind]), *shop.followers()])


@pytest.mark.parametrize("mode", MODES)
def test_three_pipelined_requests_that_are_all_hit(shop, mode):
    shop.check([hit(shop, mode) for _ in range(2)] +
               [hit(shop, mode, fields=(b"Connection: close",))])


@pytest.mark.parametrize("mode", MODES)
def test_the_second_of_three_pipelined_requests(shop, mode):
    before = Ask(f"before-{shop.name()}", "chunked")
    shop.check([before, hit(shop, mode), shop.followers()[-1]])


@pytest.mark.parametrize("mode", [mode for mode in MODES if not MODES[mode].holds])
def test_requests_of_which_each_waits_for_the_one_before(shop, mode):
    asks = [Ask(f"before-{shop.name()}"), hit(shop, mode), hit(shop, mode, shape="chunked")]
    shop.check_one_by_one([*asks, *shop.followers()])


@pytest.mark.parametrize("mode", MODES)
def test_an_upgrade(shop, mode):
    shop.check_upgrade(hit(shop, mode, method="GET", shape="upgrade",
                           fields=(b"Upgrade: websocket", b"Connection: Upgrade")))


@pytest.mark.parametrize("leave", [Wire.reset, Wire.close], ids=["rst", "fin"])
@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_gives_up_within_its_request(shop, mode, leave):
    ask = hit(shop, mode)
    with shop.connect() as wire:
        wire.send(ask.bytes()[:-5])
        shop.barrier()
        leave(wire)
    shop.until_idle()
    # Another body that is sent as soon as anything comes is whole before the client's is.
    if mode != "body-request":
        assert all(ask.target not in origin.seen for origin in shop.origins.values())
    shop.exchange(Ask(f"next-{shop.name()}"))


@pytest.mark.parametrize("leave", [Wire.reset, Wire.close], ids=["rst", "fin"])
@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_gives_up_within_its_response(shop, mode, leave):
    ask = hit(shop, mode, shape="paused")
    expected = outcome(ask)
    gates = [threading.Event() for _ in shop.origins]
    for origin, gate in zip(shop.origins.values(), gates):
        origin.gate = gate
    with shop.connect() as wire:
        wire.send(ask.bytes())
        if expected.reached and expected.held != "request":
            shop.origins[expected.reached].wait_for(ask.target)
        shop.barrier()
        leave(wire)
    if leave is Wire.close:  # a client may have closed its side and still wait
        for gate in gates:
            gate.set()
    shop.until_idle()
    for gate in gates:
        gate.set()
    shop.exchange(Ask(f"next-{shop.name()}"))
