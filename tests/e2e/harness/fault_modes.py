"""What each http fault does to a message, told a second time and independently of firedrill: a
table of the ways to use each type. What follows from it is composed in harness/fault_model.py."""

import dataclasses
import math
import re
from typing import Callable

from harness.config import fault

STATUS_BODY = b'{"n": 503, "by": "status"}'
LIMIT_BODY = b'{"n": 429, "by": "limit, which is a little longer"}'
REPLACED = b'{"n": 7, "by": "replace, and as long as it takes to be cut"}'
REQUEST_REPLACED = b'{"n": 9, "by": "request"}'
GARBAGE = 64
HANG_AFTER = 14


@dataclasses.dataclass
class Message:
    """A message on its way: `lines` are those of its head, `end` how its body ends. Of a garbled
    payload only the length is known; `broken` is a chunk that has no size."""

    start: bytes
    lines: list
    payload: bytes = b""
    framing: str = "length"  # chunked, close or none
    trailers: list = dataclasses.field(default_factory=list)
    before: bytes = b""
    end: str = "whole"  # fin or rst
    last: bool = False  # of its connection, as the upstream says
    closes: bool = False  # without a word of it
    garbled: bool = False
    broken: bool = False
    declared: int | None = None  # the length of the payload as the receiver is told it

    def __post_init__(self):
        if self.declared is None:
            self.declared = len(self.payload)

    def values(self, name):
        return [line.partition(b": ")[2] for line in self.lines if same(line, name)]


@dataclasses.dataclass(frozen=True)
class Mode:
    """One way to use a fault type; the phases are in their order. An edit changes a Message;
    `fits` says of the upstream's response, or the one given instead, whether it is done."""

    kind: str
    parameters: dict = dataclasses.field(default_factory=dict)
    direction: str | None = None
    request_delay: float = 0
    request_head: Callable | None = None
    request_body: Callable | None = None
    answer: Callable | None = None  # gives a Message, or "nothing", "garbage" or "reset"
    reaches: bool = True
    routes: bool = False
    response_delay: float = 0
    fits: Callable = lambda message, ask: True
    body: Callable | None = None
    chunks: bool = False  # the edited body is sent in chunks
    pace: Callable | None = None  # seconds that a payload takes at least
    cut: Callable | None = None
    breaks: Callable | None = None  # the framing
    head: Callable | None = None
    holds: str | None = None  # what a hang holds: the request, the response or the rest of the body

    @property
    def edits(self):
        return any((self.body, self.pace, self.cut, self.breaks, self.head,
                    self.holds == "body"))


# --- What stands in heads

def name_of(line):
    return line.partition(b":")[0]


def same(line, name):
    return name_of(line).lower() == name.lower()


def put(lines, name, value):
    """Gives the first line of that name the value and takes the others away."""
    found = [line for line in lines if same(line, name)]
    text = (name_of(found[0]) if found else name) + b": " + value
    if not found:
        return [*lines, text]
    first = lines.index(found[0])
    return [*lines[:first], text, *(line for line in lines[first + 1:] if not same(line, name))]


def without(lines, *names):
    return [line for line in lines if not any(same(line, name) for name in names)]


def change_fields(message):
    lines = without(message.lines, b"X-Gone")
    lines = put(lines, b"X-Tier", b"lead") + [b"X-Via: b"]
    lines = [re.sub(rb"(?i)^content-type:", b"content-type:", line) for line in lines]
    lines = [line for one in lines for line in ([one, one] if same(one, b"X-Id") else [one])]
    message.lines = lines[::-1]


def change_request_fields(message):
    message.lines = put(without(message.lines, b"X-Drop"), b"X-Req", b"1")


def length_of(message):
    values = message.values(b"Content-Length")
    return int(values[0]) if values else None


def shift_length(by):
    def shift(message):
        if (length := length_of(message)) is not None:
            message.lines = put(message.lines, b"Content-Length", b"%d" % max(0, length + by))
        message.closes = True
    return shift


def duplicate_length(message):
    if (length := length_of(message)) is not None:
        at = next(i for i, line in enumerate(message.lines) if same(line, b"Content-Length"))
        message.lines.insert(at + 1, name_of(message.lines[at]) + b": %d" % (length + 1))
    message.closes = True


def garble_start(message):
    message.start = None  # letters at random
    message.closes = True


def remove_colon(message):
    framing = (b"Content-Length", b"Transfer-Encoding", b"Connection", b"Trailer", b"Upgrade")
    spare = [i for i, line in enumerate(message.lines)
             if not any(same(line, name) for name in framing)]
    if spare:
        message.lines[spare[0]] = message.lines[spare[0]].replace(b":", b"", 1)
    else:
        message.lines.append(b"Cache-Control no-cache")


def oversize(message):
    message.lines.append(b"X-Context: " + b"a" * 20000)


def interim(message):
    message.before += b"HTTP/1.1 100 Continue\r\n\r\n"


def switch(message):
    message.before += (b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                       b"Upgrade: websocket\r\n\r\n")
    message.closes = True


# --- What happens to bodies

def replace_by(text):
    def replace(message):
        message.payload, message.garbled, message.declared = text, False, len(text)
    return replace


def set_json(message):
    if not message.garbled and message.end == "whole":
        message.payload = re.sub(rb'"n": [0-9]+', b'"n": 2', message.payload)
        message.declared = len(message.payload)


def garble(message):
    message.garbled = bool(message.payload)


def truncate(end, size=None, share=None):
    def cut(message):
        part = size if size is not None else math.floor(share * message.declared)
        if part >= message.declared:
            return
        if end == "whole":
            message.declared = part
        if part <= len(message.payload):
            message.payload, message.end = message.payload[:part], end
            if end == "whole":
                message.trailers = []  # they come behind what is left out
    return cut


def cut_fits(size=None, share=None):
    """A body whose length is known and that is no longer than what is sent passes."""
    def fits(message, ask):
        length = message.declared
        part = size if size is not None else math.floor(share * length)
        return has_body(message, ask) and not (message.framing == "length" and part >= length)
    return fits


def reset_after(size):
    def cut(message):
        if message.end == "whole" or size < len(message.payload):
            message.payload, message.end = message.payload[:size], "rst"
    return cut


def lose_terminator(message):
    if message.end == "whole" and message.framing == "chunked":
        message.end = "fin"


def break_chunk(message):
    if message.end == "whole" or message.payload:
        message.broken, message.end = True, "fin"


def has_body(message, ask):
    return message.framing != "none" and ask.method != "HEAD"


def in_chunks(message, ask):
    return has_body(message, ask) and ask.minor > 0


def has_length(message, ask):
    return length_of(message) is not None


def has_length_of_body(message, ask):
    return has_length(message, ask) and has_body(message, ask)


def knows_interims(message, ask):
    return ask.minor > 0


# --- The table

def own(code, phrase, payload, *lines):
    """A response of a fault's own."""
    def answer():
        return Message(b"HTTP/1.1 %d %s" % (code, phrase),
                       [b"Content-Type: text/plain", b"Content-Length: %d" % len(payload), *lines],
                       payload)
    return answer


STATUS = own(503, b"Service Unavailable", STATUS_BODY, b"X-By: status")
MATCHED = {"code": 503, "body": STATUS_BODY.decode(), "headers": {"X-By": "status"}}
UPSTREAM = {"reach": "upstream"}


def malform(kind, **edits):
    parameters = {"kind": kind} | edits.pop("more", {})
    return Mode("http.malform", parameters, **edits)


MODES = {
    "latency-request": Mode("http.latency", {"delay": "15ms"}, "request", request_delay=0.015),
    "hang": Mode("http.hang", holds="request"),
    "headers-request": Mode(
        "http.headers", {"set": {"X-Req": "1"}, "remove": ["X-Drop"]}, "request",
        request_head=change_request_fields),
    "body-request": Mode("http.body", {"replace": REQUEST_REPLACED.decode()}, "request",
                         request_body=replace_by(REQUEST_REPLACED)),
    "json-request": Mode("http.body", {"json": [{"pointer": "/n", "set": 2}]}, "request",
                         request_body=set_json),
    "status": Mode("http.status", MATCHED, answer=STATUS, reaches=False),
    "status-upstream": Mode("http.status", MATCHED | UPSTREAM, answer=STATUS),
    "rate-limit": Mode("http.rate_limit", {"rate": "1/h", "by": "global", "headers": "none",
                                           "body": LIMIT_BODY.decode()},
                       answer=own(429, b"Too Many Requests", LIMIT_BODY), reaches=False),
    "empty": Mode("http.empty", answer=lambda: "nothing", reaches=False),
    "empty-upstream": Mode("http.empty", UPSTREAM, answer=lambda: "nothing"),
    "garbage": Mode("http.garbage", {"bytes": GARBAGE}, answer=lambda: "garbage", reaches=False),
    "garbage-upstream": Mode("http.garbage", {"bytes": GARBAGE} | UPSTREAM,
                             answer=lambda: "garbage"),
    "reset": Mode("http.reset", answer=lambda: "reset", reaches=False),
    "route-to": Mode("http.route_to", routes=True),
    "latency": Mode("http.latency", {"delay": "15ms"}, response_delay=0.015),
    "hang-upstream": Mode("http.hang", UPSTREAM, holds="response"),
    "headers": Mode("http.headers", {
        "remove": ["X-Gone"], "set": {"X-Tier": "lead"}, "add": {"X-Via": "b"},
        "rename": {"Content-Type": "content-type"}, "duplicate": ["X-Id"], "reorder": "reverse"},
        head=change_fields),
    "body-replace": Mode("http.body", {"replace": REPLACED.decode()}, fits=has_body,
                         body=replace_by(REPLACED)),
    "body-empty": Mode("http.body", {"empty": True}, fits=has_body, body=replace_by(b"")),
    "body-json": Mode("http.body", {"json": [{"pointer": "/n", "set": 2}]}, fits=has_body,
                      body=set_json),
    "body-garble": Mode("http.body", {"garble": "100%"}, fits=has_body, body=garble),
    "slow-body": Mode("http.slow_body", {"over": "20ms", "chunks": 4}, fits=has_body,
                      pace=lambda message: 0.02 if message.framing == "length" else 0.005),
    "bandwidth": Mode("http.bandwidth", {"rate": "10KB/s"}, fits=has_body,
                      pace=lambda message: len(message.payload) / 10000),
    "truncate-fin": Mode("http.truncate", {"bytes": 11}, fits=cut_fits(11),
                         cut=truncate("fin", 11)),
    "truncate-rst": Mode("http.truncate", {"bytes": 12, "end": "rst"}, fits=cut_fits(12),
                         cut=truncate("rst", 12)),
    "truncate-right": Mode("http.truncate", {"bytes": 13, "length": "right"}, fits=cut_fits(13),
                           cut=truncate("whole", 13)),
    "truncate-share": Mode("http.truncate", {"share": "50%"}, fits=cut_fits(share=0.5),
                           cut=truncate("fin", share=0.5)),
    "truncate-hang": Mode("http.truncate", {"bytes": HANG_AFTER, "end": "hang"},
                          fits=cut_fits(HANG_AFTER), holds="body"),
    "reset-head": Mode("http.reset", {"at": "head"}, cut=reset_after(0)),
    "reset-body": Mode("http.reset", {"at": "body", "bytes": 15}, cut=reset_after(15)),
    "chunk-size": malform("chunk_size", fits=in_chunks, chunks=True, breaks=break_chunk),
    "missing-terminator": malform("missing_terminator", fits=in_chunks, chunks=True,
                                  breaks=lose_terminator),
    "duplicate-length": malform("duplicate_length", fits=has_length, head=duplicate_length),
    "wrong-length": malform("wrong_length", more={"by": 10}, fits=has_length_of_body,
                            head=shift_length(10)),
    "short-length": malform("wrong_length", more={"by": -3}, fits=has_length_of_body,
                            head=shift_length(-3)),
    "status-line": malform("status_line", head=garble_start),
    "no-colon": malform("no_colon", head=remove_colon),
    "oversized-header": malform("oversized_header", more={"size": 20000}, head=oversize),
    "interim": malform("unexpected_interim", fits=knows_interims, head=interim),
    "switching": malform("unexpected_interim", more={"status": 101}, fits=knows_interims,
                         head=switch),
}

PLACES = ("first", "second")


def faults(other):
    """Every mode twice: a request names in X-First and X-Second which are to hit it, in this order
    of definition. `other` is where http.route_to sends requests."""
    made = []
    for place in PLACES:
        for name, mode in MODES.items():
            parameters = {"upstream": other} if mode.routes else mode.parameters
            more = {"direction": mode.direction} if mode.direction else {}
            made.append(fault(f"{place}-{name}", "*", mode.kind, parameters, enabled=True,
                              match={"header": {f"x-{place}": name}}, **more))
    return made
