"""Seen from outside, nothing tells that a fault is active."""

import re

from harness.config import fault, proxy
from harness.tools import curl
from harness.upstream import response
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


def test_no_series_comes_or_goes_with_a_fault(firedrill, upstream):
    running = firedrill(
        [proxy("shop", "http", upstream.http().target), proxy("db", "tcp", upstream().target)],
        [fault("down", "shop", "http.status", {"code": 503}),
         fault("gone", "db", "tcp.reset"), *(fault(kind, "*", kind, parameters)
                                             for kind, parameters in HARMLESS[1:])])
    curl(running.url("shop"))
    before = series(running)
    for name in ["down", "gone", *(kind for kind, _ in HARMLESS[1:])]:
        running.admin.enable(name)
    curl(running.url("shop"))
    assert series(running) == before
    running.admin.halt()
    curl(running.url("shop"))
    assert series(running) == before
