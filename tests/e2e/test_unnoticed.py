"""Seen from outside, nothing tells that a fault is active."""

import json
import re

import pytest

from harness import strict
from harness.config import fault, proxy
from harness.dns import exchange_udp, query
from harness.tools import curl
from harness.upstream import eventually, response
from harness.wire import Wire

DATE = "Mon, 02 Jan 2006 15:04:05 GMT"
FIELDS = ["sErVeR: quaint/0.1", f"DATE: {DATE}", "x-b: 1", "X-A:   2", "x-b: 3", "ETag: \"e\""]
HARMLESS = [("http.latency", {"delay": "10ms"}), ("tcp.latency", {"delay": "10ms"}),
            ("tcp.slice", {"size": 7, "delay": "1ms"})]


def quaint(request, wire):
    return response(b"hello\n", fields=FIELDS)


def answer(address):
    with Wire.connect(address) as wire:
        return wire.send(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n").read_until(b"hello\n")


def test_order_case_and_date_of_the_upstreams_fields_stay(firedrill, upstream):
    running = firedrill([proxy("shop", "http", upstream.http(quaint).target)],
                        [fault(kind, "shop", kind, parameters) for kind, parameters in HARMLESS])
    expected = response(b"hello\n", fields=FIELDS)
    assert answer(running.address("shop")) == expected
    for kind, _ in HARMLESS:
        running.admin.enable(kind)
    assert answer(running.address("shop")) == expected


def upstream_seconds(running):
    return running.admin.metrics()['edge_upstream_duration_seconds_sum{proxy="shop"}']


def test_a_delay_of_the_request_counts_as_upstream_time(firedrill, upstream):
    check_delay(firedrill, upstream, "request")


def test_a_delay_of_the_response_counts_as_upstream_time(firedrill, upstream):
    check_delay(firedrill, upstream, "response")


def check_delay(firedrill, upstream, direction):
    running = firedrill([proxy("shop", "http", upstream.http().target)],
                        [fault("slow", "shop", "http.latency", {"delay": "300ms"},
                               direction=direction)])
    curl(running.url("shop"))
    quick = upstream_seconds(running)
    assert quick < 0.3
    running.admin.enable("slow")
    curl(running.url("shop"))
    assert upstream_seconds(running) - quick >= 0.3
    # The request as a whole took no longer than its upstream, within what a busy machine adds.
    name = 'edge_request_duration_seconds_sum{proxy="shop"}'
    assert abs(running.admin.metrics()[name] - upstream_seconds(running)) < 0.2


def test_an_error_of_a_fault_counts_as_an_answer_of_the_upstream(firedrill, upstream):
    running = firedrill([proxy("shop", "http", upstream.http().target)],
                        [fault("down", "shop", "http.status", {"code": 503}, enabled=True)])
    curl(running.url("shop"))
    metrics = running.admin.metrics()
    assert metrics['edge_requests_total{proxy="shop",code="503"}'] == 1
    assert metrics['edge_upstream_duration_seconds_count{proxy="shop"}'] == 1


def series(running):
    """The names and labels on /metrics, but for the codes of responses, which any outage brings."""
    return {name for name in running.admin.metrics() if not re.match(r"edge_requests_total", name)}


def use_all(running):
    """Some traffic of each kind, whatever becomes of it."""
    curl(running.url("shop"))
    curl(running.url("feed"))
    exchange_udp(running.address("names"), query("shop.test", "A"), timeout=0.5)
    with Wire.connect(running.address("lines")) as wire:
        wire.send(b"a\nb\n")
        wire.half_close()
        wire.read_to_end()


def test_no_series_comes_or_goes_with_a_fault(firedrill, upstream):
    faults = [fault("down", "shop", "http.status", {"code": 503}),
              fault("lost", "feed", "stream.drop"),
              fault("cut", "lines", "stream.cut"),
              fault("gone", "db", "tcp.reset"),
              fault("wrong", "names", "dns.answer", {"records": ["A 10.9.9.9"]}),
              *(fault(kind, "*", kind, parameters) for kind, parameters in HARMLESS[1:])]
    running = firedrill(
        [proxy("shop", "http", upstream.http().target),
         proxy("feed", "http", upstream.http(events).target),
         proxy("db", "tcp", upstream().target),
         proxy("lines", "tcp", upstream().target, codec="lines"),
         proxy("names", "dns", [upstream.dns({("shop.test", "A"): ["10.0.0.1"]}).target])], faults)
    use_all(running)
    before = series(running)
    for one in faults:
        running.admin.enable(one["name"])
    use_all(running)
    assert series(running) == before
    running.admin.halt()
    use_all(running)
    assert series(running) == before


# --- what an active fault does not hit ------------------------------------------------------------

EVENTS = b"id: 1\ndata: a\n\n: beat\n\nid: 2\ndata: b\n\n"


def events(request, wire):
    """A stream that ends, in chunks or of known length as the path says."""
    fields = ["Content-Type: text/event-stream", "x-A:  1"]
    if request.target != "/chunks":
        return response(EVENTS, fields=fields)
    head = "\r\n".join(["HTTP/1.1 200 OK", *fields, "Transfer-Encoding: chunked", "", ""])
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [EVENTS[:9], EVENTS[9:]])
    return head.encode() + chunks + b"0\r\n\r\n"


def stream_of(running, path):
    with Wire.connect(running.address("feed")) as wire:
        wire.send(b"GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % path)
        return wire.read_to_end()[0]


def seen(reply):
    """What a client can tell of a response: all but where its chunks begin."""
    told = strict.read_response(reply)
    return told.start, told.fields, told.payload


@pytest.mark.parametrize("match", [{"path": "/other"}, {"payload": "nowhere"}],
                         ids=["another stream", "another event"])
def test_a_stream_that_is_not_hit_stays_as_it_is(firedrill, upstream, match):
    running = firedrill([proxy("feed", "http", upstream.http(events).target)],
                        [fault("lost", "feed", "stream.drop", match=match)])
    before = seen(stream_of(running, b"/chunks"))
    assert before[2] == EVENTS
    running.admin.enable("lost")
    assert seen(stream_of(running, b"/chunks")) == before


def test_a_stream_of_known_length_that_is_not_asked_for_keeps_it(firedrill, upstream):
    running = firedrill([proxy("feed", "http", upstream.http(events).target)],
                        [fault("lost", "feed", "stream.drop", match={"path": "/other"})])
    counted = 'edge_stream_events_total{proxy="feed"}'
    before = stream_of(running, b"/length")
    assert running.admin.metrics()[counted] == 2
    running.admin.enable("lost")
    assert stream_of(running, b"/length") == before
    assert running.admin.metrics()[counted] == 4


def test_a_connection_with_a_codec_stays_as_it_is(firedrill, upstream):
    running = firedrill([proxy("lines", "tcp", upstream().target, codec="lines")],
                        [fault("lost", "lines", "stream.drop", match={"payload": "nowhere"},
                               direction="both")])
    sent = b"a\r\n\n\nb\nhalf"
    for enabled in [False, True]:
        if enabled:
            running.admin.enable("lost")
        with Wire.connect(running.address("lines")) as wire:
            wire.send(sent)
            wire.half_close()
            assert wire.read_to_end() == (sent, "fin")


def test_an_answer_that_is_not_hit_stays_as_it_is(firedrill, upstream):
    server = upstream.dns({("shop.test", "A"): ["10.0.0.1", "10.0.0.2"],
                           ("shop.test", "TXT"): ["a"]})
    running = firedrill([proxy("names", "dns", [server.target])],
                        [fault("wrong", "names", "dns.answer", {"records": ["A 10.9.9.9"]},
                               match={"names": ["other.test"]}),
                         fault("old", "names", "dns.ttl", {"set": "1s"},
                               match={"response": {"rcode": "SERVFAIL"}})])
    asked = [query("shop.test", "A"), query("shop.test", "TXT"), query("none.test", "A")]

    def answers():
        return [exchange_udp(running.address("names"), message) for message in asked]

    before = answers()
    assert None not in before
    for name in ["wrong", "old"]:
        running.admin.enable(name)
    assert answers() == before


def test_the_access_log_names_no_fault_that_was_not_hit(firedrill, upstream, tmp_path):
    path = tmp_path / "access.log"
    running = firedrill(
        [proxy("shop", "http", upstream.http(quaint).target, access_log=str(path))],
        [fault("down", "shop", "http.status", {"code": 503}, match={"path": "/other"}),
         fault("lost", "shop", "stream.drop"),
         fault("slow", "shop", "tcp.latency", {"delay": "1ms"}, share="0%")])
    for name in ["down", "lost", "slow"]:
        running.admin.enable(name)
    assert answer(running.address("shop")) == response(b"hello\n", fields=FIELDS)
    eventually(lambda: path.exists() and path.read_bytes().endswith(b"\n"))
    assert [json.loads(line)["faults"] for line in path.read_text().splitlines()] == [[]]
