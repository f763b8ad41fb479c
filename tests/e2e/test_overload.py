"""What happens when memory runs out: nobody new, then the idle go, and the admin API stays."""

import contextlib
import os
import pathlib
import resource

import pytest

from harness.config import proxy
from harness.upstream import eventually
from harness.wire import Wire

ENDLESS = 1 << 60  # a limit, which is never reached


def data_bytes(process):
    """What counts towards RLIMIT_DATA."""
    pages = pathlib.Path(f"/proc/{process.process.pid}/statm").read_text().split()[5]
    return int(pages) * os.sysconf("SC_PAGESIZE")


def use_up(process, share):
    """Sets the limit so that this share of it is in use."""
    limit = ENDLESS if share == 0 else int(data_bytes(process) / share)
    resource.prlimit(process.process.pid, resource.RLIMIT_DATA, (limit, ENDLESS))


@pytest.fixture
def limited(firedrill, upstream):
    """A firedrill with a limit of memory, which it knows from its start."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (ENDLESS, before[1]))
    try:
        return firedrill([proxy("db", "tcp", upstream().target)])
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def accepting(process):
    return process.admin.metrics()['edge_accepting{proxy="db"}']


def echoed(wire, data=b"x"):
    return wire.send(data).read_exactly(len(data)) == data


def test_nobody_new_is_accepted_until_there_is_memory_again(limited):
    with Wire.connect(limited.address("db")) as first:
        assert echoed(first)
        use_up(limited, 0.90)
        eventually(lambda: accepting(limited) == 0)
        with Wire.connect(limited.address("db")) as second:
            second.send(b"waits")
            assert second.is_silent(0.2)
            assert echoed(first)
            use_up(limited, 0)
            assert second.read_exactly(5) == b"waits"
    assert limited.stderr().count("memory is scarce") == 1
    assert limited.stderr().count("there is memory again") == 1


def test_the_idle_are_shed_and_the_busy_stay(limited):
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(Wire.connect(limited.address("db"))) for _ in range(3)]
        assert all(echoed(wire) for wire in idle)
        busy = stack.enter_context(Wire.connect(limited.address("db")))

        def shed():
            assert echoed(busy)
            return limited.admin.metrics()['edge_connections_total{proxy="db",result="shed"}']

        use_up(limited, 0.97)
        eventually(lambda: shed() == 3)
        assert [wire.read_to_end() for wire in idle] == [(b"", "fin")] * 3
        assert echoed(busy)
        use_up(limited, 0)


def test_the_admin_api_answers_however_little_there_is(limited):
    use_up(limited, 0.99)
    eventually(lambda: accepting(limited) == 0)
    limited.admin.put("/v1/faults/slow", {"proxy": "db", "type": "tcp.latency",
                                          "with": {"delay": "1ms"}})
    limited.admin.enable("slow")
    assert limited.admin.active() == {"slow"}
    use_up(limited, 0)
