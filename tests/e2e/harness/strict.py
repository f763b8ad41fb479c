"""A strict reader of HTTP/1.1 messages that shares nothing with firedrill: what it accepts, every
recipient reads in the same way. Anything that two recipients could read differently is refused."""

import dataclasses
import re

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
VALUE = rb"[\t\x20-\x7e\x80-\xff]*"
FIELD = rb"(" + TOKEN + rb"):(" + VALUE + rb")\r\n"
FIELDS = rb"(?:" + FIELD + rb")*"
REQUEST_LINE = rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([01])\r\n"
STATUS_LINE = rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: " + VALUE + rb")?\r\n"
HOST = rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
EXTENSION = rb";" + TOKEN + rb"(?:=(?:" + TOKEN + rb'|"(?:[^"\\\r\n]|\\[^\r\n])*"))?'
CHUNK_LINE = rb"([0-9A-Fa-f]{1,16})((?:" + EXTENSION + rb")*)\r\n"
FRAMING = {b"contentlength": b"content-length", b"transferencoding": b"transfer-encoding"}
NOT_IN_TRAILERS = {b"contentlength", b"transferencoding", b"host", b"connection", b"te", b"trailer",
                   b"upgrade", b"expect", b"authorization", b"keepalive", b"proxyconnection"}


class Ambiguous(Exception):
    """The bytes can be read in more than one way."""


class Incomplete(Exception):
    """More bytes could make it a message."""


@dataclasses.dataclass
class Message:
    """What a message says, and how many bytes it has."""

    start: bytes
    fields: list
    payload: bytes
    trailers: list
    size: int

    def values(self, name):
        return [value for key, value in self.fields if key.lower() == name]


def letters(name):
    return re.sub(rb"[^a-z0-9]", b"", name.lower())


def read_fields(block):
    fields = [(name, value.strip(b" \t")) for name, value in re.findall(FIELD, block)]
    for name, _ in fields:
        if FRAMING.get(letters(name), name.lower()) != name.lower():
            raise Ambiguous(f"{name!r} looks like a framing field")
    return fields


def read_head(data, start_line):
    """The match of the start line, its fields and where the head ends."""
    end = data.find(b"\r\n\r\n")
    if re.search(rb"(?<!\r)\n|\r[^\n]", data if end < 0 else data[:end]):
        raise Ambiguous("a bare CR or LF")
    if end < 0:
        raise Incomplete
    head = data[:end + 2]
    start = re.match(start_line, head)
    if not start or not re.fullmatch(FIELDS, head[start.end():]):
        raise Ambiguous(f"no head: {head[:200]!r}")
    return start, read_fields(head[start.end():]), end + 4


def framing_of(fields, minor):
    """"chunked", a length, or None."""
    lengths = [value for name, value in fields if name.lower() == b"content-length"]
    codings = [value for name, value in fields if name.lower() == b"transfer-encoding"]
    if len(lengths) + len(codings) > 1:
        raise Ambiguous("framed twice")
    if codings:
        if codings != [b"chunked"] or minor == b"0":
            raise Ambiguous(f"the coding {codings[0]!r}")
        return "chunked"
    if lengths:
        if not re.fullmatch(rb"[0-9]{1,19}", lengths[0]) or int(lengths[0]) >= 2 ** 63:
            raise Ambiguous(f"the length {lengths[0]!r}")
        return int(lengths[0])
    return None


def read_chunks(data, at, extensions):
    """The payload, the trailers and where the body ends."""
    payload = b""
    while True:
        line = re.compile(CHUNK_LINE).match(data, at)
        if not line:
            if b"\n" not in data[at:] and len(data) - at < 300:
                raise Incomplete
            raise Ambiguous(f"no chunk size: {data[at:at + 40]!r}")
        if line[2] and not extensions:
            raise Ambiguous("a chunk extension that should have been dropped")
        size, at = int(line[1], 16), line.end()
        if size == 0:
            break
        if len(data) < at + size + 2:
            raise Incomplete
        if data[at + size:at + size + 2] != b"\r\n":
            raise Ambiguous("a chunk does not end where its size says")
        payload, at = payload + data[at:at + size], at + size + 2
    end = re.compile(FIELDS + rb"\r\n").match(data, at)
    if not end:
        if not data[at:] or (b"\r\n\r\n" not in data[at:] and data[at:at + 2] != b"\r\n"):
            raise Incomplete
        raise Ambiguous(f"no trailers: {data[at:at + 80]!r}")
    trailers = read_fields(data[at:end.end() - 2])
    if any(letters(name) in NOT_IN_TRAILERS for name, _ in trailers):
        raise Ambiguous("a forbidden trailer")
    return payload, trailers, end.end()


def read_body(data, at, framing, extensions):
    if framing == "chunked":
        return read_chunks(data, at, extensions)
    if len(data) < at + framing:
        raise Incomplete
    return data[at:at + framing], [], at + framing


def read_request(data, extensions=False):
    """The request that the bytes begin with. Extensions of chunks are for what clients send; a
    proxy drops them."""
    start, fields, at = read_head(data, REQUEST_LINE)
    method, target, minor = start.groups()
    hosts = [value for name, value in fields if name.lower() == b"host"]
    if len(hosts) > 1 or (minor == b"1" and len(hosts) != 1):
        raise Ambiguous("not exactly one Host")
    if hosts and not re.fullmatch(HOST, hosts[0]):
        raise Ambiguous(f"the host {hosts[0]!r}")
    if not target.startswith(b"/") and (method, target) != (b"OPTIONS", b"*"):
        raise Ambiguous(f"the target {target!r}")
    payload, trailers, end = read_body(data, at, framing_of(fields, minor) or 0, extensions)
    return Message(start[0], fields, payload, trailers, end)


def read_response(data, to_head=False, extensions=False):
    """The response that the bytes, after which the connection has ended, begin with."""
    start, fields, at = read_head(data, STATUS_LINE)
    minor, status = start.groups()
    framing = framing_of(fields, minor)
    if to_head or status in (b"204", b"304") or status.startswith(b"1"):
        framing = 0
    if framing is None:
        framing = len(data) - at
    payload, trailers, end = read_body(data, at, framing, extensions)
    return Message(start[0], fields, payload, trailers, end)
