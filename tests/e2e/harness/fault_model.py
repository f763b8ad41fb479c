"""What a client and an upstream must see of an exchange that faults hit, composed from the table of
harness/fault_modes.py in the order of the phases, whatever the order of the faults."""

import dataclasses

from harness.exchange import CONTINUE, HINTS, document
from harness.fault_modes import HANG_AFTER, MODES, Message, has_body, put, set_json, without


@dataclasses.dataclass
class Outcome:
    """What must be seen. `reply` is a Message, "garbage" or None; `then` is what becomes of the
    connection; `held` says what waits until the hangs end. It takes at least `seconds` until the
    head of the response is sent, and `paced` more until all of it is."""

    reached: str | None  # the upstream that has the request
    request: Message | None
    interims: bytes
    reply: object
    then: str  # next, fin or rst
    held: str | None = None
    seconds: float = 0
    paced: float = 0


FRAMINGS = {"length": "length", "hints": "length", "cut": "length", "reset": "length",
            "paused": "length", "chunked": "chunked", "trailers": "chunked", "close": "close",
            "empty": "none", "upgrade": "none"}
ENDS = {"cut": "fin", "reset": "rst"}


def upstreams_reply(ask, origin):
    """What the upstream of that name answers."""
    payload, framing = document(ask.target, origin), FRAMINGS[ask.shape]
    if ask.shape == "upgrade":
        return Message(b"HTTP/1.1 101 Switching Protocols",
                       [b"Upgrade: websocket", b"Connection: Upgrade"], framing="none")
    lines = [b"Content-Type: application/json", b"X-Id: " + ask.target.encode(),
             b"X-From: " + origin.encode(), b"X-Tier: gold", b"X-Gone: 1"]
    lines += {"length": [b"Content-Length: %d" % len(payload)],
              "chunked": [b"Transfer-Encoding: chunked"]}.get(framing, [])
    if framing == "none":
        return Message(b"HTTP/1.1 204 No Content", lines, framing="none")
    reply = Message(b"HTTP/1.1 200 OK", lines, payload, framing)
    if ask.shape == "trailers":
        reply.lines.append(b"Trailer: X-Sum")
        reply.trailers = [b"X-Sum: " + ask.target.encode()]
    reply.last = framing == "close"
    if ask.shape in ENDS:
        reply.payload, reply.end = payload[:len(payload) // 2], ENDS[ask.shape]
    return reply


def outcome(ask):
    modes = [MODES[name] for name in ask.modes]
    terminal = next((mode for mode in modes if mode.answer), None)
    seconds = sum(mode.request_delay for mode in modes)
    held = "request" if any(mode.holds == "request" for mode in modes) else None
    if terminal and not terminal.reaches:
        result = Outcome(None, None, b"", terminal.answer(), "next", held, seconds)
        source = result.reply
    else:
        origin = "other" if any(mode.routes for mode in modes) else "shop"
        source = bad_gateway() if ask.shape == "silent" else upstreams_reply(ask, origin)
        result = Outcome(origin, edited_request(ask, modes), interims(ask),
                         terminal.answer() if terminal else source, "next", held, seconds)
    if result.reached and ask.shape == "silent":
        result.reply, result.then = source, "fin"
        return result
    if isinstance(source, Message):
        delay(result, modes)
    if isinstance(result.reply, Message):
        respond(result, ask, modes, source, terminal is not None)
    else:
        result.then = "rst" if result.reply == "reset" else "fin"
        result.reply = "garbage" if result.reply == "garbage" else None
    return result


def bad_gateway():
    """What firedrill answers when an upstream does not; that is no fault's business."""
    body = b"Bad Gateway\n"
    lines = [b"Content-Type: text/plain", b"Content-Length: %d" % len(body), b"Connection: close"]
    return Message(b"HTTP/1.1 502 Bad Gateway", lines, body)


def interims(ask):
    """What comes before the response; clients of HTTP/1.0 know no such thing."""
    if ask.minor == 0:
        return b""
    return (CONTINUE if ask.waits else b"") + (HINTS if ask.shape == "hints" else b"")


def delay(result, modes):
    result.seconds += sum(mode.response_delay for mode in modes)
    if result.held is None and any(mode.holds == "response" for mode in modes):
        result.held = "response"


def edited_request(ask, modes):
    message = Message(ask.start, ask.lines(), ask.body if ask.has_body else b"",
                      trailers=list(ask.trailers))
    for mode in modes:
        # Who waits for 100 Continue would not send what has to be gathered first.
        if mode.request_body and ask.has_body and not (ask.waits and mode.request_body is set_json):
            mode.request_body(message)
    if ask.has_body and not ask.chunked:
        message.lines = put(message.lines, b"Content-Length", b"%d" % len(message.payload))
    if not ask.upgrades:
        message.lines = without(message.lines, b"Connection")
    if ask.keeps_alive == (ask.minor == 0):  # what its version does not mean by itself
        message.lines.append(b"Connection: " + (b"keep-alive" if ask.keeps_alive else b"close"))
    for mode in modes:
        if mode.request_head:
            mode.request_head(message)
    return message


def respond(result, ask, modes, source, forged):
    """The response as the faults want it, and what becomes of the connection."""
    reply = result.reply
    done = [mode for mode in modes if mode.edits and mode.fits(source, ask)]
    unread = ask.waits and not result.reached  # nobody has asked for the body
    goes_on = ask.keeps_alive and not (forged and (ask.minor == 0 or unread))
    for mode in done:
        if mode.body and has_body(reply, ask):
            mode.body(reply)
    frame(reply, ask, done)
    connection(reply, ask, goes_on, forged)
    whole = len(reply.payload)
    for mode in done:
        if mode.cut:
            mode.cut(reply)
    for mode in done:
        if mode.breaks:
            mode.breaks(reply)
    if reply.framing == "length" and ask.method != "HEAD":
        reply.lines = put(reply.lines, b"Content-Length", b"%d" % reply.declared)
    for mode in done:
        if mode.head:
            mode.head(reply)
    paced = has_body(reply, ask) and reply.end == "whole" and not reply.broken
    if paced and len(reply.payload) == whole > 0:
        result.paced = max([mode.pace(reply) for mode in done if mode.pace], default=0)
    hang(result, ask, done)
    closes = not goes_on or reply.last or reply.closes or reply.framing == "close"
    result.then = "fin" if closes else "next"
    if reply.end != "whole":
        result.then = reply.end


def hang(result, ask, done):
    """Whether a part of the body waits. A reset takes what waits with it, and does not wait."""
    reply = result.reply
    waits = len(reply.payload) > HANG_AFTER and not reply.broken and has_body(reply, ask)
    if result.held or not waits or not any(mode.holds == "body" for mode in done):
        return
    if reply.end == "rst":
        reply.payload = reply.payload[:HANG_AFTER]
    else:
        result.held = "body"


def frame(reply, ask, done):
    """The framing that the body needs after its edits."""
    if not has_body(reply, ask):
        return
    if any(mode.chunks for mode in done):
        if reply.framing != "chunked":
            reply.lines = without(reply.lines, b"Content-Length") + [b"Transfer-Encoding: chunked"]
        reply.framing = "chunked"
    if reply.framing == "chunked" and ask.minor == 0:
        reply.lines = without(reply.lines, b"Transfer-Encoding", b"Trailer")
        reply.framing, reply.trailers = "close", []


def connection(reply, ask, goes_on, forged):
    if ask.minor == 1 and (not goes_on or reply.last):
        reply.lines.append(b"Connection: close")
    if ask.minor == 0 and forged:
        reply.lines.append(b"Connection: close")
    elif ask.minor == 0 and goes_on and reply.framing != "close":
        reply.lines.append(b"Connection: keep-alive")

