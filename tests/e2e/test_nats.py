"""NATS: nats-server, npm's nats as its clients, and firedrill between."""

import json

import pytest

from harness.config import fault, proxy
from harness.upstream import NatsServer, eventually

ORDERS = [json.dumps({"id": n, "kind": "refund" if n == 3 else "sale", "total": 9.5})
          for n in range(1, 6)]
THIRD = {"json": {"/kind": "refund"}}


class Nats:
    """A nats-server with JetStream, a firedrill before it, and clients of both."""

    def __init__(self, firedrill, server, node):
        self.server = server
        self.node = node
        self.firedrill = firedrill([proxy("nats", "tcp", server.target, codec="nats")])
        self.url = "nats://{}:{}".format(*self.firedrill.address("nats"))

    def break_it(self, kind, parameters=None, **more):
        self.firedrill.admin.put("/v1/faults/broken", fault("broken", "nats", kind, parameters,
                                                            **more))
        self.firedrill.admin.enable("broken")

    def listen(self):
        client = self.node("nats.mjs", "listen", self.url, "orders.*")
        assert client.next() == {"ready": True}
        return client

    def publish(self, *texts, by=None):
        assert self.node("nats.mjs", "publish", by or self.server.url, "orders.new",
                         *texts).rest() == []

    def heard(self, count):
        """What a fresh subscriber gets of the orders."""
        client = self.listen()
        self.publish(*ORDERS)
        return [message["text"] for message in client.take(count)]

    def consume(self):
        """A consumer of the orders, which are in a stream of JetStream."""
        assert self.node("nats.mjs", "make", self.server.url).next() == {"made": True}
        self.publish(*ORDERS)
        return self.node("nats.mjs", "consume", self.url, "ORDERS", "worker")


@pytest.fixture
def nats(firedrill, upstream, node, tmp_path):
    return Nats(firedrill, upstream.keep(NatsServer.with_jetstream(tmp_path / "nats")), node)


def test_with_no_fault_messages_pass_with_their_headers(nats):
    client = nats.listen()
    nats.publish(ORDERS[0], by=nats.url)
    assert client.next() == {"subject": "orders.new", "text": ORDERS[0], "ok": True,
                             "tag": "tagged"}


def test_drop_removes_the_matched_message_only(nats):
    nats.break_it("stream.drop", match=THIRD)
    assert nats.heard(4) == ORDERS[:2] + ORDERS[3:]


def test_duplicate_repeats_the_matched_message(nats):
    nats.break_it("stream.duplicate", match=THIRD)
    assert nats.heard(6) == ORDERS[:3] + ORDERS[2:]


def test_corrupt_breaks_the_payload_and_keeps_size_and_headers_right(nats):
    nats.break_it("stream.corrupt", {"kind": "json_truncate"}, match=THIRD)
    client = nats.listen()
    nats.publish(*ORDERS)
    messages = client.take(5)
    assert [message["ok"] for message in messages] == [True, True, False, True, True]
    assert {message["tag"] for message in messages} == {"tagged"}


def test_messages_are_selected_by_their_headers(nats):
    nats.break_it("stream.drop", match={"event_header": {"Tag": "tag*"}, "json": {"/id": 1}})
    assert nats.heard(4) == ORDERS[1:]
    nats.break_it("stream.drop", match={"event_header": {"Tag": "other"}})
    assert nats.heard(5) == ORDERS


def test_messages_to_the_server_can_be_hit(nats):
    nats.break_it("stream.poison", {"payload": "{poison"}, match=THIRD, direction="request")
    client = nats.listen()
    nats.publish(*ORDERS, by=nats.url)
    assert [message["text"] for message in client.take(5)] == ORDERS[:2] + ["{poison"] + ORDERS[3:]


def test_a_message_that_is_dropped_once_is_delivered_again(nats):
    nats.break_it("stream.drop", match=THIRD, trigger={"times": 1})
    seen = nats.consume().take(5)
    assert [message["sequence"] for message in seen] == [1, 2, 4, 5, 3]
    assert seen[-1]["delivery"] == 2 and seen[-1]["ok"]


def test_a_sticky_poison_is_poison_at_every_delivery(nats):
    third = {"key": "ORDERS/3", "sticky": True}
    nats.break_it("stream.poison", {"payload": "{poison"}, match=third)
    seen = [message for message in nats.consume().take(7) if message["sequence"] == 3]
    assert [message["delivery"] for message in seen] == [1, 2, 3]
    assert {message["text"] for message in seen} == {"{poison"}


def test_clients_are_not_told_of_the_other_servers_of_a_cluster(firedrill, upstream, node):
    first, second = map(upstream.keep, NatsServer.cluster())
    running = firedrill([proxy("nats", "tcp", first.target, codec="nats")])

    def told(url):
        return node("nats.mjs", "servers", url).next()["others"]

    eventually(lambda: second.target in told(first.url))
    assert told("nats://{}:{}".format(*running.address("nats"))) == []
