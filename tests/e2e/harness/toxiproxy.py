"""The Toxiproxy API as a client sees it, byte by byte where that matters."""

import http.client
import json
import queue
import re
import time

from harness.admin import Reply
from harness.process import START, Firedrill
from harness.wire import TIMEOUT, Wire


class Toxiproxy:
    """Calls to one API; `seconds` has how long each took."""

    def __init__(self, address):
        self.address = address
        self.seconds = []

    def call(self, method, path, body=None, headers=None):
        """`body` is sent as it is when it is bytes or text, else as JSON, without Content-Type."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        payload = body.encode() if isinstance(body, str) else body
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        try:
            began = time.monotonic()
            connection.request(method, path, payload, headers or {})
            reply = connection.getresponse()
            read = reply.read()
            self.seconds.append(time.monotonic() - began)
            names = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, names, read)
        finally:
            connection.close()

    def text(self, method, path, body=None):
        """The answer's status and its body as text."""
        reply = self.call(method, path, body)
        return reply.status, reply.body.decode()

    def get(self, path):
        return self._done("GET", path, None, 200)

    def create(self, name, upstream, **more):
        """A proxy on a free port of the loopback; gives where it listens."""
        return address_of(self.define(name, upstream, **more))

    def define(self, name, upstream, **more):
        """The same, where it need not listen; gives what the API shows."""
        body = {"name": name, "upstream": upstream, "listen": "127.0.0.1:0", **more}
        return self._done("POST", "/proxies", body, 201)

    def update(self, proxy, /, **changes):
        return self._done("POST", f"/proxies/{proxy}", changes, 200)

    def toxic(self, proxy, kind, attributes=None, **more):
        body = {"type": kind, "attributes": attributes or {}, **more}
        return self._done("POST", f"/proxies/{proxy}/toxics", body, 200)

    def update_toxic(self, proxy, name, **changes):
        return self._done("POST", f"/proxies/{proxy}/toxics/{name}", changes, 200)

    def remove(self, path):
        assert self.call("DELETE", path).status == 204

    def raw(self, request):
        """What comes back for exactly these bytes: head and body."""
        with Wire.connect(self.address) as wire:
            wire.send(request)
            head = wire.read_until(b"\r\n\r\n")
            while head.startswith(b"HTTP/1.1 100"):
                head = wire.read_until(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            return head, wire.read_exactly(int(length[1])) if length else b""

    def _done(self, method, path, body, status):
        reply = self.call(method, path, body)
        assert reply.status == status, f"{method} {path}: {reply.status} {reply.body}"
        return reply.json


def error(status, message):
    """The status and the text of a refusal."""
    return status, json.dumps({"error": message, "status": status}, separators=(",", ":")) + "\n"


def address_of(proxy):
    """Where a proxy of the API listens."""
    host, _, port = proxy["listen"].rpartition(":")
    return host.strip("[]"), int(port)


class ToxiproxyServer(Firedrill):
    """`firedrill toxiproxy` with some flags, on a free port; `config` is what is in its file."""

    def __init__(self, config, directory, flags=()):
        self.flags = flags
        super().__init__(config, directory)

    def arguments(self):
        return ["toxiproxy", "-port", "0", "-config", str(self.path), *self.flags]

    def _wait_until_ready(self):
        """The log has on its lines what the ready line of `firedrill serve` has on one."""
        addresses = {}
        try:
            while (line := self._lines.get(timeout=START)) is not None:
                record = json.loads(line)
                if record["message"] == "Started proxy":
                    addresses[record["name"]] = record["listen"]
                if record["message"] == "Starting Toxiproxy HTTP server":
                    return addresses | {"admin": record["address"]}
        except queue.Empty:
            self.cleanup()
            raise AssertionError("it did not become ready") from None
        raise AssertionError(f"ended with {self.wait()} before it was ready: {self.stderr()}")
