"""Fixtures: each makes what a test asks for and takes it away again, checking that it went well."""

import pytest

from harness.authority import Nsd
from harness.config import config, fault, proxy
from harness.dns import DnsServer
from harness.process import Firedrill
from harness.tools import Node
from harness.toxiproxy import Toxiproxy
from harness.upstream import HttpServer, Nginx, Server, echo
from harness.wire import Wire


@pytest.fixture
def firedrill(tmp_path):
    """firedrill(proxies, faults, **keys) starts one; every one must end in order with the test."""
    started = []

    def start(proxies, faults=(), descriptors=None, **more):
        directory = tmp_path / f"firedrill{len(started)}"
        directory.mkdir()
        started.append(Firedrill(config(proxies, faults, **more), directory, descriptors))
        return started[-1]

    yield start
    try:
        for process in started:
            if process.process.poll() is None:
                process.stop()
    finally:
        for process in started:
            process.cleanup()


@pytest.fixture
def served(firedrill):
    """A firedrill without any proxy."""
    return firedrill([])


@pytest.fixture
def api(served):
    """The Toxiproxy API of `served`."""
    return Toxiproxy(served.address("admin"))


@pytest.fixture
def upstream():
    """upstream(script) starts a scripted TCP server; upstream.http(respond) and others likewise."""
    servers = []

    def keep(server):
        servers.append(server)
        return server

    def start(script=echo, **more):
        return keep(Server(script, **more))

    start.http = lambda *arguments, **more: keep(HttpServer(*arguments, **more))
    start.dns = lambda zone: keep(DnsServer(zone))
    start.keep = keep
    yield start
    for server in servers:
        server.stop()
    assert not [failure for server in servers for failure in getattr(server, "failures", [])]


@pytest.fixture
def database(firedrill, upstream):
    """A firedrill with one tcp proxy `db` in front of an echo server."""
    return firedrill([proxy("db", "tcp", upstream().target)])


@pytest.fixture
def break_it(database):
    """break_it(type, parameters) activates a fault named `broken` on `db`."""

    def put(kind, parameters=None, **more):
        database.admin.put("/v1/faults/broken", fault("broken", "db", kind, parameters, **more))
        database.admin.enable("broken")

    return put


@pytest.fixture
def wire(database):
    """A connection through `db` that was in use before any fault."""
    with Wire.connect(database.address("db")) as connection:
        assert connection.send(b"before").read_exactly(6) == b"before"
        yield connection


@pytest.fixture
def nginx(tmp_path):
    root = tmp_path / "nginx"
    root.mkdir()
    server = Nginx(root)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """NSD with a signed zone, which no test changes."""
    server = Nsd(tmp_path_factory.mktemp("authority"))
    yield server
    server.stop()


@pytest.fixture
def node():
    """node(client, *arguments) starts one of the npm clients."""
    clients = []

    def start(client, *arguments):
        clients.append(Node(client, *arguments))
        return clients[-1]

    yield start
    for client in clients:
        client.stop()
