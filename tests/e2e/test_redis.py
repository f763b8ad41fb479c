"""Redis: redis-server, npm's ioredis as its clients, and firedrill between."""

import json

import pytest

from harness.config import fault, proxy
from harness.upstream import RedisServer, eventually
from harness.wire import Wire

ORDERS = [json.dumps({"id": n, "kind": "refund" if n == 3 else "sale", "total": 9.5})
          for n in range(1, 6)]
THIRD = {"json": {"/kind": "refund"}}


def without_third():
    return ORDERS[:2] + ORDERS[3:]


class Redis:
    """A redis-server, a firedrill before it, and clients that go by way of that."""

    def __init__(self, firedrill, server, node, protocol):
        self.server = server
        self.firedrill = firedrill([proxy("redis", "tcp", server.target, codec="redis")])
        self.port = str(self.firedrill.address("redis")[1])
        self._node = node
        self.protocol = protocol

    def client(self, mode, *names, port=None):
        return self._node("redis.mjs", mode, port or self.port, self.protocol, *names)

    def break_it(self, kind, parameters=None, **more):
        self.firedrill.admin.put("/v1/faults/broken", fault("broken", "redis", kind, parameters,
                                                            **more))
        self.firedrill.admin.enable("broken")

    def listen(self, channel="orders"):
        client = self.client("listen", channel)
        assert client.next() == {"ready": True}
        return client

    def heard(self, count, channel="orders"):
        """What a fresh subscriber gets of the orders."""
        client = self.listen(channel)
        for order in ORDERS:
            self.server.do("PUBLISH", "orders", order)
        return [message["text"] for message in client.take(count)]

    def add(self, *orders, stream="orders"):
        for order in orders or ORDERS:
            self.server.do("XADD", stream, f"{json.loads(order)['id']}-0", "data", order)

    def group(self):
        self.server.do("XGROUP", "CREATE", "orders", "crew", "0", "MKSTREAM")

    def work(self, consumer="ann"):
        """A consumer of the group, which has seen that it has left nothing undone."""
        client = self.client("work", "orders", "crew", consumer)
        assert client.next() == {"ready": True}
        return client

    def pending(self):
        """The ids of the entries that nobody has acknowledged."""
        lines = self.server.do("XPENDING", "orders", "crew", "-", "+", "10").splitlines()
        return lines[::4]


@pytest.fixture(params=["2", "3"], ids=["RESP2", "RESP3"])
def redis(request, firedrill, upstream, node, tmp_path):
    return Redis(firedrill, upstream.keep(RedisServer(tmp_path)), node, request.param)


def ids(entries):
    return [int(entry["id"].partition("-")[0]) for entry in entries]


NOTHING = {"payload": "^hits nothing$"}


@pytest.mark.parametrize("rule", [False, True], ids=["without a rule", "with a rule"])
def test_without_a_hit_a_client_gets_the_same_results(redis, rule):
    if rule:
        redis.break_it("stream.drop", match=NOTHING)
    direct = redis.client("run", port=str(redis.server.address[1])).rest()
    redis.server.do("FLUSHALL")
    assert len(direct[0]["results"]) == 28 and direct[0]["popped"] == ["late", "at last"]
    assert redis.client("run").rest() == direct
    counted = {name: value for name, value in redis.firedrill.admin.metrics().items()
               if "stream_codec_errors_total" in name}
    assert not any(counted.values())


REQUESTS = [
    b"SET k " + b"v" * 1000, b"GET k", b"GET none", b"RPUSH l message news text",
    b"LRANGE l 0 -1", b"HSET h a 1 b 2", b"HGETALL h", b"ZADD z 1.5 a",
    b"ZRANGE z 0 -1 WITHSCORES", b"NOSUCH", b"INCR k", b"XADD s 1-0 data one",
    b"XADD s 1-1 data two more fields", b"XADD t 1-0 data three", b"XREAD STREAMS s t 0 0",
    b"XRANGE s - +", b"XGROUP CREATE s g 0", b"XREADGROUP GROUP g c STREAMS s >",
    b"XREADGROUP GROUP g c STREAMS s 0", b"XPENDING s g", b"XAUTOCLAIM s g d 0 0", b"XDEL s 1-0",
    b"XREADGROUP GROUP g d STREAMS s 0", b"XREAD STREAMS s 9-0", b"MULTI", b"LRANGE l 0 -1",
    b"XREAD STREAMS s 0", b"EXEC", b"COMMAND DOCS get", b"CONFIG GET save", b"SUBSCRIBE news",
    b"PING", b"PUBLISH news text", b"UNSUBSCRIBE news", b"LRANGE l 0 -1", b"OBJECT ENCODING l"]


def ask(address, protocol, requests):
    """The bytes of the replies to all requests, which are sent at once."""
    with Wire.connect(address) as wire:
        hello = [b"HELLO " + protocol.encode(), b"FLUSHALL", b"ECHO ready"]
        wire.send(b"".join(map(command, hello))).read_until(b"ready\r\n")
        wire.send(b"".join(map(command, [*requests, b"ECHO end"])))
        return wire.read_until(b"end\r\n").removesuffix(b"$3\r\nend\r\n")


def command(text):
    words = text.split()
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word)
                                             for word in words)


@pytest.mark.parametrize("rule", [False, True], ids=["without a rule", "with a rule"])
def test_without_a_hit_every_byte_passes_as_it_is(redis, rule):
    if rule:
        redis.break_it("stream.drop", match=NOTHING)
    direct = ask(redis.server.address, redis.protocol, REQUESTS)
    assert direct.count(b"\r\n") > 100
    assert ask(redis.firedrill.address("redis"), redis.protocol, REQUESTS) == direct


def test_every_request_has_its_own_reply_whatever_is_dropped(redis):
    redis.break_it("stream.drop", match={"event": "entry"})
    replies = ask(redis.firedrill.address("redis"), redis.protocol, [
        b"XADD s 1-0 data one", b"XREAD STREAMS s 0", b"ECHO a", b"XRANGE s - +", b"ECHO b",
        b"XGROUP CREATE s g 0", b"XREADGROUP GROUP g c STREAMS s >", b"ECHO c"])
    nothing = {"2": b"*-1\r\n", "3": b"_\r\n"}[redis.protocol]
    assert replies == (b"$3\r\n1-0\r\n" + nothing + b"$1\r\na\r\n" + b"*0\r\n" + b"$1\r\nb\r\n" +
                       b"+OK\r\n" + nothing + b"$1\r\nc\r\n")


def test_drop_removes_the_matched_message_only(redis):
    redis.break_it("stream.drop", match={**THIRD, "channel": "orders"})
    assert redis.heard(4) == without_third()


def test_messages_by_pattern_are_messages(redis):
    redis.break_it("stream.drop", match={**THIRD, "event": "pmessage"})
    assert redis.heard(4, "ord*") == without_third()


def test_duplicate_repeats_the_matched_message(redis):
    redis.break_it("stream.duplicate", match=THIRD)
    assert redis.heard(6) == ORDERS[:3] + ORDERS[2:]


def test_corrupt_breaks_the_payload_and_keeps_its_length_right(redis):
    redis.break_it("stream.corrupt", {"kind": "json_truncate"}, match=THIRD)
    heard = redis.heard(5)
    assert heard[:2] + heard[3:] == without_third()
    assert ORDERS[2].startswith(heard[2]) and heard[2] != ORDERS[2]


def test_poison_takes_the_place_of_the_matched_message(redis):
    redis.break_it("stream.poison", {"payload": "{poison"}, match=THIRD)
    assert redis.heard(5) == ORDERS[:2] + ["{poison"] + ORDERS[3:]


def test_delay_holds_the_matched_message_and_what_is_behind(redis):
    redis.break_it("stream.delay", {"delay": "600ms"}, match=THIRD)
    client = redis.listen()
    for order in ORDERS:
        redis.server.do("PUBLISH", "orders", order)
    assert [message["text"] for message in client.take(2)] == ORDERS[:2]
    assert client.is_silent(0.2)
    assert [message["text"] for message in client.take(3)] == ORDERS[2:]


@pytest.mark.parametrize("framing", ["bulk_length", "bad_type", "missing_crlf"])
def test_broken_framing_is_the_end_of_the_connection(redis, framing):
    redis.break_it("stream.corrupt", {"framing": framing, "codec": "redis"}, match=THIRD)
    client = redis.listen()
    for order in ORDERS:
        redis.server.do("PUBLISH", "orders", order)
    assert [message["text"] for message in client.take(2)] == ORDERS[:2]
    assert client.rest()[-1] == {"end": True}


def test_a_dropped_entry_stays_pending_for_good(redis):
    redis.break_it("stream.drop", match={**THIRD, "event": "entry"})
    redis.group()
    redis.add()
    assert ids(redis.client("work", "orders", "crew", "ann").take(5)[1:]) == [1, 2, 4, 5]
    eventually(lambda: redis.pending() == ["3-0"])


def test_a_duplicate_entry_has_the_same_id(redis):
    redis.break_it("stream.duplicate", {"copies": 2}, match=THIRD)
    redis.group()
    worker = redis.work()
    redis.add()
    assert ids(worker.take(7)) == [1, 2, 3, 3, 3, 4, 5]
    eventually(lambda: redis.pending() == [])


def test_a_sticky_poison_chokes_every_consumer_until_it_is_skipped(redis):
    redis.break_it("stream.poison", {"payload": "{poison"}, trigger={"nth": [3]},
                   match={"event": "entry", "sticky": True})
    redis.group()
    redis.add()
    choked = {"id": "3-0", "text": "{poison"}
    assert redis.client("work", "orders", "crew", "ann").rest()[-1] == choked
    # The same consumer starts again, and finds what it has left behind.
    assert redis.client("work", "orders", "crew", "ann").rest() == [choked]
    assert redis.client("claim", "orders", "crew", "bob").rest() == [choked]
    assert redis.pending() == ["3-0", "4-0", "5-0"]
    redis.firedrill.admin.skip("broken", reason="drill")
    assert redis.client("claim", "orders", "crew", "eve").rest() == [
        {"id": f"{n}-0", "text": ORDERS[n - 1]} for n in (3, 4, 5)]
    assert redis.pending() == []


def test_a_blocking_reader_goes_on_when_nothing_is_left_to_read(redis):
    redis.break_it("stream.drop", match=THIRD)
    redis.group()
    worker = redis.work()
    redis.add(ORDERS[2])
    eventually(lambda: redis.pending() == ["3-0"])
    redis.add(ORDERS[3])
    assert ids([worker.next()]) == [4]


def test_only_the_stream_that_has_nothing_left_is_missing(redis):
    redis.break_it("stream.drop", match={"channel": "bills"})
    redis.add(ORDERS[0])
    redis.add(ORDERS[0], stream="bills")
    reader = redis.client("tail", "orders", "bills")
    assert reader.take(2) == [{"stream": "orders", "id": "1-0", "text": ORDERS[0]},
                              {"nothing": True}]


def test_delay_holds_the_reply_that_has_the_matched_entry(redis):
    redis.break_it("stream.delay", {"delay": "600ms"}, match=THIRD)
    redis.group()
    worker = redis.work()
    redis.add(ORDERS[2])
    assert worker.is_silent(0.3)
    assert ids([worker.next()]) == [3]


def test_a_stall_holds_a_reply_and_every_other_behind_it(redis):
    redis.break_it("stream.stall", match=THIRD)
    redis.group()
    worker = redis.work()
    redis.add(ORDERS[2])
    assert worker.is_silent(0.3)
    redis.firedrill.admin.disable("broken")
    assert ids([worker.next()]) == [3]


def test_what_would_move_a_reply_is_skipped(redis):
    redis.break_it("stream.reorder", match={"event": "entry"})
    redis.group()
    worker = redis.work()
    redis.add()
    assert ids(worker.take(5)) == [1, 2, 3, 4, 5]
    assert redis.firedrill.admin.fault("broken")["counters"]["skipped"]["format"] == 5
