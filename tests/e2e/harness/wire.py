"""A TCP connection under exact control: what is sent, when, and how it ends."""

import socket
import struct

TIMEOUT = 10  # seconds; a bound on waiting for something that should happen at once


class Wire:
    """A connected socket. `received` keeps what was read and not yet taken."""

    def __init__(self, sock):
        self.socket = sock
        self.socket.settimeout(TIMEOUT)
        self.received = bytearray()

    @classmethod
    def connect(cls, address):
        return cls(socket.create_connection(address, TIMEOUT))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def half_close(self):
        """Sends FIN; the other direction stays open."""
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reset(self):
        """Closes with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    def read_until(self, marker):
        """The bytes up to and including `marker`."""
        while marker not in self.received:
            if not self._fill():
                raise EOFError(f"closed before {marker!r}: {bytes(self.received)!r}")
        end = self.received.index(marker) + len(marker)
        return self._take(end)

    def read_exactly(self, count):
        while len(self.received) < count:
            if not self._fill():
                raise EOFError(f"closed after {len(self.received)} of {count} bytes")
        return self._take(count)

    def read_some(self):
        """Whatever comes next; nothing at the end."""
        return self._take(len(self.received)) if self.received else self.socket.recv(65536)

    def read_to_end(self):
        """All bytes until the other side is done, and how it ended: "fin" or "rst"."""
        try:
            while self._fill():
                pass
            return self._take(len(self.received)), "fin"
        except (ConnectionResetError, BrokenPipeError):
            return self._take(len(self.received)), "rst"

    def take_arrived(self):
        """What has arrived by now."""
        self.socket.setblocking(False)
        try:
            while self._fill():
                pass
        except BlockingIOError:
            pass
        finally:
            self.socket.settimeout(TIMEOUT)
        return self._take(len(self.received))

    def is_silent(self, seconds):
        """Whether nothing comes, neither bytes nor an end, for so long."""
        self.socket.settimeout(seconds)
        try:
            self._fill()
            return False
        except TimeoutError:
            return not self.received
        except ConnectionResetError:
            return False
        finally:
            self.socket.settimeout(TIMEOUT)

    def _fill(self):
        chunk = self.socket.recv(65536)
        self.received += chunk
        return chunk

    def _take(self, count):
        taken = bytes(self.received[:count])
        del self.received[:count]
        return taken


def connect_outcome(address):
    """What a client sees of a connection that it opens and only reads: "refused", "rst", "fin", or
    "open" when nothing happens for half a second."""
    try:
        wire = Wire.connect(address)
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "rst"
    with wire:
        wire.socket.settimeout(0.5)
        try:
            return "fin" if not wire.socket.recv(1) else "data"
        except ConnectionResetError:
            return "rst"
        except TimeoutError:
            return "open"
