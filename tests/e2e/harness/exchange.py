"""Exchanges that tell who they are: requests with an id of their own, and an upstream that answers
each with that id, so that no response can be taken for another's."""

import dataclasses
import threading

from harness import strict
from harness.upstream import Server, eventually
from harness.wire import TIMEOUT

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SWITCHED = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\n\r\n")


@dataclasses.dataclass(frozen=True)
class Ask:
    """A request. `shape` is how the upstream answers it, `modes` name the faults that hit it."""

    name: str
    shape: str = "length"
    modes: tuple = ()
    method: str = "POST"
    minor: int = 1
    body: bytes = b'{"n": 1, "sku": "a"}'
    chunked: bool = False
    fields: tuple = ()

    @property
    def target(self):
        return f"/{self.name}/{self.shape}"

    @property
    def start(self):
        return f"{self.method} {self.target} HTTP/1.{self.minor}".encode()

    @property
    def has_body(self):
        return self.method == "POST"

    @property
    def waits(self):
        """Whether the client asks before it sends the body."""
        return b"Expect: 100-continue" in self.fields

    @property
    def upgrades(self):
        return b"Connection: Upgrade" in self.fields

    @property
    def keeps_alive(self):
        if self.minor == 0:
            return b"Connection: keep-alive" in self.fields
        return b"Connection: close" not in self.fields

    @property
    def trailers(self):
        return [b"X-Sum: " + self.target.encode()] if self.chunked else []

    def lines(self):
        """The lines of its head, without the start line."""
        places = zip((b"X-First: ", b"X-Second: "), self.modes)
        framing = []
        if self.has_body:
            framing = [b"Transfer-Encoding: chunked" if self.chunked
                       else b"Content-Length: %d" % len(self.body)]
        return [b"Host: shop", b"X-Drop: 1", *(place + mode.encode() for place, mode in places),
                *self.fields, *framing]

    def head(self):
        return b"\r\n".join([self.start, *self.lines()]) + b"\r\n\r\n"

    def payload(self):
        if not self.has_body:
            return b""
        return chunks(self.body, self.trailers) if self.chunked else self.body

    def bytes(self):
        return self.head() + self.payload()


def chunks(payload, trailers=()):
    """The payload as two chunks."""
    half = len(payload) // 2
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part)
                     for part in (payload[:half], payload[half:]))
    return parts + b"0\r\n" + b"".join(line + b"\r\n" for line in trailers) + b"\r\n"


def document(target, origin="shop"):
    """The JSON that the upstream answers with."""
    return b'{"id": "%s", "n": 1, "pad": "%s", "of": "%s"}' % (
        target.encode(), b"x" * 100, origin.encode())


class Origin(Server):
    """Answers every request with its target, in the shape that the target ends with; every request
    has to be sound, and is kept."""

    def __init__(self, name):
        self.name = name
        self.seen = {}  # the messages by their target
        self.partial = []  # targets of requests that were never whole
        self.gate = threading.Event()  # opened when a response in the shape `paused` goes on
        super().__init__(self._serve)

    def wait_for(self, target):
        return eventually(lambda: self.seen.get(target))

    def _serve(self, wire):
        while True:
            head = wire.read_until(b"\r\n\r\n")
            target = head.split(b" ")[1].decode()
            if b"\r\nExpect: 100-continue\r\n" in head:
                wire.send(CONTINUE)
            try:
                message = self._read(wire, head)
            except (EOFError, OSError):
                self.partial.append(target)
                raise
            self.seen.setdefault(target, []).append(message)
            getattr(self, "_" + target.rpartition("/")[2])(message, wire, target)

    @staticmethod
    def _read(wire, data):
        data += bytes(wire.received)
        wire.received.clear()
        while True:
            try:
                message = strict.read_request(data)
                wire.received[:0] = data[message.size:]
                return message
            except strict.Incomplete:
                more = wire.socket.recv(65536)
                if not more:
                    raise EOFError("a request that is not whole") from None
                data += more

    def reply(self, target, framing, trailers=()):
        """The lines of a head."""
        return [b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"X-Id: " + target.encode(),
                b"X-From: " + self.name.encode(), b"X-Tier: gold", b"X-Gone: 1", *framing,
                *(b"Trailer: " + line.split(b":")[0] for line in trailers)]

    def _length(self, message, wire, target):
        payload = document(target, self.name)
        head = self.reply(target, [b"Content-Length: %d" % len(payload)])
        to_head = message.start.startswith(b"HEAD ")
        wire.send(b"\r\n".join(head) + b"\r\n\r\n" + (b"" if to_head else payload))

    def _chunked(self, message, wire, target):
        self._chunks(message, wire, target, [])

    def _trailers(self, message, wire, target):
        self._chunks(message, wire, target, [b"X-Sum: " + target.encode()])

    def _chunks(self, message, wire, target, trailers):
        head = b"\r\n".join(self.reply(target, [b"Transfer-Encoding: chunked"], trailers))
        to_head = message.start.startswith(b"HEAD ")
        body = b"" if to_head else chunks(document(target, self.name), trailers)
        wire.send(head + b"\r\n\r\n" + body)

    def _close(self, message, wire, target):
        wire.send(b"\r\n".join(self.reply(target, [])) + b"\r\n\r\n" + document(target, self.name))
        wire.close()

    def _empty(self, message, wire, target):
        head = [b"HTTP/1.1 204 No Content", *self.reply(target, [])[1:]]
        wire.send(b"\r\n".join(head) + b"\r\n\r\n")

    def _hints(self, message, wire, target):
        wire.send(HINTS)
        self._length(message, wire, target)

    def _upgrade(self, message, wire, target):
        """Another protocol: every line is answered with the target, until one ends with CRLF."""
        wire.send(SWITCHED)
        while not wire.read_until(b"\n").endswith(b"\r\n"):
            wire.send(target.encode() + b"\n")
        raise EOFError("the end of the other protocol")

    def _cut(self, message, wire, target):
        """Dies in the middle of the body."""
        self._first_half(wire, target)
        wire.close()

    def _reset(self, message, wire, target):
        self._first_half(wire, target)
        wire.reset()

    def _silent(self, message, wire, target):
        """Dies instead of answering."""
        wire.close()

    def _paused(self, message, wire, target):
        payload = self._first_half(wire, target)
        assert self.gate.wait(TIMEOUT)
        wire.send(payload)

    def _first_half(self, wire, target):
        payload = document(target, self.name)
        head = self.reply(target, [b"Content-Length: %d" % len(payload)])
        half = len(payload) // 2
        wire.send(b"\r\n".join(head) + b"\r\n\r\n" + payload[:half])
        return payload[half:]
