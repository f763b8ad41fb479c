"""A DNS server that answers as a broken or hostile one does, over UDP and TCP."""

import socket

from harness.dns import DnsSockets, answer, parse_query, record, send_framed

TRUE = "10.0.0.1"
FALSE = "10.6.6.6"


def true_reply(message):
    return answer(parse_query(message), [record("A", TRUE)])


def false_reply(message):
    return answer(parse_query(message), [record("A", FALSE)])


def wrong_id(message):
    reply = false_reply(message)
    return bytes([reply[0] ^ 0xFF]) + reply[1:]


def wrong_question(message):
    reply = bytearray(false_reply(message))
    reply[13] ^= 1
    return bytes(reply)


def wrong_type(message):
    asked = parse_query(message)
    asked.question = asked.question[:-4] + b"\0\x10\0\1"
    return answer(asked, [record("A", FALSE)])


def not_a_response(message):
    reply = bytearray(false_reply(message))
    reply[2] &= 0x7F
    return bytes(reply)


def short(message):
    return false_reply(message)[:7]


def garbage(_message):
    return bytes(range(251, 0, -7)) * 9


LIES = {lie.__name__: lie for lie in
        [wrong_id, wrong_question, wrong_type, not_a_response, short, garbage]}


class BadDns(DnsSockets):
    """`udp(send, message)` and `tcp(connection, message)` do what is to be done to one query."""

    def __init__(self):
        self.udp = lambda send, message: send(true_reply(message))
        self.tcp = lambda connection, message: send_framed(connection, true_reply(message))
        self._stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        super().__init__()

    def on_udp(self, send, message):
        self.udp(send, message)

    def on_tcp(self, connection, message):
        self.tcp(connection, message)

    def stop(self):
        super().stop()
        self._stranger.close()

    def from_elsewhere(self, reply, peer):
        """Sends it from a socket that nobody asked."""
        self._stranger.sendto(reply, peer)
