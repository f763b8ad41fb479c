"""WebSocket messages: npm's ws on both sides, and firedrill between."""

import json

import pytest

from harness.config import fault, proxy

ORDERS = [json.dumps({"id": n, "kind": "refund" if n == 3 else "sale", "total": 9.5})
          for n in range(1, 6)]
THIRD = {"json": {"/kind": "refund"}}


class Sockets:
    """A firedrill before a ws server with a feed, and clients of it."""

    def __init__(self, firedrill, node, feed, *mode, faults=()):
        self.node = node
        self.server = node("websocket_server.mjs", json.dumps(feed), *mode)
        upstream = f"127.0.0.1:{self.server.next()['port']}"
        self.firedrill = firedrill([proxy("feed", "http", upstream)], faults)

    def break_it(self, kind, parameters=None, **more):
        self.firedrill.admin.put("/v1/faults/broken", fault("broken", "feed", kind, parameters,
                                                            **more))
        self.firedrill.admin.enable("broken")

    def client(self, *messages):
        """A client that is connected, and what it agreed on."""
        url = self.firedrill.url("feed", "/orders").replace("http:", "ws:")
        client = self.node("websocket.mjs", url, *messages)
        client.extensions = client.next()["extensions"]
        return client

    def messages(self, count):
        """The first messages that a fresh client sees; pings are left out."""
        client, seen = self.client(), []
        while len(seen) < count:
            event = client.next()
            if "ping" not in event:
                seen.append(event)
        return seen


@pytest.fixture
def sockets(firedrill, node):
    return lambda feed, *mode, **more: Sockets(firedrill, node, feed, *mode, **more)


def texts(messages):
    return [message["message"] for message in messages]


def test_with_no_fault_messages_pings_and_the_close_pass(sockets):
    fragments = [ORDERS[1][:7], ORDERS[1][7:]]
    server = sockets([ORDERS[0], fragments, ORDERS[2], 4001])
    client = server.client()
    assert client.extensions == "permessage-deflate"  # what they agree on is theirs
    seen = client.rest()
    assert [event.get("message") for event in seen if "message" in event] == ORDERS[:3]
    assert {"ping": "within"} in seen and seen[-1] == {"closed": 4001}


def test_a_configured_stream_fault_keeps_messages_uncompressed(sockets):
    server = sockets(ORDERS, faults=[fault("broken", "feed", "stream.drop")])
    client = server.client()
    assert client.extensions == ""
    asked = server.server.next()
    assert asked["asked"] is None
    assert asked["host"] == "{}:{}".format(*server.firedrill.address("feed"))


def test_drop_removes_the_matched_message_only(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.drop", match=THIRD)
    assert texts(server.messages(4)) == ORDERS[:2] + ORDERS[3:]


def test_a_dropped_message_of_fragments_leaves_its_ping(sockets):
    server = sockets([[ORDERS[2][:7], ORDERS[2][7:]], ORDERS[3]])
    server.break_it("stream.drop", match=THIRD)
    client = server.client()
    assert client.next() == {"ping": "within"}
    assert client.next()["message"] == ORDERS[3]
    assert {"pong": "within"} in server.server.take(2)


def test_duplicate_repeats_the_matched_message(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.duplicate", match=THIRD)
    assert texts(server.messages(6)) == ORDERS[:3] + ORDERS[2:]


def test_corrupt_breaks_the_payload_and_not_the_connection(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.corrupt", {"kind": "json_truncate"}, match=THIRD)
    assert [message["ok"] for message in server.messages(5)] == [True, True, False, True, True]


def test_invalid_utf8_makes_the_client_close_with_1007(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.corrupt", {"kind": "utf8"}, match=THIRD)
    *messages, error, closed = server.client().rest()
    assert texts(messages) == ORDERS[:2]
    assert error == {"error": "WS_ERR_INVALID_UTF8"} and closed == {"closed": 1006}


def test_poison_replaces_the_matched_message(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.poison", {"payload": "{poison"}, match=THIRD)
    assert texts(server.messages(5)) == ORDERS[:2] + ["{poison"] + ORDERS[3:]


def test_messages_of_the_client_can_be_hit(sockets):
    server = sockets([], "echo")
    server.break_it("stream.drop", match=THIRD, direction="request")
    client = server.client(*ORDERS)
    assert texts(client.take(4)) == ORDERS[:2] + ORDERS[3:]


def test_a_cut_closes_with_the_code_that_it_says(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.cut", {"code": 1012}, match=THIRD)
    *messages, closed = server.client().rest()
    assert texts(messages) == ORDERS[:3]
    assert closed == {"closed": 1012}


def test_a_cut_without_a_code_is_an_abnormal_end(sockets):
    server = sockets(ORDERS)
    server.break_it("stream.cut", {"position": "before"}, match=THIRD)
    *messages, closed = server.client().rest()
    assert texts(messages) == ORDERS[:2]
    assert closed == {"closed": 1006}


def test_a_fault_acts_on_an_open_connection(sockets):
    server = sockets([], "echo", faults=[fault("other", "feed", "stream.delay",
                                               {"delay": "1ms"})])
    client = server.client(ORDERS[0])
    assert client.next()["message"] == ORDERS[0]
    server.break_it("stream.drop", match={"event": "text"})
    assert client.is_silent(0.2)
