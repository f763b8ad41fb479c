"""Socket activation as systemd does it: the starter opens the sockets and outlives the process."""

import fcntl
import os
import socket

from harness.process import Firedrill
from harness.upstream import free_port

FIRST = 3  # the descriptor of the first socket
APART = 100  # above all that are handed over


def listener(kind=socket.SOCK_STREAM, port=0):
    """A socket that is bound to the loopback and, if it is a stream, listens. The port is asked for
    by number, as systemd does: one that the kernel picked goes when the listener closes."""
    made = socket.socket(socket.AF_INET, kind)
    made.bind(("127.0.0.1", port or free_port()))
    if kind == socket.SOCK_STREAM:
        made.listen(1024)
    return made


def address(sock):
    """Where it listens, as a configuration writes it."""
    return "{}:{}".format(*sock.getsockname())


class Activated(Firedrill):
    """A firedrill that gets `sockets`, a dict by name, from its starter."""

    def __init__(self, config, directory, sockets):
        self.sockets = sockets
        super().__init__(config, directory)

    def spawn(self, command, **more):
        return super().spawn(**handing_over(self.sockets, command), **more)

    def check_gone(self):
        """Its sockets are still there; only the process is not."""
        assert self.process.poll() is not None


def handing_over(sockets, command):
    """The arguments of a Popen that starts `command` with these sockets."""
    def place():
        # Apart first, so that none of them is overwritten before it is in its place.
        apart = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, APART) for one in sockets.values()]
        for number, descriptor in enumerate(apart):
            os.dup2(descriptor, FIRST + number)

    names = ":".join(sockets)
    script = f'LISTEN_PID=$$ LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names} exec "$@"'
    return {"command": ["sh", "-c", script, "sh", *command],
            "preexec_fn": place,
            "pass_fds": list(range(FIRST, FIRST + len(sockets)))}
