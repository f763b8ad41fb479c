"""Start, overload, and every kind of end: in order, in a hurry, and by kill -9."""

import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from harness.config import fault, proxy
from harness.process import BINARY, run
from harness.tools import curl
from harness.upstream import eventually, response
from harness.wire import Wire, connect_outcome

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_the_ready_line_names_every_listener(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target),
                         proxy("shop", "http", "127.0.0.1:9")])
    line = next(line for line in running.output if line.startswith("ready "))
    assert re.sub(r":\d+", ":PORT", line) == (
        "ready admin=127.0.0.1:PORT db=127.0.0.1:PORT shop=127.0.0.1:PORT\n")
    assert connect_outcome(running.address("db")) == "open"


def test_version_and_help_answer_without_a_configuration():
    assert re.search(r"\d+\.\d+\.\d+", run("version").stdout)
    for command in ([], ["serve"], ["check"], ["fault"], ["demo"]):
        assert "usage" in run(*command, "--help").stdout.lower()
    assert run().returncode == 2


# --- SIGTERM --------------------------------------------------------------------------------------


def test_sigterm_lets_a_request_in_flight_finish_and_then_ends(firedrill, upstream):
    asked, go_on = threading.Event(), threading.Event()

    def slowly(request, wire):
        asked.set()
        go_on.wait(20)
        return response()

    running = firedrill([proxy("shop", "http", upstream.http(slowly).target)])
    with Wire.connect(running.address("shop")) as wire:
        wire.send(GET)
        assert asked.wait(5)
        running.signal(signal.SIGTERM)
        eventually(lambda: connect_outcome(running.address("shop")) == "refused")
        go_on.set()
        data, how = wire.read_to_end()
        assert data.endswith(b"\r\n\r\nok\n") and how == "fin"
        assert b"connection: close" in data.lower()
    assert running.wait() == 0
    running.check_gone()


def test_sigterm_lets_an_open_tcp_session_finish(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target)])
    with Wire.connect(running.address("db")) as wire:
        assert wire.send(b"a").read_exactly(1) == b"a"
        running.signal(signal.SIGTERM)
        eventually(lambda: connect_outcome(running.address("db")) == "refused")
        assert wire.send(b"b").half_close().read_to_end() == (b"b", "fin")
    assert running.wait() == 0


def test_idle_keep_alive_connections_do_not_hold_up_the_end(firedrill, upstream):
    running = firedrill([proxy("shop", "http", upstream.http().target)])
    with Wire.connect(running.address("shop")) as wire:
        wire.send(GET).read_until(b"ok\n")
        began = time.monotonic()
        running.signal(signal.SIGTERM)
        assert wire.read_to_end() == (b"", "fin")
        assert running.wait() == 0
        assert time.monotonic() - began < 10


def test_a_second_sigterm_ends_at_once(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target)])
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"a").read_exactly(1)
        running.signal(signal.SIGTERM)
        eventually(lambda: connect_outcome(running.address("db")) == "refused")
        began = time.monotonic()
        running.signal(signal.SIGTERM)
        running.wait()
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind, parameters", [
    ("tcp.blackhole", {}), ("tcp.latency", {"delay": "1h"}), ("tcp.bandwidth", {"rate": "1B/s"})])
def test_an_active_fault_does_not_hold_up_the_end(firedrill, upstream, kind, parameters):
    running = firedrill([proxy("db", "tcp", upstream().target)],
                        [fault("broken", "db", kind, parameters)])
    running.admin.enable("broken")
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"held").half_close()
        running.signal(signal.SIGTERM)
        assert wire.read_to_end() == (b"held", "fin")
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 5


def test_the_end_comes_by_the_deadline_counted_from_sigterm(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target)],
                        drain={"delay": "1500ms", "deadline": "2s"})
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"a").read_exactly(1)
        began = time.monotonic()
        running.signal(signal.SIGTERM)
        assert running.wait() == 0
        assert 1.9 < time.monotonic() - began < 3


def test_sigusr1_halts_while_the_end_is_awaited_too(firedrill, upstream):
    running = firedrill([proxy("shop", "http", upstream.http().target)],
                        [fault("down", "shop", "http.status", {"code": 503})],
                        drain={"delay": "20s"})
    running.admin.enable("down")
    assert curl(running.url("shop")).status == 503
    running.signal(signal.SIGTERM)
    eventually(lambda: running.admin.call("GET", "/readyz").status == 503)
    running.signal(signal.SIGUSR1)
    eventually(lambda: curl(running.url("shop")).status == 200)
    running.signal(signal.SIGTERM)
    assert running.wait() == 0


def test_a_proxy_that_comes_during_the_end_is_not_served(firedrill, upstream):
    server = upstream()
    running = firedrill([proxy("db", "tcp", server.target)])
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"a").read_exactly(1)
        running.signal(signal.SIGTERM)
        eventually(lambda: connect_outcome(running.address("db")) == "refused")
        running.admin.put("/v1/proxies/late", proxy("late", "tcp", server.target))
        host, _, port = running.admin.get("/v1/proxies/late")["listen"].rpartition(":")
        assert connect_outcome((host, int(port))) == "refused"
    assert running.wait() == 0


# --- SIGUSR1, kill -9 -----------------------------------------------------------------------------


def test_sigusr1_halts_everything_from_a_shell(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target)],
                        [fault("stop", "db", "tcp.refuse")])
    running.admin.enable("stop")
    assert connect_outcome(running.address("db")) == "refused"
    running.signal(signal.SIGUSR1)
    eventually(lambda: not running.admin.active())
    assert connect_outcome(running.address("db")) == "open"


def test_no_fault_survives_kill_9_and_a_restart(firedrill, upstream):
    server = upstream.http()
    for _ in range(5):
        running = firedrill([proxy("shop", "http", server.target)],
                            [fault("down", "shop", "http.status", {"code": 503})])
        assert running.admin.active() == set()
        assert curl(running.url("shop")).status == 200
        running.admin.enable("down")
        assert curl(running.url("shop")).status == 503
        running.kill()
        running.check_gone()


def test_a_fault_that_the_file_enables_starts_with_a_fresh_deadline(firedrill, upstream):
    running = firedrill([proxy("shop", "http", upstream.http().target)], [
        fault("down", "shop", "http.status", {"code": 503}, enabled=True, **{"for": "2s"})])
    assert curl(running.url("shop")).status == 503
    eventually(lambda: curl(running.url("shop")).status == 200, within=4)


# --- exhaustion -----------------------------------------------------------------------------------


def test_running_out_of_descriptors_pauses_and_recovers(firedrill, upstream):
    running = firedrill([proxy("db", "tcp", upstream().target)], descriptors=256)
    crowd = [socket.create_connection(running.address("db"), 5) for _ in range(300)]
    assert running.admin.call("GET", "/healthz").status == 200
    spent, began = running.cpu_seconds(), time.monotonic()
    threading.Event().wait(1)
    assert running.cpu_seconds() - spent < 0.05 * (time.monotonic() - began) + 0.05
    for connection in crowd:
        connection.close()
    eventually(lambda: echoes(running.address("db")), OSError, EOFError)


def echoes(address):
    with Wire.connect(address) as wire:
        return wire.send(b"x").read_exactly(1) == b"x"


def test_a_slow_head_is_cut_while_others_are_served(firedrill, upstream):
    running = firedrill([proxy("shop", "http", upstream.http().target, head_timeout="1s")])
    with Wire.connect(running.address("shop")) as slow:
        slow.send(b"GET / HTTP/1.1\r\nHost:")
        assert curl(running.url("shop")).status == 200
        data, how = slow.read_to_end()
        assert how == "fin" and (data == b"" or data.startswith(b"HTTP/1.1 408 "))


# --- the demo -------------------------------------------------------------------------------------


def test_the_demo_starts_and_its_tour_names_the_four_incidents():
    process = subprocess.Popen([BINARY, "demo"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    try:
        tour = ""
        while "poison" not in tour and (line := process.stdout.readline()):
            tour += line
        for word in ("curl", "dig", "enable", "healthz"):
            assert word in tour
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.stdout.close()
