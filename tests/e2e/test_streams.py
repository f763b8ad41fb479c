"""Event streams: server-sent events read by npm's eventsource, NDJSON by undici and curl."""

import json
import time

import pytest

from harness.config import fault, proxy
from harness.tools import curl
from harness.upstream import EventFeed

ORDERS = [(n, "order", json.dumps({"id": n, "kind": "refund" if n == 3 else "sale", "total": 9.5}))
          for n in range(1, 6)]
PAYLOADS = {n: data for n, _, data in ORDERS}


class Streams:
    """A firedrill in front of one feed in both formats, and clients that follow it."""

    def __init__(self, firedrill, upstream, node):
        self.events = upstream.keep(EventFeed(ORDERS))
        self.lines = upstream.keep(EventFeed(ORDERS, "application/x-ndjson", keep_open=False))
        self.firedrill = firedrill([proxy("events", "http", self.events.target),
                                    proxy("lines", "http", self.lines.target)])
        self.node = node

    def break_it(self, kind, parameters=None, **more):
        self.firedrill.admin.put("/v1/faults/broken", fault(
            "broken", ["events", "lines"], kind, parameters, **more))
        self.firedrill.admin.enable("broken")

    def mend(self):
        self.firedrill.admin.disable("broken")

    def follow(self):
        """An eventsource client that is connected."""
        client = self.node("events.mjs", self.firedrill.url("events"), "order")
        assert client.next() == {"open": True}
        return client

    def seen_events(self, count):
        """[(id, data)] of the first events that a fresh client sees."""
        return [(int(event["id"]), event["data"]) for event in self.follow().take(count)]

    def seen_lines(self):
        """What an undici client sees of the whole NDJSON stream: its lines, and how it ended."""
        *lines, end = self.node("lines.mjs", self.firedrill.url("lines")).rest()
        return [line["line"] for line in lines], end


@pytest.fixture
def streams(firedrill, upstream, node):
    return Streams(firedrill, upstream, node)


THIRD = {"json": {"/kind": "refund"}}


def without(*ids):
    return [(n, data) for n, data in PAYLOADS.items() if n not in ids]


def is_json(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False


def test_with_no_fault_every_event_passes_byte_for_byte(streams):
    assert streams.seen_events(5) == without()
    assert streams.seen_lines() == (list(PAYLOADS.values()), {"end": "clean", "left": ""})
    raw = curl("--max-time", "1", streams.firedrill.url("events")).body
    assert raw == b"".join(streams.events.frame(*event) for event in ORDERS)


def test_drop_removes_the_matched_event_only(streams):
    streams.break_it("stream.drop", match=THIRD)
    assert streams.seen_events(4) == without(3)
    assert streams.seen_lines()[0] == [data for _, data in without(3)]
    streams.mend()
    assert streams.seen_events(5) == without()


def test_duplicate_repeats_the_matched_event_with_its_identity(streams):
    streams.break_it("stream.duplicate", match=THIRD)
    ids = [n for n, _ in streams.seen_events(6)]
    assert ids == [1, 2, 3, 3, 4, 5]
    assert streams.seen_lines()[0].count(PAYLOADS[3]) == 2


def test_delay_holds_events_and_keeps_their_order(streams):
    streams.break_it("stream.delay", {"delay": "700ms"}, match=THIRD)
    client = streams.follow()
    began = time.monotonic()
    assert [event["id"] for event in client.take(5)] == ["1", "2", "3", "4", "5"]
    assert 0.4 <= time.monotonic() - began < 2


def test_an_event_that_delay_holds_leaves_at_once_when_it_ends(streams):
    streams.break_it("stream.delay", {"delay": "30s"}, match=THIRD)
    client = streams.follow()
    client.take(2)
    assert client.is_silent(0.5)
    streams.mend()
    assert [event["id"] for event in client.take(3)] == ["3", "4", "5"]


def test_delay_of_one_event_lets_the_others_overtake(streams):
    streams.break_it("stream.delay", {"delay": "700ms", "scope": "event"}, match=THIRD)
    assert [event["id"] for event in streams.follow().take(5)] == ["1", "2", "4", "5", "3"]


def test_reorder_swaps_the_matched_event_with_the_next(streams):
    streams.break_it("stream.reorder", match=THIRD)
    assert [n for n, _ in streams.seen_events(5)] == [1, 2, 4, 3, 5]
    lines = streams.seen_lines()[0]
    assert [json.loads(line)["id"] for line in lines] == [1, 2, 4, 3, 5]


def test_gap_loses_the_matched_event_and_the_next(streams):
    streams.break_it("stream.gap", {"events": 2}, match=THIRD)
    assert [n for n, _ in streams.seen_events(3)] == [1, 2, 5]


def test_replay_sends_the_last_events_again(streams):
    streams.break_it("stream.replay", {"last": 2}, match=THIRD)
    assert [n for n, _ in streams.seen_events(7)] == [1, 2, 3, 2, 3, 4, 5]


def test_stall_silences_a_stream_until_it_ends(streams):
    streams.break_it("stream.stall", match=THIRD)
    client = streams.follow()
    client.take(2)
    assert client.is_silent(0.5)
    streams.mend()
    assert [event["id"] for event in client.take(3)] == ["3", "4", "5"]


def test_cut_ends_a_stream_behind_the_matched_event(streams):
    streams.break_it("stream.cut", match=THIRD)
    lines, end = streams.seen_lines()
    assert lines == [PAYLOADS[n] for n in (1, 2, 3)]
    assert end["end"] != "clean"


def test_a_poisoned_event_comes_back_until_it_is_skipped(streams):
    streams.break_it("stream.poison", {"payload": "{poison"}, match={**THIRD, "sticky": True})
    for _ in range(2):
        assert streams.seen_events(5)[2] == (3, "{poison")
    streams.firedrill.admin.skip("broken", reason="drill")
    assert streams.seen_events(5) == without()


@pytest.mark.parametrize("kind, parameters, is_hurt", [
    ("json_truncate", {}, lambda data: PAYLOADS[3].startswith(data) and not is_json(data)),
    ("empty", {}, lambda data: data == ""),
    ("type_change", {"pointer": "/total"}, lambda data: json.loads(data)["id"] == 3 and
     not isinstance(json.loads(data)["total"], float)),
    ("utf8", {}, lambda data: "\ufffd" in data)])
def test_corrupt_hurts_the_payload_and_leaves_the_framing_valid(streams, kind, parameters, is_hurt):
    streams.break_it("stream.corrupt", {"kind": kind, **parameters}, match=THIRD)
    events = streams.seen_events(5)
    assert [n for n, _ in events] == [1, 2, 3, 4, 5]
    assert is_hurt(events[2][1])
    assert events[:2] + events[3:] == without(3)


def test_a_corrupt_line_is_followed_by_sound_ones(streams):
    streams.break_it("stream.corrupt", {"kind": "json_truncate"}, match=THIRD)
    lines, end = streams.seen_lines()
    assert [is_json(line) for line in lines] == [True, True, False, True, True]
    assert end == {"end": "clean", "left": ""}
    assert curl(streams.firedrill.url("lines")).body.count(b"\n") == 5


def test_invalid_utf8_is_invalid_on_the_wire(streams):
    streams.break_it("stream.corrupt", {"kind": "utf8"}, match=THIRD)
    body = curl(streams.firedrill.url("lines")).body
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert [is_json(line.decode()) for n, line in enumerate(body.splitlines()) if n != 2] == \
        [True] * 4


def test_poison_replaces_the_matched_event_by_the_operators_own(streams):
    streams.break_it("stream.poison", {"payload": "{poison"}, match=THIRD)
    events = streams.seen_events(5)
    assert events[2] == (3, "{poison")
    assert events[:2] + events[3:] == without(3)


def test_poison_stays_at_its_event_after_every_reconnect(streams):
    streams.break_it("stream.poison", {"payload": "{poison"}, match={**THIRD, "sticky": True})
    for _ in range(3):
        assert streams.seen_events(3)[2] == (3, "{poison")


def test_poison_that_a_trigger_placed_comes_back_at_the_same_event(streams):
    streams.break_it("stream.poison", {"payload": "{poison"}, trigger={"nth": [4]},
                     match={"sticky": True})
    for _ in range(3):
        events = streams.seen_events(5)
        assert [n for n, data in events if data == "{poison"] == [4]


def test_poison_ends_for_good_when_it_is_disabled(streams):
    streams.break_it("stream.poison", {"payload": "{poison"}, match={**THIRD, "sticky": True})
    assert streams.seen_events(3)[2] == (3, "{poison")
    streams.mend()
    assert streams.seen_events(5) == without()


def test_faults_reach_a_stream_that_is_open(streams):
    client = streams.follow()
    assert [event["ok"] for event in client.take(5)] == [True] * 5
    streams.break_it("stream.corrupt", {"kind": "json_truncate"})
    streams.events.publish((6, "order", '{"id": 6}'))
    assert (event := client.next())["id"] == "6" and not event["ok"]
    streams.mend()
    streams.events.publish((7, "order", '{"id": 7}'))
    assert client.next() == {"id": "7", "type": "order", "data": '{"id": 7}', "ok": True}


def test_a_match_may_name_the_event_type(streams):
    streams.break_it("stream.drop", match={"event": "ord*"})
    assert streams.follow().is_silent(0.5)
    streams.break_it("stream.drop", match={"event": "invoice"})
    assert streams.seen_events(5) == without()


def test_a_trigger_counts_what_matches(streams):
    streams.break_it("stream.drop", trigger={"every": 2})
    assert [n for n, _ in streams.seen_events(3)] == [1, 3, 5]


def test_a_response_that_is_no_stream_is_left_alone(firedrill, nginx):
    running = firedrill([proxy("shop", "http", nginx.target)],
                        [fault("broken", "shop", "stream.drop")])
    running.admin.enable("broken")
    assert curl(running.url("shop", "/orders")).body == b'[{"id": 1}]\n'


def test_a_stream_whose_events_change_in_size_is_framed_anew(firedrill, upstream, node):
    body = "".join(f"{data}\n" for data in PAYLOADS.values()).encode()
    server = upstream.http(lambda *_: b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
    running = firedrill([proxy("lines", "http", server.target)],
                        [fault("broken", "lines", "stream.duplicate", match=THIRD)])
    running.admin.enable("broken")
    *lines, end = node("lines.mjs", running.url("lines")).rest()
    assert len(lines) == 6 and end == {"end": "clean", "left": ""}
