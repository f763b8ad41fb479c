"""Events over plain TCP: lines and frames, which a proxy's `codec` tells apart."""

import struct

import pytest

from harness.config import fault, proxy
from harness.wire import Wire


def frames(*payloads):
    return b"".join(struct.pack(">I", len(payload)) + payload for payload in payloads)


@pytest.fixture
def feed(firedrill, upstream):
    """feed(codec) starts a firedrill with the proxy `feed` before an echo server."""

    def start(codec, faults=()):
        return firedrill([proxy("feed", "tcp", upstream().target, codec=codec)], faults)

    return start


def break_it(running, kind, parameters=None, **more):
    running.admin.put("/v1/faults/broken", fault("broken", "feed", kind, parameters, **more))
    running.admin.enable("broken")


@pytest.mark.parametrize("codec, sent, left", [
    ("lines", b"a\r\nb\nc\n", b"a\r\nc\n"),
    ("ndjson", b"1\n\"b\"\n3\n", b"1\n3\n"),
    ("json-seq", b"\x1e1\n\x1e[\n\"b\"]\n\x1e3\n", b"\x1e1\n\x1e3\n"),
    ("netstring", b"1:a,1:b,1:c,", b"1:a,1:c,"),
    ("varint", b"\1a\1b\1c", b"\1a\1c"),
    ("length_prefixed", frames(b"a", b"b", b"c"), frames(b"a", b"c")),
    ({"length_prefixed": {"width": 2, "endian": "little", "adjust": -2}},
     b"\3\0a\3\0b\3\0c", b"\3\0a\3\0c")])
def test_each_codec_finds_the_events_to_drop(feed, codec, sent, left):
    running = feed(codec)
    with Wire.connect(running.address("feed")) as wire:
        assert wire.send(sent).read_exactly(len(sent)) == sent
        break_it(running, "stream.drop", match={"payload": "b"})
        assert wire.send(sent).read_exactly(len(left)) == left
        running.admin.disable("broken")
        assert wire.send(sent).read_exactly(len(sent)) == sent


def test_a_changed_payload_is_counted_right(feed):
    running = feed("length_prefixed")
    break_it(running, "stream.poison", {"payload": "{poison"}, match={"payload": "^b$"})
    with Wire.connect(running.address("feed")) as wire:
        wire.send(frames(b"a", b"b", b"c"))
        expected = frames(b"a", b"{poison", b"c")
        assert wire.read_exactly(len(expected)) == expected


def test_direction_selects_the_way(feed):
    running = feed("lines")
    break_it(running, "stream.duplicate", direction="both")
    with Wire.connect(running.address("feed")) as wire:
        assert wire.send(b"a\n").read_exactly(8) == b"a\n" * 4


def test_what_is_no_such_stream_passes_and_counts(feed):
    running = feed("netstring")
    break_it(running, "stream.drop", match={"payload": "a"})
    with Wire.connect(running.address("feed")) as wire:
        assert wire.send(b"1:a,1:b,hello\r\n").read_exactly(11) == b"1:b,hello\r\n"
        assert wire.send(b"1:a,").read_exactly(4) == b"1:a,"
    counted = {name: value for name, value in running.admin.metrics().items()
               if "stream_codec_errors_total" in name and 'proxy="feed"' in name}
    assert list(counted.values()) == [2], "both directions, for the service sends it back"


def refusal(running, definition):
    reply = running.admin.call("PUT", f"/v1/faults/{definition['name']}", definition)
    assert 400 <= reply.status < 500
    return reply.body.decode()


def test_a_stream_fault_needs_a_codec(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target)])
    text = refusal(running, fault("broken", "db", "stream.drop"))
    assert "has no codec" in text and "give the proxy one, such as codec: lines" in text


def test_a_stream_fault_of_all_proxies_leaves_out_those_without_a_codec(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target),
                         proxy("feed", "tcp", upstream().target, codec="lines")])
    running.admin.put("/v1/faults/broken", fault("broken", "*", "stream.drop"))
    running.admin.enable("broken")
    with Wire.connect(running.address("db")) as wire:
        assert wire.send(b"a\n").read_exactly(2) == b"a\n"


def test_a_request_can_not_be_asked_for_without_one(feed):
    text = refusal(feed("lines"), fault("broken", "feed", "stream.drop", match={"path": "/a"}))
    assert "asks for something of a request" in text
