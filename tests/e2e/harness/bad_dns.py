"""A DNS server that answers as a broken or hostile one does, over UDP and TCP."""

import contextlib
import socket
import threading

from harness.dns import answer, parse_query, record

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


class BadDns:
    """`udp(send, message)` and `tcp(connection, message)` do what is to be done to one query."""

    def __init__(self):
        self.udp = lambda send, message: send(true_reply(message))
        self.tcp = lambda connection, message: send_framed(connection, true_reply(message))
        self._stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = None
        while self._tcp is None:
            self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._udp.bind(("127.0.0.1", 0))
            try:
                self._tcp = socket.create_server(self._udp.getsockname())
            except OSError:
                self._udp.close()
        self.target = "{}:{}".format(*self._udp.getsockname())
        threading.Thread(target=self._serve_udp, daemon=True).start()
        threading.Thread(target=self._serve_tcp, daemon=True).start()

    def stop(self):
        for sock in (self._udp, self._tcp, self._stranger):
            with contextlib.suppress(OSError):  # which it tells of, when there was nobody
                sock.shutdown(socket.SHUT_RDWR)  # wakes who waits in it
            sock.close()

    def from_elsewhere(self, reply, peer):
        """Sends it from a socket that nobody asked."""
        self._stranger.sendto(reply, peer)

    def _serve_udp(self):
        while True:
            try:
                message, peer = self._udp.recvfrom(65535)
                if not message:  # stopped
                    return
                self.peer = peer
                self.udp(lambda reply, to=peer: self._udp.sendto(reply, to), message)
            except OSError:
                return

    def _serve_tcp(self):
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                while len(prefix := stream.read(2)) == 2:
                    self.tcp(connection, stream.read(int.from_bytes(prefix, "big")))
            except OSError:
                return


def send_framed(connection, message):
    connection.sendall(len(message).to_bytes(2, "big") + message)
