"""A shop behind a firedrill in which every fault of the table is active all the time: each request
names those that hit it, and everything that is seen must be what the table composes."""

import contextlib
import itertools
import time

from harness.config import config, fault, proxy
from harness.exchange import CONTINUE, Ask, Origin
from harness.fault_model import outcome
from harness.fault_modes import MODES, PLACES, faults
from harness.process import Firedrill
from harness.tape import Tape
from harness.upstream import eventually
from harness.wire import Wire

END_OF_DOCUMENT = b'"of": "shop"}'


class FaultedShop:
    """A proxy `shop`, one more above each of the tcp `stages`, and `other`, the upstream that
    requests are routed to. One worker, so that what one connection is answered comes behind what
    was done for another before."""

    def __init__(self, directory, stages=None):
        stages = stages or {}
        self.origins = {name: Origin(name) for name in ("shop", "other")}
        self._names = itertools.count()
        proxies = [proxy(name, "http", self.origins["shop"].target) for name in ("shop", *stages)]
        below = [fault(name, name, name, parameters, direction="both", enabled=True)
                 for name, parameters in stages.items()]
        above = faults(self.origins["other"].target)
        self.firedrill = Firedrill(config(proxies, [*above, *below], workers=1), directory)
        for place in PLACES:  # takes the one request that the rate limits let through
            self.exchange(Ask("prime", fields=(f"X-{place}: rate-limit".encode(),)))

    def stop(self):
        self.firedrill.stop()
        self.firedrill.cleanup()
        for origin in self.origins.values():
            origin.stop()
            assert not origin.failures, origin.failures

    def name(self):
        """An id that no other request has."""
        return f"{next(self._names)}"

    def connect(self, listener="shop"):
        return Wire.connect(self.firedrill.address(listener))

    def exchange(self, ask):
        """One exchange on a connection of its own that no fault is to touch."""
        with self.connect() as wire:
            wire.send(ask.bytes()).read_until(END_OF_DOCUMENT)

    def followers(self):
        """Two requests that no fault hits; the connection is to end behind them."""
        name = self.name()
        return [Ask(f"after-{name}", "chunked"),
                Ask(f"last-{name}", fields=(b"Connection: close",))]

    def check(self, asks, listener="shop"):
        """Sends the requests at once, and checks every byte that comes back, the end of the
        connection, and what the upstreams have seen. The last is to end the connection."""
        expected = until_end([(ask, outcome(ask)) for ask in asks])
        began = time.monotonic()
        with self.connect(listener) as wire, contextlib.ExitStack() as hangs:
            later = self._send(wire, asks)
            received, end = self._read(wire, expected, later, hangs)
        assert time.monotonic() - began >= sum(one.seconds + one.paced for _, one in expected)
        self._check_received(received, end, expected)
        for ask, one in expected:
            self._check_upstreams(ask, one)
        for ask in asks[len(expected):]:
            assert not self._seen(ask), "it came behind the end"

    def check_one_by_one(self, asks):
        """The same for requests of which each waits for the response to the one before."""
        expected = until_end([(ask, outcome(ask)) for ask in asks])
        with self.connect() as wire:
            for ask, one in expected:
                self._read_reply(wire.send(ask.bytes()), ask, one)
            assert wire.read_to_end() == (b"", expected[-1][1].then)
        for ask, one in expected:
            self._check_upstreams(ask, one)

    def check_upgrade(self, ask):
        """The request for another protocol, which is spoken then, or what comes instead of that."""
        expected, last = outcome(ask), self.followers()[-1]
        switched = expected.then == "next" and expected.reply.start.startswith(b"HTTP/1.1 101 ")
        began = time.monotonic()
        with self.connect() as wire, contextlib.ExitStack() as hangs:
            wire.send(ask.bytes() + (b"hello\nbye\r\n" if switched else last.bytes()))
            if expected.held:
                assert self._hung(wire, ask, expected) == b""
                hangs.enter_context(self.hangs_end(ask))
            received, end = wire.read_to_end()
        assert time.monotonic() - began >= expected.seconds
        if switched:
            tape = Tape(received)
            tape.check(expected, ask)
            tape.take(ask.target.encode() + b"\n")
            tape.check_end()
            assert end == "fin"
        else:
            exchanges = [(ask, expected), (last, outcome(last))]
            self._check_received(received, end, until_end(exchanges))
        self._check_upstreams(ask, expected)

    @staticmethod
    def _read_reply(wire, ask, expected):
        """Reads until everything that is expected has come."""
        data = b""
        while True:
            try:
                tape = Tape(data)
                tape.check(expected, ask)
                return tape.check_end()
            except AssertionError:
                more = wire.read_some()
                if not more:
                    raise
                data += more

    def until_idle(self):
        """Returns when no client is connected any more."""
        metric = 'edge_connections_active{proxy="shop"}'
        eventually(lambda: self.firedrill.admin.metrics()[metric] == 0)

    def barrier(self):
        """What has arrived at firedrill before is done when this returns, as far as it can be."""
        self.exchange(Ask("bystander"))

    @contextlib.contextmanager
    def hangs_end(self, ask):
        """While this lasts the hangs that hit the request are off."""
        names = [f"{place}-{mode}" for place, mode in zip(PLACES, ask.modes) if MODES[mode].holds]
        for name in names:
            self.firedrill.admin.disable(name)
        yield
        for name in names:
            self.firedrill.admin.enable(name)

    @staticmethod
    def _send(wire, asks):
        """Sends all, but what a client has to be asked for before; that is returned."""
        if not asks[0].waits:
            wire.send(b"".join(ask.bytes() for ask in asks))
            return b""
        wire.send(asks[0].head())
        return asks[0].payload() + b"".join(ask.bytes() for ask in asks[1:])

    def _read(self, wire, expected, later, hangs):
        """All that comes until the end, and how that is. What hangs goes on when its faults end."""
        received = b""
        ask, hung = next((pair for pair in expected if pair[1].held), (None, None))
        if hung and hung.held == "request":
            received += self._hung(wire, ask, hung)
            hangs.enter_context(self.hangs_end(ask))
        if later and expected[0][1].reached:
            received += wire.read_exactly(len(CONTINUE))
            wire.send(later)
        if hung and hung.held != "request":
            received += self._hung(wire, ask, hung)
            hangs.enter_context(self.hangs_end(ask))
        rest, end = wire.read_to_end()
        return received + rest, end

    def _hung(self, wire, ask, hung):
        """What has come while the faults hang."""
        if hung.held == "request":
            self.barrier()
            assert not self._seen(ask)
        elif hung.reached:
            self.origins[hung.reached].wait_for(ask.target)
        received = wire.read_until(b"\r\n\r\n") if hung.held == "body" else b""
        self.barrier()
        received += wire.take_arrived()
        assert b"/last-" not in received and b"/after-" not in received
        assert hung.held == "body" or ask.target.encode() not in received
        return received

    @staticmethod
    def _check_received(received, end, expected):
        tape = Tape(received)
        for ask, one in expected:
            tape.check(one, ask)
        tape.check_end()
        assert end == expected[-1][1].then

    def _seen(self, ask):
        return {name: origin.seen[ask.target] for name, origin in self.origins.items()
                if ask.target in origin.seen}

    def _check_upstreams(self, ask, expected):
        """The one request that reached an upstream, byte for byte, or that none did."""
        seen = self._seen(ask)
        assert list(seen) == ([expected.reached] if expected.reached else [])
        for got, in seen.values():
            assert got.start == expected.request.start + b"\r\n"
            assert [name + b": " + value for name, value in got.fields] == expected.request.lines
            assert got.payload == expected.request.payload
            trailers = [name + b": " + value for name, value in got.trailers]
            assert trailers == expected.request.trailers


def until_end(expected):
    """The exchanges up to the one that ends the connection."""
    for place, (_, one) in enumerate(expected):
        if one.then != "next":
            return expected[:place + 1]
    raise AssertionError("nothing ends the connection")
