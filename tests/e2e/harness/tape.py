"""Everything that a client received on a connection, read against what it had to receive."""

import re

from harness.fault_modes import GARBAGE


class Tape:
    def __init__(self, data):
        self._data = data
        self._at = 0

    def take(self, expected):
        got = self._data[self._at:self._at + len(expected)]
        assert got == expected, f"{got!r} and not {expected!r}; rest {self._rest()!r}"
        self._at += len(expected)

    def check(self, outcome, ask):
        """Takes what the outcome of this request is, byte for byte where it is known."""
        self.take(outcome.interims)
        if outcome.reply == "garbage":
            garbage = self._count(GARBAGE)
            assert garbage[0] >= 0x80, garbage
        elif outcome.reply is not None:
            self._take_message(outcome.reply, ask)

    def check_end(self):
        assert not self._rest(), f"surplus: {self._rest()!r}"

    def _take_message(self, reply, ask):
        self.take(reply.before)
        if reply.start is None:
            self._match(rb"[a-z]+")
        else:
            self.take(reply.start)
        self.take(b"\r\n" + b"".join(line + b"\r\n" for line in reply.lines) + b"\r\n")
        if reply.framing == "none" or ask.method == "HEAD":
            return
        if reply.framing != "chunked":
            self._check_payload(reply, self._count(len(reply.payload)))
        elif reply.broken:
            self._take_broken_chunk(reply)
        else:
            self._take_chunks(reply)

    def _take_chunks(self, reply):
        payload = b""
        while len(payload) < len(reply.payload):
            size = int(self._match(rb"([1-9a-f][0-9a-f]*)\r\n")[1], 16)
            payload += self._count(size)
            self.take(b"\r\n")
        self._check_payload(reply, payload)
        if reply.end == "whole":
            self.take(b"0\r\n" + b"".join(line + b"\r\n" for line in reply.trailers) + b"\r\n")

    def _take_broken_chunk(self, reply):
        """The first piece of the payload under a size that is none."""
        size = int(self._match(rb"z([0-9a-f]+)\r\n")[1], 16)
        data = self._count(size)
        assert reply.garbled or reply.payload.startswith(data)
        assert (size == 0) == (not reply.payload)
        if size:
            self.take(b"\r\n")

    @staticmethod
    def _check_payload(reply, payload):
        if reply.garbled:
            assert len(payload) == len(reply.payload)
        else:
            assert payload == reply.payload

    def _match(self, pattern):
        found = re.compile(pattern).match(self._data, self._at)
        assert found, f"no {pattern!r} in {self._rest()!r}"
        self._at = found.end()
        return found

    def _count(self, count):
        taken = self._data[self._at:self._at + count]
        assert len(taken) == count, f"only {len(taken)} of {count} bytes"
        self._at += count
        return taken

    def _rest(self):
        return self._data[self._at:][:300]
