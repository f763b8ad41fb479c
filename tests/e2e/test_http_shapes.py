"""Every http fault on exchanges of every kind: kept alive, pipelined, with trailers, without bodies,
with interim responses, of HTTP/1.0, upgraded, and given up by either side. What follows on the
connection always gets its own answer, or a connection that is closed."""

import threading

import pytest

from harness.exchange import SWITCHED, Ask
from harness.fault_modes import MODES
from harness.faulted_shop import FaultedShop

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
