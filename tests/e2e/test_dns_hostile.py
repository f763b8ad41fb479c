"""An upstream that misbehaves: nothing wrong is passed on, nothing stops, and each is counted."""

import time

import pytest

from harness.bad_dns import LIES, TRUE, BadDns, false_reply, true_reply
from harness.config import proxy
from harness.dns import exchange_udp, query, send_framed
from harness.tools import dig
from harness.wire import Wire


@pytest.fixture
def server(upstream):
    return upstream.keep(BadDns())


@pytest.fixture
def resolver(firedrill, server):
    return firedrill([proxy("dns", "dns", [server.target], query_timeout="1s")])


def lies_counted(resolver):
    return sum(value for name, value in resolver.admin.metrics().items()
               if "dns_unexpected_replies_total" in name)


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_over_udp_is_counted_and_the_truth_behind_it_is_passed(resolver, server, lie):
    def both(send, message):
        send(lie(message))
        send(true_reply(message))

    server.udp = both
    assert dig(resolver.address("dns"), "shop.test").data == [TRUE]
    assert lies_counted(resolver) == 1


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_over_tcp_is_counted_and_the_truth_behind_it_is_passed(resolver, server, lie):
    def both(connection, message):
        send_framed(connection, lie(message))
        send_framed(connection, true_reply(message))

    server.tcp = both
    assert dig(resolver.address("dns"), "shop.test", "A", "+tcp").data == [TRUE]
    assert lies_counted(resolver) == 1


def test_a_reply_from_elsewhere_never_arrives(resolver, server):
    def spoof(send, message):
        server.from_elsewhere(false_reply(message), server.peer)
        send(true_reply(message))

    server.udp = spoof
    assert dig(resolver.address("dns"), "shop.test").data == [TRUE]


def test_a_duplicate_is_passed_once(resolver, server):
    def twice(send, message):
        send(true_reply(message))
        send(false_reply(message))

    server.udp = twice
    message = query("shop.test", "A")
    assert exchange_udp(resolver.address("dns"), message)[-4:] == bytes([10, 0, 0, 1])
    assert dig(resolver.address("dns"), "shop.test").data == [TRUE]
    assert lies_counted(resolver) == 2


def test_a_late_reply_is_nobodys(resolver, server):
    late = []
    server.udp = lambda send, message: late.append((send, message))
    assert exchange_udp(resolver.address("dns"), query("shop.test", "A"), timeout=1.5) is None
    send, message = late.pop()
    send(false_reply(message))
    server.udp = lambda send, message: send(true_reply(message))
    assert dig(resolver.address("dns"), "shop.test").data == [TRUE]
    assert lies_counted(resolver) == 1


def test_tcp_that_ends_anywhere_in_a_reply_ends_the_connection_and_passes_nothing(resolver, server):
    message = query("shop.test", "A")
    framed = len(message).to_bytes(2, "big") + message
    for cut in range(2 + len(true_reply(message))):
        def part(connection, message, cut=cut):
            reply = true_reply(message)
            connection.sendall((len(reply).to_bytes(2, "big") + reply)[:cut])
            connection.shutdown(2)

        server.tcp = part
        with Wire.connect(resolver.address("dns")) as wire:
            wire.send(framed)
            data, end = wire.read_to_end()
            assert data == b"" and end in ("fin", "reset"), cut
    server.tcp = lambda connection, message: send_framed(connection, true_reply(message))
    assert dig(resolver.address("dns"), "shop.test", "A", "+tcp").data == [TRUE]


def test_a_server_that_is_gone_is_an_answer_too_late_and_no_more(resolver, server):
    server.stop()
    began = time.monotonic()
    assert dig(resolver.address("dns"), "shop.test", "A", "+time=1").status == ""
    assert dig(resolver.address("dns"), "shop.test", "A", "+tcp", "+time=1").status == ""
    assert time.monotonic() - began < 5
