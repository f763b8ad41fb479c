"""Services in front of which firedrill stands: scripted ones, byte by byte, and nginx."""

import contextlib
import dataclasses
import os
import socket
import subprocess
import threading
import time

from harness.wire import TIMEOUT, Wire


class Server:
    """Accepts on a free port and gives each connection, as a Wire, to `script` on its own thread.

    What a script raises because the peer went away is how connections end; anything else is kept
    in `failures`, which the `upstream` fixture checks.
    """

    def __init__(self, script, host="127.0.0.1"):
        self.script = script
        self.failures = []
        self.accepted = 0
        self._wires = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=1024)
        self.address = self._listener.getsockname()[:2]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def target(self):
        """The address as a proxy's `upstream`."""
        host, port = self.address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def stop(self):
        """Closing alone wakes nobody: a thread that waits for a socket would go on, with whatever
        gets its number next."""
        for sock in (self._listener, *(wire.socket for wire in self._wires)):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for wire in self._wires:
            wire.close()

    def settled(self):
        """How many connections have been accepted, when all that were made before have been, and
        this call's own behind them. For scripts that end with their connection."""
        with Wire.connect(self.address) as probe:
            probe.half_close()
            probe.read_to_end()
        return self.accepted

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            wire = Wire(sock)
            self._wires.append(wire)
            threading.Thread(target=self._run, args=(wire,), daemon=True).start()

    def _run(self, wire):
        try:
            with wire:
                self.script(wire)
        except (OSError, EOFError):
            pass
        except Exception as failure:  # noqa: BLE001 - shown by the fixture
            self.failures.append(failure)


def echo(wire):
    """Sends back what comes, and a FIN after the FIN."""
    while chunk := wire.socket.recv(65536):
        wire.send(chunk)
    wire.half_close()


@dataclasses.dataclass
class Request:
    """One HTTP request exactly as it arrived."""

    head: bytes
    body: bytes

    @property
    def method(self):
        return self.head.split(b" ", 1)[0].decode()

    @property
    def target(self):
        return self.head.split(b" ", 2)[1].decode()

    def field(self, name):
        """The value of the first field with this name, or None."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode()
        return None


def response(body=b"ok\n", status="200 OK", fields=()):
    """The bytes of a response with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def read_body(wire, head):
    """The body's bytes as they stand on the wire, chunk framing and trailers included."""
    request = Request(head, b"")
    if (request.field("Transfer-Encoding") or "").lower() == "chunked":
        body = b""
        while True:
            line = wire.read_until(b"\r\n")
            body += line
            size = int(line.split(b";")[0], 16)
            if size == 0:
                break
            body += wire.read_exactly(size + 2)
        while (line := wire.read_until(b"\r\n")) != b"\r\n":
            body += line
        return body + b"\r\n"
    return wire.read_exactly(int(request.field("Content-Length") or 0))


class HttpServer(Server):
    """Keeps every request in `requests` and answers with `respond(request, wire)`: either bytes, or
    nothing when it has written itself; it ends the connection by closing the wire."""

    def __init__(self, respond=lambda request, wire: response(), host="127.0.0.1"):
        self.respond = respond
        self.requests = []
        super().__init__(self._serve, host)

    def _serve(self, wire):
        while True:
            head = wire.read_until(b"\r\n\r\n")
            request = Request(head, read_body(wire, head))
            self.requests.append(request)
            answer = self.respond(request, wire)
            if answer is not None:
                wire.send(answer)


class EventFeed(HttpServer):
    """Events (id, type, data) as a stream on every path: those after the client's Last-Event-ID,
    and then what is published, until the feed is finished; `keep_open=False`: from the start."""

    def __init__(self, events, content_type="text/event-stream", keep_open=True):
        self.events = list(events)
        self.content_type = content_type
        self._changed = threading.Condition()
        self._finished = not keep_open
        super().__init__(self._stream)

    def publish(self, *events):
        with self._changed:
            self.events += events
            self._changed.notify_all()

    def stop(self):
        with self._changed:
            self._finished = True
            self._changed.notify_all()
        super().stop()

    def _stream(self, request, wire):
        wire.send(f"HTTP/1.1 200 OK\r\nContent-Type: {self.content_type}\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n".encode())
        seen = int(request.field("Last-Event-ID") or 0)
        for event in self._after(seen):
            send_chunk(wire, self.frame(*event))
        wire.send(b"0\r\n\r\n")

    def _after(self, seen):
        """The events with a greater id than `seen`, as they come, until the feed is finished."""
        while True:
            with self._changed:
                fresh = [event for event in self.events if event[0] > seen]
                if not fresh and self._finished:
                    return
                if not fresh:
                    self._changed.wait()
            yield from fresh
            seen = max([seen, *(identity for identity, _, _ in fresh)])

    def frame(self, identity, kind, data):
        if self.content_type == "application/x-ndjson":
            return f"{data}\n".encode()
        return f"id: {identity}\nevent: {kind}\ndata: {data}\n\n".encode()


def send_chunk(wire, data):
    wire.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")


NGINX = """
daemon off;
{user}
worker_processes 1;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  client_max_body_size 256m;
  server {{
    listen 127.0.0.1:{port};
    location = /healthz {{ default_type text/plain; return 200 "healthy\\n"; }}
    location = /orders {{ default_type application/json; return 200 '[{{"id": 1}}]\\n'; }}
    location /files/ {{ alias {root}/files/; }}
  }}
}}
"""


class Nginx:
    """nginx with /healthz, /orders and the files of the directory `files` below /files/."""

    def __init__(self, root):
        self.files = root / "files"
        self.files.mkdir()
        self.address = ("127.0.0.1", free_port())
        self.target = "{}:{}".format(*self.address)
        config = root / "nginx.conf"
        user = "user root;" if os.getuid() == 0 else ""  # so that it may read the test's directory
        config.write_text(NGINX.format(root=root, port=self.address[1], user=user))
        self._process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", str(root), "-c", str(config), "-e", str(root / "error.log")],
            stdin=subprocess.DEVNULL)
        wait_for_listener(self.address)

    def stop(self):
        self._process.terminate()
        self._process.wait(TIMEOUT)


class NatsServer:
    """nats-server, alone with JetStream or as one of a cluster."""

    def __init__(self, *arguments):
        self.address = ("127.0.0.1", free_port())
        self.target = "{}:{}".format(*self.address)
        self.url = f"nats://{self.target}"
        self._process = subprocess.Popen(
            ["/usr/sbin/nats-server", "-a", self.address[0], "-p", str(self.address[1]),
             *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_listener(self.address)

    @classmethod
    def with_jetstream(cls, root):
        return cls("-js", "-sd", root)

    @classmethod
    def cluster(cls):
        """Two servers that know each other."""
        route = f"nats://127.0.0.1:{free_port()}"
        first = cls("-cluster", route, "-cluster_name", "drill")
        return first, cls("-cluster", f"nats://127.0.0.1:{free_port()}", "-cluster_name", "drill",
                          "-routes", route)

    def stop(self):
        self._process.terminate()
        self._process.wait(TIMEOUT)


class RedisServer:
    """redis-server with nothing in it, which keeps nothing."""

    def __init__(self, root):
        self.address = ("127.0.0.1", free_port())
        self.target = "{}:{}".format(*self.address)
        self._process = subprocess.Popen(
            ["redis-server", "--bind", self.address[0], "--port", str(self.address[1]),
             "--save", "", "--appendonly", "no", "--dir", str(root)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_listener(self.address)

    def do(self, *words):
        """What redis-cli prints for a command."""
        return subprocess.run(
            ["redis-cli", "-h", self.address[0], "-p", str(self.address[1]), *map(str, words)],
            capture_output=True, text=True, timeout=TIMEOUT, check=True).stdout.strip()

    def stop(self):
        self._process.terminate()
        self._process.wait(TIMEOUT)


def free_port():
    """A port that nobody listens on now, for what cannot pick one by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for_listener(address):
    """Returns as soon as connections to the address are accepted."""
    eventually(lambda: socket.create_connection(address, 1).close() or True, OSError)


def eventually(condition, *expected, within=TIMEOUT):
    """The first true value of `condition()`; until then `expected` exceptions count as false."""
    pause, deadline = threading.Event(), time.monotonic() + within
    while True:
        try:
            if value := condition():
                return value
        except expected:
            if time.monotonic() >= deadline:
                raise
        assert time.monotonic() < deadline, f"still not so after {within} s"
        pause.wait(0.02)
