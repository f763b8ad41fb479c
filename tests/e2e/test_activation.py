"""Sockets that systemd, or whoever starts firedrill, has opened: nobody is refused meanwhile."""

import json
import signal
import socket
import subprocess
import threading

import pytest

from harness.activation import Activated, address, handing_over, listener
from harness.config import config, fault, proxy
from harness.process import BINARY, START
from harness.tools import curl, dig
from harness.wire import Wire, connect_outcome


@pytest.fixture
def activated(tmp_path):
    """activated(proxies, sockets) starts one with these sockets."""
    started = []

    def start(proxies, sockets, **more):
        directory = tmp_path / f"activated{len(started)}"
        directory.mkdir()
        started.append(Activated(config(proxies, **more), directory, sockets))
        return started[-1]

    yield start
    for process in started:
        if process.process.poll() is None:
            process.stop()
        process.cleanup()


class Load:
    """Clients that connect, exchange a byte and leave, one after the other, until stop()."""

    def __init__(self, target, clients=4):
        self.target = target
        self.served = 0
        self.failures = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self):
        while not self._over.wait(0.002):
            try:
                with Wire.connect(self.target) as wire:
                    assert wire.send(b"x").read_exactly(1) == b"x"
                self.served += 1
            except (OSError, EOFError) as failure:
                self.failures.append(failure)


def test_restarts_refuse_nobody(activated, upstream):
    with listener() as web:
        proxies = [proxy("db", "tcp", upstream().target, listen=address(web))]
        process = activated(proxies, {"web": web})
        load = Load(web.getsockname())
        try:
            for _ in range(3):
                before = load.served
                process.signal(signal.SIGTERM)
                assert process.wait() == 0
                process = activated(proxies, {"web": web})
                with Wire.connect(web.getsockname()) as wire:
                    assert wire.send(b"x").read_exactly(1) == b"x"
        finally:
            load.stop()
        assert load.failures == []
        assert load.served > before


def test_who_connects_between_two_lives_is_served_by_the_second(activated, upstream):
    with listener() as web:
        proxies = [proxy("db", "tcp", upstream().target, listen=address(web))]
        first = activated(proxies, {"web": web})
        first.kill()
        with Wire.connect(web.getsockname()) as wire:
            wire.send(b"early")
            activated(proxies, {"web": web})
            assert wire.read_exactly(5) == b"early"


def test_every_listener_takes_the_socket_at_its_address(activated, upstream):
    with listener() as web, listener() as admin, listener() as names:
        port = names.getsockname()[1]
        with listener(socket.SOCK_DGRAM, port) as datagrams:
            zone = upstream.dns({("shop.test", "A"): ["10.0.0.1"]})
            process = activated(
                [proxy("shop", "http", upstream.http().target, listen=address(web)),
                 proxy("dns", "dns", [zone.target], listen=address(names)),
                 proxy("other", "tcp", upstream().target)],
                {"web": web, "admin": admin, "dns": names, "dns-udp": datagrams},
                admin={"listen": address(admin)})
            assert process.address("admin") == admin.getsockname()
            assert curl(process.url("shop")).status == 200
            for transport in ["+notcp", "+tcp"]:
                assert dig(process.address("dns"), "shop.test", "A", transport).data == ["10.0.0.1"]
            with Wire.connect(process.address("other")) as wire:
                assert wire.send(b"x").read_exactly(1) == b"x"
            process.admin.get("/v1/proxies")


def test_a_fault_and_the_api_close_the_inherited_socket_for_a_while(activated, upstream):
    with listener() as web:
        process = activated(
            [proxy("db", "tcp", upstream().target, listen=address(web))], {"web": web})
        admin = process.admin
        admin.put("/v1/faults/down", fault("down", "db", "tcp.refuse"))
        for close, reopen in [(lambda: admin.enable("down"), lambda: admin.disable("down")),
                              (lambda: admin.patch("/v1/proxies/db", {"enabled": False}),
                               lambda: admin.patch("/v1/proxies/db", {"enabled": True}))]:
            close()
            assert connect_outcome(web.getsockname()) == "refused"
            reopen()
            with Wire.connect(web.getsockname()) as wire:
                assert wire.send(b"x").read_exactly(1) == b"x"


def test_a_socket_that_nothing_listens_at_is_named(tmp_path):
    path = tmp_path / "firedrill.json"
    with listener() as web, listener() as stray:
        proxies = [proxy("db", "tcp", "127.0.0.1:1", listen=address(web))]
        path.write_text(json.dumps(config(proxies)), encoding="utf-8")
        start = handing_over({"web": web, "stray": stray}, [BINARY, "serve", "-c", str(path)])
        done = subprocess.run(start.pop("command"), capture_output=True, text=True, timeout=START,
                              check=False, **start)
        where = address(stray)
    assert done.returncode == 1
    assert done.stderr == (f'LISTEN_FDS: the inherited socket "stray" is at {where}, '
                           "where nothing that is configured listens\n")
