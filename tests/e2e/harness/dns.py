"""A scripted DNS server, and DNS messages put together and taken apart by hand."""

import contextlib
import dataclasses
import ipaddress
import socket
import struct
import threading

from harness.wire import Wire

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28, "OPT": 41, "CAA": 257}
NAMES = {number: name for name, number in TYPES.items()}


@dataclasses.dataclass
class Query:
    identity: int
    flags: int
    name: str
    kind: str
    question: bytes
    opt: bytes  # the OPT record with its options, or nothing
    transport: str


def encode_name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def query(name, kind, identity=0x1234, opt=b""):
    """A recursive query for one name."""
    head = struct.pack(">6H", identity, 0x0100, 1, 0, 0, 1 if opt else 0)
    return head + encode_name(name) + struct.pack(">2H", TYPES[kind], 1) + opt


def parse_query(message, transport="udp"):
    identity, flags, _, _, _, additional = struct.unpack_from(">6H", message)
    labels, offset = [], 12
    while message[offset]:
        labels.append(message[offset + 1:offset + 1 + message[offset]].decode())
        offset += 1 + message[offset]
    kind, _ = struct.unpack_from(">2H", message, offset + 1)
    end = offset + 5
    return Query(identity, flags, ".".join(labels), NAMES.get(kind, str(kind)), message[12:end],
                 message[end:] if additional else b"", transport)


def record(kind, value, ttl=60):
    """A record whose owner is the question's name."""
    if kind in ("A", "AAAA"):
        data = ipaddress.ip_address(value).packed
    elif kind == "TXT":
        data = bytes([len(value)]) + value.encode()
    else:
        data = encode_name(value)
    return b"\xc0\x0c" + struct.pack(">2HIH", TYPES[kind], 1, ttl, len(data)) + data


def answer(asked, records=(), rcode=0, flags=0x8580):
    """The reply to a query; OPT is answered by a plain OPT."""
    opt = b"\0" + struct.pack(">2HIH", TYPES["OPT"], 1232, 0, 0) if asked.opt else b""
    head = struct.pack(">6H", asked.identity, flags | rcode, 1, len(records), 0, 1 if opt else 0)
    return head + asked.question + b"".join(records) + opt


class DnsSockets:
    """UDP and TCP on one port. `on_udp(send, message)` and `on_tcp(connection, message)`, which a
    server defines, get one query each."""

    def __init__(self):
        self._tcp = self._udp = None
        self._stopping = False
        while self._tcp is None:
            self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._udp.bind(("127.0.0.1", 0))
            try:
                self._tcp = socket.create_server(self._udp.getsockname())
            except OSError:
                self._udp.close()
        self.address = self._udp.getsockname()
        self.target = "{}:{}".format(*self.address)
        threading.Thread(target=self._serve_udp, daemon=True).start()
        threading.Thread(target=self._serve_tcp, daemon=True).start()

    def stop(self):
        self._stopping = True
        for sock in (self._udp, self._tcp):
            with contextlib.suppress(OSError):  # which it tells of, when there was nobody
                sock.shutdown(socket.SHUT_RDWR)  # wakes who waits in it
            sock.close()

    def _serve_udp(self):
        while True:
            try:
                message, self.peer = self._udp.recvfrom(65535)
                if self._stopping:
                    return
                self.on_udp(lambda reply, to=self.peer: self._udp.sendto(reply, to), message)
            except OSError:
                return

    def _serve_tcp(self):
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()

    def _serve_connection(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                while len(prefix := stream.read(2)) == 2:
                    self.on_tcp(connection, stream.read(int.from_bytes(prefix, "big")))
            except OSError:
                return


class DnsServer(DnsSockets):
    """`zone` maps (name, type) to a list of values, or to a function from the query to the reply's
    bytes (None: no reply); other names do not exist."""

    def __init__(self, zone):
        self.zone = zone
        self.queries = []
        super().__init__()

    def on_udp(self, send, message):
        if reply := self._reply(message, "udp"):
            send(reply)

    def on_tcp(self, connection, message):
        if reply := self._reply(message, "tcp"):
            send_framed(connection, reply)

    def _reply(self, message, transport):
        asked = parse_query(message, transport)
        self.queries.append(asked)
        values = self.zone.get((asked.name.lower(), asked.kind))
        if callable(values):
            return values(asked)
        if values is None:
            exists = any(name == asked.name.lower() for name, _ in self.zone)
            return answer(asked, rcode=0 if exists else 3)
        return answer(asked, [record(asked.kind, value) for value in values])


def send_framed(connection, message):
    """Sends a message as it goes over TCP."""
    connection.sendall(len(message).to_bytes(2, "big") + message)


def exchange_udp(address, message, timeout=2):
    """The reply to one datagram, or None when there is none in time."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect(address)
        sock.send(message)
        try:
            return sock.recv(65535)
        except TimeoutError:
            return None


def exchange_tcp(address, messages):
    """The replies to queries that leave at once on one connection, in the order of the queries,
    whatever the order they come in; their ids must differ."""
    with Wire.connect(address) as wire:
        wire.send(b"".join(framed(message) for message in messages))
        by_id = {reply[:2]: reply for reply in [read_frame(wire) for _ in messages]}
    return [by_id[message[:2]] for message in messages]


def framed(message):
    return len(message).to_bytes(2, "big") + message


def read_frame(wire):
    return wire.read_exactly(int.from_bytes(wire.read_exactly(2), "big"))
