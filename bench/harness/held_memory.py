"""Memory of connections whose bytes a delay holds."""

import contextlib
import select
import socket
import time
from dataclasses import dataclass

from .admin import Admin
from .connections import bearable, remark
from .contenders import Contender
from .idle_memory import growth_each, memory_rows
from .load import LoadError
from .probe import FAULT, NO_PEER
from .results import Outcome

_MESSAGE = b"x" * 64
_SETTLE = 0.5  # seconds
_PATIENCE = 10.0


@dataclass(frozen=True)
class HeldMemory:
    """How much user memory the proxy gains for each connection that has had one exchange, and whose
    next reply a tcp.latency holds. That it is held, and comes when the fault ends, is checked on
    every connection. Each sample is a fresh process."""

    name: str
    title: str
    connections: int = 10_000
    samples: int = 3

    def run(self, bench):
        outcome = Outcome(self.name, self.title + remark(self.connections))
        if bench.subject != "firedrill":
            outcome.skipped = NO_PEER
            return outcome
        growths = [self._growth(bench) for _ in range(self.samples)]
        outcome.rounds.append({"program": "firedrill", "growths": growths})
        outcome.rows += memory_rows(self.name, "firedrill", growths, bar=None)
        return outcome

    def _growth(self, bench):
        count = bearable(self.connections)
        with bench.stable.start(Contender("firedrill")) as proxy, \
                Admin(proxy.ports["admin"]) as admin, contextlib.ExitStack() as stack:
            admin.put_fault(FAULT, {"proxy": "echo", "type": "tcp.latency",
                                    "with": {"delay": "1h"}})
            before = proxy.memory()
            clients = [stack.enter_context(_connect(proxy.ports["echo"])) for _ in range(count)]
            admin.enable(FAULT)
            for client in clients:
                client.sendall(_MESSAGE)
            time.sleep(_SETTLE)
            _check_silence(clients)
            growth = growth_each(before, proxy.memory(), count)
            admin.disable(FAULT)
            for client in clients:
                _receive_reply(client)
        return growth


def _connect(port):
    """A connection that has had one exchange."""
    client = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
    client.sendall(_MESSAGE)
    _receive_reply(client)
    return client


def _receive_reply(client):
    received = 0
    while received < len(_MESSAGE):
        part = client.recv(len(_MESSAGE) - received)
        if not part:
            raise LoadError("a connection ended before its reply")
        received += len(part)


def _check_silence(clients):
    poll = select.poll()
    for client in clients:
        poll.register(client, select.POLLIN)
    if heard := poll.poll(0):
        raise LoadError(f"{len(heard)} connections were not held")
